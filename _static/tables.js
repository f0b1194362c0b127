/* Tables that can be sorted by any column. Without this file they read in the order of the page. */
(() => {
  "use strict";
  const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const number = (text) => {
    const plain = text.replace(/^−/, "-").replaceAll(",", "");
    const power = / × 10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/.exec(text);
    const digits = power && [...power[2]].map((digit) => raised.indexOf(digit)).join("");
    const exponent = power ? Number(digits) * (power[1] ? -1 : 1) : 0;
    return Number.parseFloat(plain) * 10 ** exponent;
  };
  const key = (row, column) => {
    const text = row.cells[column].textContent.trim();
    return /^[−-]?[\d.,]+/.test(text) && !/^\d{4}-\d/.test(text) ? number(text) : text;
  };
  const words = new Intl.Collator("en", { numeric: true }); // issue 2 before issue 10
  const order = (a, b) => {
    if (typeof a === typeof b) return typeof a === "number" ? a - b : words.compare(a, b);
    return typeof a === "number" ? -1 : 1; // numbers before words
  };
  // An icon of the page's sprite; the head's aria-sort says the same.
  const icon = (name) =>
    `<svg class="icon" aria-hidden="true" focusable="false"><use href="#icon-${name}"/></svg>`;
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      button.insertAdjacentHTML("beforeend", icon("sort"));
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of heads) {
          other.removeAttribute("aria-sort");
          other.querySelector(".icon").outerHTML = icon("sort");
        }
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        head.querySelector(".icon").outerHTML = icon(up ? "sort-up" : "sort-down");
        const rows = [...body.rows].map((row) => [key(row, column), row]);
        rows.sort((a, b) => order(a[0], b[0]) * (up ? 1 : -1));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }
})();

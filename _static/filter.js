/* Tables that can be filtered. The state stands in the address, so that a view can be linked;
   without this file the whole table reads. */
(() => {
  "use strict";
  const text = (row, name) => row.querySelector(name)?.textContent.trim() ?? "";
  const make = (name, values, ...children) => {
    const node = Object.assign(document.createElement(name), values);
    node.append(...children);
    return node;
  };
  const VERDICTS = ["", "holds", "fails", "not testable here", "not run"];
  const CHOICES = { section: "All sections", issue: "All issues", notebook: "All notebooks" };

  for (const table of document.querySelectorAll("table.filterable")) {
    const rows = [...table.tBodies[0].rows].map((row) => ({
      row,
      verdict: text(row, ".verdict .word"),
      section: text(row, "p.section"),
      issue: text(row, "p.issue"),
      notebook: text(row, "p.notebook"),
      words: row.textContent.toLowerCase(),
    }));
    const state = { verdict: "", section: "", issue: "", notebook: "", q: "" };
    const values = (name) => [...new Set(rows.map((row) => row[name]))].filter(Boolean);

    // The form: a button for each verdict, a list for the rest, a field for words.
    const found = ["", ...values("verdict")];
    const buttons = VERDICTS.filter((verdict) => found.includes(verdict)).map((verdict) => {
      const count = verdict ? rows.filter((row) => row.verdict === verdict).length : rows.length;
      const button = make("button", { type: "button", className: "button" });
      const mark = verdict && rows.find((row) => row.verdict === verdict).row.querySelector(".mark");
      if (mark) button.append(mark.cloneNode(true));
      button.append(verdict || "All", " ", make("span", { className: "count" }, String(count)));
      button.addEventListener("click", () => change({ verdict }));
      return [verdict, button];
    });
    const verdicts = make("div", { className: "verdicts" }, ...buttons.map(([, b]) => b));
    verdicts.setAttribute("role", "group");
    verdicts.setAttribute("aria-label", "Verdict");
    const fields = {};
    for (const [name, all] of Object.entries(CHOICES)) {
      const options = values(name);
      if (options.length < 2) continue;
      const select = make("select", { name }, new Option(all, ""));
      select.append(...options.map((value) => new Option(value, value)));
      select.setAttribute("aria-label", name[0].toUpperCase() + name.slice(1));
      select.addEventListener("change", () => change({ [name]: select.value }));
      fields[name] = select;
    }
    const field = make("input", { type: "search", name: "q", placeholder: "Filter by words" });
    field.autocomplete = "off";
    field.setAttribute("aria-label", "Filter by words");
    field.addEventListener("input", () => change({ q: field.value }));
    fields.q = field;
    const status = make("p", { className: "status" });
    status.setAttribute("role", "status");
    const all = make("button", { type: "button", className: "all" }, "Show all");
    all.addEventListener("click", () => {
      change({ verdict: "", section: "", issue: "", notebook: "", q: "" });
      buttons[0][1].focus();
    });
    const choices = make("div", { className: "choices" }, ...Object.values(fields));
    const form = make("form", { className: "filter" }, verdicts, choices);
    form.setAttribute("role", "search");
    form.setAttribute("aria-label", "Filter the table");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.append(make("div", { className: "shown" }, status, all));
    table.before(form);

    const show = () => {
      const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const entry of rows) {
        const fits = ["verdict", "section", "issue", "notebook"].every(
          (name) => !state[name] || entry[name] === state[name],
        ) && words.every((word) => entry.words.includes(word));
        entry.row.hidden = !fits;
        count += Number(fits);
      }
      for (const [verdict, button] of buttons) {
        button.setAttribute("aria-pressed", String(state.verdict === verdict));
      }
      for (const [name, input] of Object.entries(fields)) {
        if (input.value !== state[name]) input.value = state[name];
      }
      all.hidden = count === rows.length;
      const said = `${count} of ${rows.length} claims shown.`;
      if (status.textContent !== said) status.textContent = said;
    };
    const change = (some) => {
      Object.assign(state, some);
      const address = new URL(location);
      for (const [name, value] of Object.entries(state)) {
        if (value) address.searchParams.set(name, value);
        else address.searchParams.delete(name);
      }
      try {
        history.replaceState(history.state, "", address);
      } catch { /* a page opened as a file has an address that may not change */ }
      show();
    };
    const decoded = (text) => {
      try {
        return decodeURIComponent(text);
      } catch {
        return text; // no UTF-8: the anchor of nothing
      }
    };
    const read = () => {
      const asked = new URL(location).searchParams;
      for (const name of Object.keys(state)) {
        const value = asked.get(name) ?? "";
        state[name] = name === "q" || values(name).includes(value) ? value : "";
      }
      // An address that names a row shows it, whatever it filters besides.
      const named = location.hash && document.getElementById(decoded(location.hash.slice(1)));
      show();
      if (named?.hidden) {
        for (const name of Object.keys(state)) state[name] = "";
        show();
        named.scrollIntoView();
      }
    };
    addEventListener("popstate", read);
    read();
  }
})();

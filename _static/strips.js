/* The strips of marks on the home page: one stop of the Tab key each, in which arrow keys move.
   Without this file each mark is a link of its own; what a mark says is shown by the style sheet. */
(() => {
  "use strict";
  const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  for (const strip of document.querySelectorAll(".marks")) {
    const marks = [...strip.querySelectorAll("a")];
    const name = strip.closest(".account-row").querySelector(".name").textContent.trim();
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", `Claims of ${name}: arrow keys move from one to the next`);
    const stop = (mark) => {
      for (const each of marks) each.tabIndex = each === mark ? 0 : -1;
    };
    stop(marks[0]);
    strip.addEventListener("focusin", (event) => stop(event.target.closest("a")));
    strip.addEventListener("keydown", (event) => {
      if (event.key === "Escape") strip.classList.add("quiet"); // the tip goes, the focus stays
      const step = KEYS[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      strip.classList.remove("quiet");
      const to = marks.indexOf(document.activeElement) + step;
      marks[Math.max(0, Math.min(to, marks.length - 1))].focus();
    });
    for (const kind of ["focusout", "pointerleave"]) {
      strip.addEventListener(kind, () => strip.classList.remove("quiet"));
    }
  }
  document.addEventListener("keydown", (event) => {
    const strip = event.key === "Escape" && document.querySelector(".marks:hover");
    if (strip) strip.classList.add("quiet");
  });
})();

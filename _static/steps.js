/* Figures with a slider: the figure of the value that it stands at. Without this file all are shown. */
(() => {
  "use strict";
  for (const whole of document.querySelectorAll(".steps")) {
    const slider = whole.querySelector("input");
    const output = whole.querySelector("output");
    const steps = [...whole.querySelectorAll(".step")];
    const values = JSON.parse(slider.dataset.values);
    const show = () => {
      const at = slider.valueAsNumber;
      steps.forEach((step, place) => step.classList.toggle("shown", place === at));
      output.value = values[at];
      slider.setAttribute("aria-valuetext", values[at]);
    };
    // The other pictures are fetched when the reader reaches for the slider, in one theme.
    const fetchAll = () => {
      const other = document.documentElement.dataset.theme === "dark" ? "only-light" : "only-dark";
      for (const image of whole.querySelectorAll(`img:not(.${other})`)) image.loading = "eager";
    };
    for (const event of ["pointerenter", "focus"]) {
      slider.addEventListener(event, fetchAll, { once: true });
    }
    slider.addEventListener("input", show);
    show(); // browsers bring back where it stood
  }
})();

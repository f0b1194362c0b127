/* Before the first paint: the theme that the reader chose, else the system's (see site.js). */
(({ classList, dataset }) => {
  classList.add("js");
  let mode = "auto";
  try {
    mode = localStorage.getItem("mode") || mode;
  } catch { /* a private window keeps nothing */ }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  dataset.mode = mode;
  dataset.theme = mode === "auto" ? dark : mode;
})(document.documentElement);

/* Conveniences only: every page reads and works without this file. */
(() => {
  "use strict";
  const root = document.documentElement;
  // In the page's language (scripts/core/languages); English where it says nothing.
  const words = JSON.parse(root.dataset.words ?? "{}");
  const say = (text) => words[text] ?? text;

  // Theme: the reader's choice outlives the page (same keys as the book theme's).
  const wish = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme === "dark";
  const button = document.querySelector(".theme-switch");
  const name = () => {
    button.setAttribute("aria-label", say(isDark() ? "Use the light theme" : "Use the dark theme"));
  };
  // What surrounds the page in the browser has the colour of its ground.
  const paint = (mode) => {
    for (const ground of document.querySelectorAll("meta[name=theme-color]")) {
      const { scheme } = ground.dataset;
      ground.media = mode === "auto" ? `(prefers-color-scheme: ${scheme})` : mode === scheme ? "all" : "not all";
    }
  };
  const show = (mode) => {
    root.dataset.mode = mode;
    root.dataset.theme = mode === "auto" ? (wish.matches ? "dark" : "light") : mode;
    paint(mode);
    name();
  };
  if (button) {
    show(root.dataset.mode);
    button.addEventListener("click", () => {
      const mode = isDark() ? "light" : "dark";
      try {
        localStorage.setItem("mode", mode);
        localStorage.setItem("theme", mode);
      } catch { /* a private window keeps nothing */ }
      show(mode);
    });
    wish.addEventListener("change", () => {
      if (root.dataset.mode === "auto") show("auto");
    });
  }

  // "/" leads to the search field; Escape closes the menu.
  const menu = document.querySelector(".menu");
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const field = [...document.querySelectorAll("input[type=search]")].find(
        (input) => input.offsetParent !== null,
      );
      if (field) {
        event.preventDefault();
        field.focus();
      }
    }
    if (event.key === "Escape" && menu?.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  menu?.addEventListener("click", (event) => {
    if (event.target.closest("a")) menu.open = false;
  });

  // Copy buttons stand in the head line that each code cell already has.
  const icon = (id) => `<svg class="icon" aria-hidden="true"><use href="#icon-${id}"/></svg>`;
  if (navigator.clipboard) {
    for (const head of document.querySelectorAll(".cell-head")) {
      const code = head.parentElement.querySelector("pre");
      if (!code) continue;
      const copy = document.createElement("button");
      copy.type = "button";
      copy.className = "copy";
      const label = head.textContent.trim();
      const set = (id, word) => {
        copy.innerHTML = `${icon(id)}<span>${word}</span>`;
        const hidden = document.createElement("span");
        hidden.className = "visually-hidden";
        hidden.textContent = ` ${label}`;
        copy.append(hidden);
      };
      set("copy", say("Copy"));
      copy.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
          set("check", say("Copied"));
          setTimeout(() => set("copy", say("Copy")), 2000);
        } catch { /* the reader's browser said no */ }
      });
      head.append(copy);
    }
  }

  // One button opens and shuts all folded code.
  const codeSwitch = document.querySelector(".code-switch");
  const folds = [...document.querySelectorAll("details.hide")];
  codeSwitch?.addEventListener("click", () => {
    const open = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = open;
    codeSwitch.textContent = say(open ? "Fold all code" : "Show all code");
  });

  // Paper can't unfold: what is shut is open while it is printed.
  let shut = [];
  addEventListener("beforeprint", () => {
    shut = [...document.querySelectorAll("main details:not([open], .hide)")];
    for (const fold of shut) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of shut) fold.open = false;
  });

  // The link of a heading is copied as it is followed.
  if (navigator.clipboard) {
    const said = document.createElement("p");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    document.body.append(said);
    for (const link of document.querySelectorAll(":is(h1, h2, h3, h4) > a.headerlink")) {
      link.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(link.href);
          link.innerHTML = icon("check");
          said.textContent = say("Link copied");
          setTimeout(() => {
            link.innerHTML = icon("link");
            said.textContent = "";
          }, 2000);
        } catch { /* the reader's browser said no */ }
      });
    }
  }

  // A region that doesn't scroll need not be a stop of the Tab key.
  // The observer speaks after layout, and of what is off the screen only when it is laid out.
  const stops = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const region = target.closest("pre, .scrolls");
      if (region.scrollWidth > region.clientWidth + 1) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    }
  });
  for (const region of document.querySelectorAll("pre[tabindex], .scrolls[tabindex]")) {
    stops.observe(region);
    if (region.firstElementChild) stops.observe(region.firstElementChild);
  }

  // Items and cells far from the window are laid out when nothing else is to do (see code.css).
  const cells = [...document.querySelectorAll(".item, .cell_input, .cell_output")];
  const lay = (deadline) => {
    // In turns of 8 ms, which a telephone takes four times as long for, and never at the last moment.
    const rest = Math.max(10, deadline.timeRemaining() - 8);
    while (cells.length && deadline.timeRemaining() > rest) {
      const cell = cells.shift();
      cell.classList.add("laid");
      void cell.offsetHeight; // now, so that the time is counted
    }
    if (cells.length) requestIdleCallback(lay);
  };
  if (window.requestIdleCallback) addEventListener("load", () => requestIdleCallback(lay));

  // The columns mark the section that is being read.
  const links = [...document.querySelectorAll('.column a[href^="#"]')];
  const targets = new Map();
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // no UTF-8: the anchor of nothing
    }
  };
  for (const link of links) {
    const heading = document.getElementById(decoded(link.hash.slice(1)));
    if (heading) targets.set(link, heading);
  }
  const headings = [...new Set(targets.values())].sort(
    (a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1),
  );
  // Where a followed link puts its heading, and a line of text below.
  const line = 32 + parseFloat(getComputedStyle(root).scrollPaddingTop);
  let last;
  const mark = () => {
    let current = headings[0];
    for (const heading of headings) {
      if (heading.getBoundingClientRect().top <= line) current = heading;
    }
    if (innerHeight + scrollY >= root.scrollHeight - 2) {
      // The last sections never reach the line.
      const below = headings.filter((heading) => heading.getBoundingClientRect().top > line);
      current = below.find((heading) => `#${heading.id}` === location.hash) ?? headings.at(-1);
    }
    if (current === last) return;
    last = current;
    for (const [link, heading] of targets) {
      const holds = heading === current || heading.contains(current);
      if (holds) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
      link.closest("li.section")?.classList.remove("open");
    }
    for (const [link, heading] of targets) {
      if (heading === current || heading.contains(current)) {
        link.closest("li.section")?.classList.add("open");
      }
    }
  };
  if (headings.length) {
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    }, { passive: true });
    // Not before the first layout, which reading places would force.
    requestAnimationFrame(() => setTimeout(mark));
  }
})();

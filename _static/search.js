/* The search page: asks the index in pagefind/ for what the address says after "?q=". */
(async () => {
  "use strict";
  const STEP = 5; // results shown at once; each is one request
  const PARTS = 3; // of a page
  const status = document.getElementById("search-progress");
  const list = document.getElementById("search-results");
  const query = (new URLSearchParams(location.search).get("q") || "").trim();
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const field = document.querySelector(".search-form input");
  field.value = query;
  if (!query) {
    field.focus();
    return;
  }

  const element = (tag, name, ...children) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...children);
    return made;
  };
  const plain = (text) =>
    text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  // An excerpt is text with <mark> around the words; no other markup of it is taken over.
  const marked = (excerpt) =>
    excerpt.split(/<mark>(.*?)<\/mark>/s).map((part, i) =>
      i % 2 ? element("mark", "", plain(part)) : plain(part));
  const link = (address, title) => {
    const made = element("a", "", title);
    made.href = address;
    return made;
  };
  // Pagefind gives the parts of a page in its order; those whose headings have more of the words
  // come first.
  const words = query.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const named = (part) => {
    const title = part.title.toLowerCase();
    return words.filter((word) => title.includes(word)).length;
  };
  const entry = (page) => {
    const item = element("li", "", link(page.url, page.meta.title || page.url));
    const parts = (page.sub_results || []).sort((a, b) => named(b) - named(a)).slice(0, PARTS);
    if (!parts.length) item.append(element("p", "context", ...marked(page.excerpt)));
    for (const part of parts) {
      // What stands before the first section is under the page's own title, which leads there.
      if (part.title !== page.meta.title) {
        item.append(element("p", "part", link(part.url, part.title)));
      }
      item.append(element("p", "context", ...marked(part.excerpt)));
    }
    return item;
  };

  status.textContent = "Searching";
  let results;
  try {
    const pagefind = await import(new URL("pagefind/pagefind.js", root));
    await pagefind.options({ baseUrl: root.pathname, excerptLength: 24, noWorker: true });
    results = (await pagefind.search(query)).results;
  } catch (error) {
    status.textContent = "The search index could not be loaded. The home page leads to every issue.";
    console.info(error);
    return;
  }
  const count = results.length;
  const found = count === 1 ? "One page" : `${count} pages`;
  status.textContent = count
    ? `${found} found for “${query}”.`
    : `Nothing found for “${query}”. Try fewer or other words.`;
  if (!count) return;

  const entries = element("ul", "search");
  list.append(entries);
  const more = element("button", "button", "Show more");
  more.type = "button";
  let shown = 0;
  const show = async () => {
    const next = results.slice(shown, shown + STEP);
    shown += next.length;
    const items = [];
    // All are asked for at once, and each is shown as soon as those before it are there.
    for (const waiting of next.map((result) => result.data())) {
      items.push(entry(await waiting));
      entries.append(items.at(-1));
    }
    if (shown < count) list.append(more);
    else more.remove();
    return items[0];
  };
  more.addEventListener("click", async () => {
    (await show()).querySelector("a").focus();
    status.textContent = `${shown} of ${count} pages shown.`;
  });
  await show();
})();

/* 'Judge it yourself': a check with other thresholds, or without one of its seeds. */
(() => {
  "use strict";
  const make = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const raised = (text) => [...text].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign] ?? "⁻").join("");
  // Numbers as the page writes them (core/words.py).
  const said = (value) => {
    if (Array.isArray(value)) return value.map(said).join(", ");
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (typeof value !== "number") return String(value);
    const size = Math.abs(value);
    let text = String(Number(value.toPrecision(4)));
    if (Number.isInteger(value) || (size >= 1e4 && size < 1e6)) {
      text = size < 1e4 ? String(value) : Math.round(value).toLocaleString("en");
    } else if (size < 1e-4 || size >= 1e6) {
      const [digits, power] = value.toExponential(1).split("e");
      text = `${digits.replace(/\.0$/, "")} × 10${raised(power.replace("+", ""))}`;
    }
    return text.replace("-", "−");
  };

  // What a threshold is compared with: the sides next to it.
  const partners = (tree, at) => {
    if (!Array.isArray(tree)) return [];
    const found = tree.slice(1).flatMap((part) => partners(part, at));
    if (tree[0] === "compare") {
      const sides = tree.filter((_, place) => place % 2);
      sides.forEach((side, place) => {
        if (side?.[0] !== "?" || side[1] !== at) return;
        found.push(...[sides[place - 1], sides[place + 1]].filter((other) => other !== undefined));
      });
    }
    return found;
  };

  // A slider from nought to twice what the rule is about, on whose steps the threshold itself is.
  const range = (data, at) => {
    const start = data.thresholds[at];
    const numbers = partners(data.tree, at).map((part) => {
      try {
        return Rules.evaluate(part, data.names, data.thresholds);
      } catch {
        return null; // a variable of a loop
      }
    }).filter((value) => typeof value === "number" && Number.isFinite(value));
    const all = [start, ...numbers];
    const top = Math.max(...all.map(Math.abs));
    const high = data.unit === "%" && top <= 100 ? 100 : 2 * top || 1;
    const low = all.some((value) => value < 0) ? -high : 0;
    const step = 10 ** Math.floor(Math.log10((high - low) / 100));
    const first = start - Math.floor((start - low) / step) * step;
    return { min: Number(first.toPrecision(12)), max: high, step };
  };

  const verdict = (data, names, thresholds) => {
    const found = Rules.holds(data.tree, names, thresholds);
    return found === null ? null : found ? "holds" : "fails";
  };
  const mark = (word) => {
    const space = "http://www.w3.org/2000/svg";
    const [svg, use] = ["svg", "use"].map((name) => document.createElementNS(space, name));
    svg.setAttribute("class", `mark mark-${word}`);
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#mark-${word}`);
    svg.append(use);
    return svg;
  };

  const fill = (fold, number) => {
    const data = JSON.parse(fold.dataset.judge);
    const count = data.thresholds.length;
    const now = [...data.thresholds];
    let left = -1; // the place of the seed that is left out
    const shown = now.map(() => make("b"));
    const rule = make("code", {}, ...data.text.flatMap((text, at) => [text, shown[at] ?? ""]));
    const result = make("output");
    const pairs = now.map((start, at) => {
      const id = `judge-${number}-${at}`;
      const name = count > 1 ? `Threshold ${at + 1} of ${count}` : "Threshold";
      const field = make("input", { type: "number", id, step: "any" });
      const slider = make("input", { type: "range", ...range(data, at) });
      slider.setAttribute("aria-label", `${name}, as a slider`);
      const set = (value, by) => {
        if (!Number.isFinite(value)) return;
        now[at] = value;
        if (by !== field) field.value = value;
        if (by !== slider) slider.value = value;
        say();
      };
      field.addEventListener("input", () => set(field.valueAsNumber, field));
      slider.addEventListener("input", () => {
        set(Number(slider.valueAsNumber.toPrecision(10)), slider);
      });
      return { set, start, row: [make("label", { htmlFor: id }, name), field, slider] };
    });
    const seeds = make("select", { id: `judge-${number}-seed` });
    if (data.values) {
      seeds.append(make("option", { value: -1 }, "no seed"));
      data.values.forEach((value, at) => {
        seeds.append(make("option", { value: at }, `seed ${at + 1} (${said(value)})`));
      });
      seeds.addEventListener("change", () => {
        left = Number(seeds.value);
        say();
      });
    }
    const names = () => {
      if (left < 0) return data.names;
      const values = data.values.filter((_, at) => at !== left);
      const spread = [Math.min(...values), Math.max(...values)];
      return { ...data.names, measured: Rules.statistics[data.statistic](values), spread };
    };
    const say = () => {
      shown.forEach((place, at) => {
        place.textContent = now[at];
      });
      const known = names();
      const word = verdict(data, known, now);
      const changed = left >= 0 || now.some((value, at) => value !== data.thresholds[at]);
      const unit = data.unit && data.unit !== "%" ? ` ${data.unit}` : data.unit;
      const parts = [word === null
        ? "The rule gives no answer with these numbers."
        : make("span", { className: `verdict verdict-${word}` }, mark(word), " ", word)];
      if (word === data.verdict) parts.push(", as on this page.");
      else if (word) parts.push(`; on this page it ${data.verdict}.`);
      if (left >= 0) parts.push(` Without that seed ${said(known.measured)}${unit}.`);
      result.replaceChildren(...parts);
      reset.disabled = !changed;
    };
    const reset = make("button", { type: "button", className: "button" }, "Undo");
    reset.addEventListener("click", () => {
      left = -1;
      seeds.value = -1;
      for (const { set, start } of pairs) set(start);
      say();
      fold.querySelector("input, select")?.focus(); // a button that is off has no focus
    });
    const panel = make("div", { className: "judge-panel" }, make("p", {}, "Rule: ", rule));
    for (const { row } of pairs) panel.append(make("div", { className: "judge-row" }, ...row));
    if (data.values) {
      const label = make("label", { htmlFor: seeds.id }, "Leave out");
      panel.append(make("div", { className: "judge-row" }, label, seeds));
    }
    panel.append(make("p", { className: "judge-result" }, result), reset);
    fold.append(panel);
    for (const { set, start } of pairs) set(start);
    say();
  };

  document.querySelectorAll("details.judge").forEach((fold, number) => {
    fold.addEventListener("toggle", () => fill(fold, number), { once: true });
  });
})();

/* The rules of checks, evaluated as Python does, from the trees that scripts/core/rules.py makes. */
const Rules = (() => {
  "use strict";
  class Tuple extends Array {}
  const wrong = (what) => { // where Python raises
    throw new Error(what);
  };
  const kind = (value) => {
    if (value === null) return "none";
    if (value instanceof Tuple) return "tuple";
    if (Array.isArray(value)) return "list";
    if (typeof value === "boolean") return "number"; // as in Python: True is 1
    return typeof value === "object" ? "iterator" : typeof value; // number, string
  };
  const sequence = (value) => ["list", "tuple"].includes(kind(value));
  const number = (value) => (kind(value) === "number" ? Number(value) : wrong("no number"));
  const truth = (value) => {
    if (kind(value) === "iterator") return true;
    return sequence(value) ? value.length > 0 : Boolean(value);
  };
  const values = (value) => {
    if (["number", "none"].includes(kind(value))) wrong("not iterable");
    return value; // arrays, generators, and strings by code point
  };

  const equal = (a, b) => {
    if (kind(a) !== kind(b)) return false;
    if (kind(a) === "number") return Number(a) === Number(b);
    if (!sequence(a)) return a === b;
    return a.length === b.length && a.every((value, place) => equal(value, b[place]));
  };
  const less = (a, b) => {
    if (kind(a) !== kind(b)) wrong("not to be compared");
    if (kind(a) === "number") return Number(a) < Number(b);
    if (kind(a) !== "string" && !sequence(a)) wrong("not to be compared");
    // By code points, as Python does, not by JavaScript's units.
    const [left, right] = [a, b].map((side) =>
      typeof side === "string" ? [...side].map((sign) => sign.codePointAt(0)) : side);
    for (let place = 0; place < Math.min(left.length, right.length); place += 1) {
      if (!equal(left[place], right[place])) return less(left[place], right[place]);
    }
    return left.length < right.length;
  };
  const within = (a, b) => {
    if (kind(b) === "string") return typeof a === "string" ? b.includes(a) : wrong("no text");
    for (const value of values(b)) if (equal(a, value)) return true;
    return false;
  };
  const compared = {
    "==": equal,
    "!=": (a, b) => !equal(a, b),
    "<": less,
    ">": (a, b) => less(b, a),
    "<=": (a, b) => less(a, b) || equal(a, b),
    ">=": (a, b) => less(b, a) || equal(a, b),
    in: within,
    "not in": (a, b) => !within(a, b),
  };

  const divisor = (value) => (number(value) === 0 ? wrong("division by zero") : number(value));
  const modulo = (a, b) => {
    const rest = number(a) % divisor(b);
    return rest !== 0 && rest < 0 !== number(b) < 0 ? rest + number(b) : rest;
  };
  const calculated = {
    "+": (a, b) => {
      if (kind(a) === "string" && kind(b) === "string") return a + b;
      if (sequence(a) && kind(a) === kind(b)) return a.concat(b);
      return number(a) + number(b);
    },
    "-": (a, b) => number(a) - number(b),
    "*": (a, b) => {
      const [part, count] = kind(a) === "number" ? [b, a] : [a, b];
      if (kind(part) === "number") return number(a) * number(b);
      if (kind(part) !== "string" && !sequence(part)) wrong("no number");
      const times = Number(count);
      if (!Number.isInteger(number(times)) || Object.is(times, -0) || times > 1000) wrong("no count");
      const found = part.slice(0, 0); // of the same kind
      const all = Array.from({ length: Math.max(0, times) }, () => part);
      return typeof part === "string" ? all.join("") : found.concat(...all);
    },
    "/": (a, b) => number(a) / divisor(b),
    "//": (a, b) => {
      const rest = number(a) % divisor(b);
      const whole = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0);
      const floor = Math.floor(whole);
      return whole - floor > 0.5 ? floor + 1 : floor;
    },
    "%": modulo,
    "**": (a, b) => {
      const power = number(a) ** number(b); // without end, or no real number
      return Number.isFinite(power) ? power : wrong("no power");
    },
  };

  // Half to even and on the exact value of the number, as Python does: with whole numbers alone.
  const rounded = (value, digits = 0) => {
    let [mantissa, power] = [number(value), 0];
    if (!Number.isFinite(mantissa)) wrong("no end");
    while (!Number.isInteger(mantissa)) [mantissa, power] = [mantissa * 2, power - 1];
    let over = BigInt(mantissa);
    let under = 2n ** BigInt(-power);
    const tens = 10n ** BigInt(Math.abs(number(digits ?? 0)));
    if (digits > 0) over *= tens;
    else under *= tens;
    const sign = over < 0n ? -1n : 1n;
    over *= sign;
    let whole = over / under;
    const rest = 2n * (over % under) - under;
    if (rest > 0n || (rest === 0n && whole % 2n === 1n)) whole += 1n;
    return Number(`${sign * whole}e${-(digits ?? 0)}`);
  };

  const best = (better) => (...given) => {
    const [first, ...others] = given.length === 1 ? [...values(given[0])] : given;
    if (first === undefined) wrong("nothing to choose from");
    return others.reduce((found, value) => (better(value, found) ? value : found), first);
  };
  const length = (value) => {
    if (kind(value) === "string") return [...value].length;
    return sequence(value) ? value.length : wrong("without a length");
  };
  const functions = {
    abs: (value) => Math.abs(number(value)),
    all: (given) => {
      for (const value of values(given)) if (!truth(value)) return false;
      return true;
    },
    any: (given) => {
      for (const value of values(given)) if (truth(value)) return true;
      return false;
    },
    len: length,
    max: best((a, b) => less(b, a)),
    min: best(less),
    round: rounded,
    sorted: (given) => [...values(given)].sort((a, b) => less(b, a) - less(a, b)),
    sum: (given, start = 0) => {
      let total = typeof start === "string" ? wrong("no number") : start;
      for (const value of values(given)) total = calculated["+"](total, value);
      return total;
    },
    zip: (...given) => {
      given.forEach(values);
      return (function* pairs() {
        const each = given.map((value) => value[Symbol.iterator]());
        while (each.length) {
          const found = new Tuple();
          for (const next of each.map((one) => () => one.next())) {
            const { done, value } = next();
            if (done) return;
            found.push(value);
          }
          yield found;
        }
      })();
    },
  };
  const counts = { max: [1, 99], min: [1, 99], round: [1, 2], sum: [1, 2], zip: [0, 99] };

  const place = (index, count) => {
    const found = Number.isInteger(index) || typeof index === "boolean" ? Number(index) : NaN;
    const at = found < 0 ? found + count : found;
    return at >= 0 && at < count ? at : wrong("no such place");
  };
  const sliced = (value, start, stop, step) => {
    const all = typeof value === "string" ? [...value] : sequence(value) ? value : wrong("no list");
    const ends = [start, stop, step].map((end) =>
      end === null || Number.isInteger(Number(number(end))) ? end : wrong("no whole number"));
    const by = ends[2] === null ? 1 : Number(ends[2]) || wrong("a step of zero");
    const [low, high] = by > 0 ? [0, all.length] : [-1, all.length - 1];
    const bound = (end, otherwise) => {
      if (end === null) return otherwise;
      return Math.min(high, Math.max(low, end < 0 ? Number(end) + all.length : Number(end)));
    };
    const [from, to] = [bound(ends[0], by > 0 ? low : high), bound(ends[1], by > 0 ? high : low)];
    const found = all.slice(0, 0); // of the same kind
    for (let at = from; by > 0 ? at < to : at > to; at += by) found.push(all[at]);
    return typeof value === "string" ? found.join("") : found;
  };

  const bind = (target, value, names) => {
    if (typeof target === "string") return { ...names, [target]: value };
    const given = [...values(value)];
    if (given.length !== target.length) wrong("another number of values");
    return target.reduce((found, part, at) => bind(part, given[at], found), names);
  };

  /* The value of a tree; `names` are those of the check, `thresholds` the numbers in their order. */
  const evaluate = (tree, names, thresholds) => {
    const spread = (parts, within_) => parts.flatMap((part) =>
      Array.isArray(part) && part[0] === "star"
        ? [...values(of(part[1], within_))] : [of(part, within_)]);
    const each = function* each(parts, at, element, names_, first) {
      if (at === parts.length) {
        yield of(element, names_);
        return;
      }
      const [target, source, ...conditions] = parts[at];
      for (const value of first ?? values(of(source, names_))) {
        const inner = bind(target, value, names_);
        if (conditions.every((condition) => truth(of(condition, inner)))) {
          yield* each(parts, at + 1, element, inner);
        }
      }
    };
    const nodes = {
      "?": ([at]) => thresholds[at],
      name: ([name], known) => (Object.hasOwn(known, name) ? known[name] : wrong(`no ${name}`)),
      list: (parts, known) => spread(parts, known),
      tuple: (parts, known) => Tuple.from(spread(parts, known)),
      negative: ([part], known) => -number(of(part, known)),
      positive: ([part], known) => number(of(part, known)),
      not: ([part], known) => !truth(of(part, known)),
      and: (parts, known) => {
        let found;
        for (const part of parts) if (!truth(found = of(part, known))) break;
        return found;
      },
      or: (parts, known) => {
        let found;
        for (const part of parts) if (truth(found = of(part, known))) break;
        return found;
      },
      if: ([test, yes, no], known) => of(truth(of(test, known)) ? yes : no, known),
      compare: ([first, ...others], known) => {
        let left = of(first, known);
        for (let at = 0; at < others.length; at += 2) {
          const right = of(others[at + 1], known);
          if (!compared[others[at]](left, right)) return false;
          left = right;
        }
        return true;
      },
      item: ([part, index], known) => {
        const value = of(part, known);
        const all = typeof value === "string" ? [...value] : value;
        return all[place(of(index, known), length(value))];
      },
      slice: (parts, known) => sliced(...parts.map((part) => of(part, known))),
      call: ([name, ...parts], known) => {
        const given = spread(parts, known);
        const [least, most] = counts[name] ?? [1, 1];
        if (given.length < least || given.length > most) wrong(`${name} of ${given.length}`);
        return functions[name](...given);
      },
      each: ([form, element, ...parts], known) => {
        // Python looks at the first of the sources at once, at all else when a value is wanted.
        const found = each(parts, 0, element, known, values(of(parts[0][1], known)));
        return form === "list" ? [...found] : found;
      },
    };
    const of = (node, known) => {
      if (!Array.isArray(node)) return node;
      const make = nodes[node[0]] ?? calculated[node[0]];
      if (node[0] in nodes) return make(node.slice(1), known);
      const [left, right] = [of(node[1], known), of(node[2], known)];
      return make(left, right);
    };
    return of(tree, names);
  };

  /* Whether the rule holds; null where Python would raise, or find neither True nor False. */
  const holds = (tree, names, thresholds) => {
    try {
      const found = evaluate(tree, names, thresholds);
      return typeof found === "boolean" ? found : null;
    } catch {
      return null;
    }
  };

  const middle = (given) => {
    const all = [...given].sort((a, b) => a - b);
    const half = Math.floor(all.length / 2);
    return all.length % 2 ? all[half] : (all[half - 1] + all[half]) / 2;
  };
  /* What `check` makes of the values of several runs. */
  const statistics = {
    mean: (given) => given.reduce((total, value) => total + value, 0) / given.length,
    median: middle,
    min: (given) => Math.min(...given),
    max: (given) => Math.max(...given),
  };

  return { evaluate, holds, statistics };
})();

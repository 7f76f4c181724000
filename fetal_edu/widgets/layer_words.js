// What is said of a pixel: the sentences of layer_words.py, from the same patterns and in the same order.

const MOST_TERMS = 25, SUMS = new Set(["conv", "blur", "bilinear", "transposed"]);

// Half away from zero, as layer_numbers.py does it: what Python says agrees to the letter.
function written(value, digits) {
  const scale = 10 ** digits, whole = Math.floor(Math.abs(value) * scale + 0.5);
  const part = whole % scale, said = String(Math.floor(whole / scale)) + (digits ? `.${String(part).padStart(digits, "0")}` : "");
  return value < 0 && whole ? `−${said}` : said;
}

function trimmed(value, digits = 2) {
  const said = written(value, digits);
  return digits ? said.replace(/\.?0+$/, "") : said;
}

const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

function makeTelling(tower, patterns) {
  const say = (key, values = {}) => fill(patterns[key], values);
  const digits = (number, x) => written(x, tower.maps[number].digits);
  const valueAt = ([number, row, column]) => digits(number, tower.maps[number].values[row * tower.maps[number].wide + column]);
  const span = (name, places) => {
    const [first, last] = [Math.min(...places), Math.max(...places)].map((at) => String(at).replace("-", "−"));
    return say(first === last ? name : `${name}s`, { first, last });
  };
  const region = (terms) => terms.length && say("region", {
    rows: span("row", terms.map(({ row }) => row)), columns: span("column", terms.map(({ column }) => column)),
  });
  const extent = (mask) => ({ high: Math.max(0, mask.bottom - mask.top + 1), wide: Math.max(0, mask.right - mask.left + 1) });

  const chosen = (at, about) => {
    const layer = tower.layers[at[0] - 1], source = sourceOf(tower, at);
    if (!source) return say("zero");
    const [row, column] = source;
    if (layer.kind === "max") return say("max", { ...about, row, column });
    return say("unpool", { ...about, region: region([{ row, column }]), of: layer.of });
  };
  const patternOf = (kind, count) => {
    if (kind === "transposed") return count > 1 ? "transposed" : count ? "stamp" : "no_stamp";
    return kind === "nearest" || (kind === "bilinear" && count === 1) ? "copy" : kind;
  };
  const beyond = (terms) => {
    const outside = terms.filter(({ out }) => out).length;
    if (outside) return [say("outside", { outside })];
    const different = new Set(terms.map(({ row, column }) => `${row} ${column}`)).size;
    return different < terms.length ? [say("mirrored")] : [];
  };
  const made = (at, terms) => {
    const number = at[0] - 1, { kind } = tower.layers[number];
    const about = { before: tower.maps[number].name, region: region(terms), count: terms.length };
    if (kind === "max" || kind === "unpool") return [chosen(at, about)];
    if (kind === "relu") return [say(terms[0].x > 0 ? "kept" : "cut", { ...about, x: digits(number, terms[0].x) })];
    if (kind === "mean") return [say("mean", { ...about, sum: digits(number, terms.reduce((sum, { x }) => sum + x, 0)) })];
    return [say(patternOf(kind, terms.length), about), ...beyond(terms)];
  };
  const field = (masks) => {
    const { high, wide } = extent(masks[0]), { mm } = tower.maps[0];
    if (!high) return [say("field_none")];
    const said = mm ? say("field_mm", { high, wide, high_mm: trimmed(high * mm[0]), wide_mm: trimmed(wide * mm[1]) }) : say("field", { high, wide });
    return seesPadding(tower, masks) ? [said, say("padding")] : [said];
  };
  const reach = (number, masks) => {
    let later = tower.maps.map((_map, at) => at).slice(number + 1);
    if (later.length > 3) later = [later[0], later.at(-1)];
    const listed = later.map((at) => {
      const { high, wide } = extent(masks[at]), { name } = tower.maps[at];
      return say(!high ? "unreached" : high * wide === 1 ? "reached_one" : "reached", { high, wide, name });
    });
    return say("reach", { list: listed.join(patterns.and) });
  };

  return {
    digits, valueAt,
    words(at, masks) {
      const [number, row, column] = at, said = [say("place", { title: tower.maps[number].title, row, column, value: valueAt(at) })];
      if (number) said.push(...made(at, windowOf(tower, at).flat()), ...field(masks.behind));
      if (number < tower.layers.length) said.push(reach(number, masks.ahead));
      return said;
    },
    numbers(at) {
      const number = at[0] - 1;
      if (number < 0) return "";
      const layer = tower.layers[number], terms = windowOf(tower, at).flat(), value = valueAt(at), count = terms.length;
      const many = count > MOST_TERMS;
      if (layer.kind === "max" || layer.kind === "mean") {
        const between = layer.kind === "max" ? ", " : patterns.plus;
        const within = many ? say("many", { count }) : terms.map(({ x }) => digits(number, x)).join(between);
        return say(`numbers_${layer.kind}`, { terms: within, count, value });
      }
      if (!SUMS.has(layer.kind) || !count || patternOf(layer.kind, count) === "copy") return "";
      if (many) return say("numbers_many", { count, value });
      const each = terms.map(({ x, weight }) => say("term", { x: digits(number, x), weight: trimmed(weight, layer.digits) }));
      return say("numbers_sum", { terms: each.join(patterns.plus), value });
    },
  };
}

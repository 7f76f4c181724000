// The strip: each skip closed, and each one never there, on the head that is shown. A press on a picture asks for it.
// skip_page.py puts this text between skip_parts.js and skip_controls.js.

const ROWS = [["closed", "lesion"], ["without", "ablation"]];

function makeStrip(model, shared, parts) {
  const { labels } = shared, count = model.get("choices").levels.length;
  const columns = [...Array(count).keys(), "all"];
  const cells = {};
  const says = element("p", { className: "fe-strip-says" });
  const heads = columns.map((column) => element("div", { className: "fe-strip-head" }, column === "all" ? [labels.all_four] : []));
  const cell = (row, kind, column) => {
    const key = `${row}-${column}`, paper = element("canvas"), number = element("span", { className: "fe-number" });
    const button = element("button", { type: "button", className: `fe-cell fe-${kind}` }, [paper, number]);
    button.dataset.key = key;
    button.onclick = () => askWay(model, shared, row, column, count);
    cells[key] = { paper, number, button, row, column, kind };
    return button;
  };
  const body = ROWS.flatMap(([row, kind]) => {
    return [element("div", { className: `fe-row-title fe-${kind}`, textContent: labels[`${kind}_row`] }), ...columns.map((column) => cell(row, kind, column))];
  });
  const grid = element("div", { className: "fe-grid" }, [element("div"), ...heads, ...body]);
  parts.strip.append(element("h2", { textContent: labels.strip }), says, grid);
  const draw = (image, other) => {
    const strip = model.get("strip"), size = model.get("size"), ready = Boolean(Object.keys(strip).length);
    for (const [key, one] of Object.entries(cells)) {
      if (!fit(one.paper, size)) continue;
      const found = ready ? [{ loops: outlinesOf(strip[key].map, model.get("grid")), colour: COLOURS[one.kind], filled: true }] : [];
      paint(one.paper, image, [...other(one.kind), ...found], { stroke: Math.max(1.6, one.paper.width / 110) });
    }
  };
  const write = () => {
    const strip = model.get("strip"), ready = Boolean(Object.keys(strip).length), asked = model.get("asked");
    says.textContent = model.get("truth")?.byteLength ? labels.strip_says : labels.strip_says_own;
    columns.forEach((column, place) => {
      if (column === "all") return;
      const title = labels.skip.replace("{}", column), size = model.get("choices").levels[column];
      heads[place].replaceChildren(element("b", { textContent: title }), ` ${size}, ${model.get("levels")[column] ?? ""}`);
    });
    for (const [key, one] of Object.entries(cells)) {
      one.number.textContent = ready ? strip[key].says : "…";
      one.button.setAttribute("aria-label", ready ? strip[key].alt : `${labels[`${one.kind}_row`]}, ${one.column}`);
      one.button.setAttribute("aria-pressed", String(isAsked(asked, one.row, one.column, count)));
    }
    parts.strip.dataset.ready = String(ready);
  };
  return { write, draw };
}

const networkOf = (column) => (column === "all" ? "skips-none" : `skips-no-${column}`);
const gatesOf = (column, count) => [...Array(count).keys()].map((level) => (column === "all" || level === column ? 0 : 1));

function askWay(model, shared, row, column, count) {
  if (row === "without") ask(model, shared, { network: networkOf(column) });
  else ask(model, shared, { network: "skips-all", gates: gatesOf(column, count) });
}

function isAsked({ network, gates }, row, column, count) {
  if (row === "without") return network === networkOf(column);
  return network === "skips-all" && gatesOf(column, count).every((gate, level) => gate === gates[level]);
}

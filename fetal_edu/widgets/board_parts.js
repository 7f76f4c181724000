// The elements of one view of the board of knobs. board_page.py puts this text between sender.js and
// board_picture.js.

const LAYERS = ["truth", "network", "labels"], GROUPS = ["sound", "machine", "anatomy"];
const BUTTONS = ["find", "stop", "back", "clear"];

function buildBoard(labels, id) {
  const parts = { id };
  buildPicture(labels, parts);
  const right = buildTurning(labels, parts);
  const title = element("h1", { className: "fe-title", textContent: labels.title });
  const lead = element("p", { className: "fe-lead", textContent: labels.lead });
  const left = element("div", { className: "fe-left" }, [parts.stage, parts.layers, parts.legend, parts.status, parts.panel]);
  const columns = element("div", { className: "fe-columns" }, [left, right]);
  const warning = element("p", { className: "fe-warning", textContent: labels.warning });
  const head = element("div", { className: "fe-head" }, [title, lead]);
  parts.root = element("div", { className: "fe-board" }, [head, buildMenus(labels, parts), columns, warning]);
  return parts;
}

function buildPicture(labels, parts) {
  parts.paper = element("canvas");
  parts.drawing = svg("svg", "fe-lines");
  parts.ellipses = Object.fromEntries(["halo", "found", "truth"].map((name) => [name, svg("ellipse", `fe-${name}`)]));
  parts.drawing.append(...Object.values(parts.ellipses));
  parts.here = element("p", { className: "fe-here", hidden: true });
  parts.stage = element("div", { className: "fe-stage" }, [parts.paper, parts.drawing, parts.here]);
  parts.stage.setAttribute("role", "img");
  parts.checks = Object.fromEntries(LAYERS.map((name) => [name, element("input", { type: "checkbox" })]));
  const boxes = LAYERS.map((name) => element("label", { className: `fe-layer fe-of-${name}` }, [parts.checks[name], labels[name]]));
  parts.layers = element("div", { className: "fe-layers" }, boxes);
  parts.layers.setAttribute("role", "group");
  parts.layers.setAttribute("aria-label", labels.shown);
  parts.legend = element("ul", { className: "fe-legend", hidden: true });
  parts.legend.setAttribute("aria-label", labels.legend);
  parts.status = element("p", { className: "fe-status" });
  parts.status.setAttribute("role", "status");
  parts.panel = element("div", { className: "fe-panel" });
}

function buildMenus(labels, parts) {
  const field = (name, children, title = labels[name]) => {
    const caption = element("label", { textContent: title, htmlFor: `${parts.id}-${name}` });
    return element("div", { className: `fe-field fe-field-${name}` }, [caption, ...children]);
  };
  const menu = (name) => {
    parts[name] = element("select", { id: `${parts.id}-${name}` });
    return field(name, [parts[name]]);
  };
  parts.weeks = element("input", { type: "range", step: 1, id: `${parts.id}-age` });
  parts.weeksSaid = element("output", { htmlFor: `${parts.id}-age` });
  parts.seed = element("input", { type: "text", inputMode: "numeric", id: `${parts.id}-fetus`, autocomplete: "off" });
  parts.another = element("button", { type: "button", textContent: labels.another });
  return element("div", { className: "fe-menus" }, [
    menu("anatomy"), menu("plane"),
    field("age", [element("div", { className: "fe-age" }, [parts.weeks, parts.weeksSaid])]),
    field("fetus", [element("div", { className: "fe-fetus" }, [parts.seed, parts.another])]),
    menu("machine"), menu("model"),
  ]);
}

function buildTurning(labels, parts) {
  parts.buttons = Object.fromEntries(BUTTONS.map((name) => {
    return [name, element("button", { type: "button", className: `fe-${name}`, textContent: labels[name] })];
  }));
  parts.progress = element("progress", { max: 1, value: 0 });
  parts.progress.setAttribute("aria-label", labels.progress);
  parts.tried = element("span", { className: "fe-tried" });
  parts.searching = element("div", { className: "fe-searching" }, [parts.progress, parts.tried]);
  const actions = element("div", { className: "fe-actions" }, Object.values(parts.buttons));
  parts.meaning = element("p", { className: "fe-meaning", textContent: labels.hint });
  parts.rows = element("div", { className: "fe-rows" });
  parts.key = element("span", { className: "fe-key", textContent: labels.marks, hidden: true });
  const heading = element("h2", {}, [labels.knobs, parts.key]);
  return element("div", { className: "fe-right" }, [actions, parts.searching, heading, parts.meaning, parts.rows]);
}

// One knob: title, slider, where it stands, back to "as drawn", and where it broke the network.
function buildKnob(knob, labels, id) {
  const row = { name: knob.key, says: knob.says };
  row.slider = element("input", { type: "range", min: 0, max: 1, step: 0.01, value: 0, id, title: knob.says });
  row.title = element("label", { htmlFor: id, textContent: knob.title });
  row.value = element("output", { htmlFor: id });
  row.reset = element("button", { type: "button", className: "fe-reset", textContent: "↺" });
  row.reset.setAttribute("aria-label", labels.reset.replace("{}", knob.title));
  row.reset.title = labels.as_drawn;
  row.mark = element("span", { className: "fe-mark" });
  row.tick = element("span", { className: "fe-tick", hidden: true });
  const track = element("div", { className: "fe-track" }, [row.slider, row.tick]);
  row.root = element("div", { className: "fe-knob", title: knob.says }, [row.title, track, row.value, row.reset, row.mark]);
  row.root.dataset.knob = knob.key;
  return row;
}

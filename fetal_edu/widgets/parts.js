// The elements of one view on the page. canvas.py puts this text between calipers.js and view.js.

const MODES = ["ellipse", "box", ...Object.keys(BRUSHES), "caliper"];
const SHAPES = [["truth", "ellipse"], ["halo", "ellipse"], ["outline", "ellipse"], ["box", "rect"], ["arm", "line"], ["brush", "ellipse"], ["cross", "path"]];

function build(labels, id) {
  const parts = {};
  buildTools(labels, parts);
  buildStage(labels, parts, id);
  parts.turner = element("input", { type: "range", min: 1, max: 1, value: 1 });
  parts.turned = element("span");
  parts.frames = element("label", { className: "fe-frames", hidden: true }, [parts.turned, parts.turner]);
  parts.list = element("div", { className: "fe-calipers", hidden: true });
  parts.list.setAttribute("role", "group");
  parts.list.setAttribute("aria-label", labels.calipers);
  parts.status = element("p", { className: "fe-status" });
  parts.status.setAttribute("role", "status");
  const keys = ["help_outline", "help_box", "help_brush", "help_caliper"].map((name) => element("li", { textContent: labels[name] }));
  parts.help = element("details", { className: "fe-help", id: `${id}-help` }, [
    element("summary", { textContent: labels.help_title }),
    element("p", { textContent: labels.help }), element("ul", {}, keys),
  ]);
  parts.root = element("div", { className: "fe-canvas" }, [parts.tools, parts.stage, parts.frames, parts.status, parts.list, parts.help]);
  return parts;
}

function buildTools(labels, parts) {
  const button = (name) => element("button", { type: "button", className: `fe-${name}`, textContent: labels[name] });
  const names = ["open", ...MODES, "clear", "undo", "zoom_in", "zoom_out", "fit"];
  parts.buttons = Object.fromEntries(names.map((name) => [name, button(name)]));
  parts.size = element("input", { type: "range", min: SIZES.least, max: SIZES.most, value: SIZES.usual });
  const size = element("label", { className: "fe-size", textContent: labels.size }, [parts.size]);
  parts.picker = element("input", { type: "file", hidden: true, accept: ".png,.jpg,.jpeg,.dcm,.dicom,.ima,.nii,.gz,image/png,image/jpeg" });
  parts.picker.setAttribute("aria-label", labels.open);
  parts.tools = element("div", { className: "fe-tools" }, [...Object.values(parts.buttons), parts.picker]);
  parts.buttons.caliper.after(size);
  parts.tools.setAttribute("role", "toolbar");
  parts.tools.setAttribute("aria-label", labels.tools);
}

function buildStage(labels, parts, id) {
  parts.paper = element("canvas");
  parts.draft = svg("svg", "fe-draft");
  parts.shapes = Object.fromEntries(SHAPES.map(([name, tag]) => [name, svg(tag, `fe-${name}`)]));
  parts.tapes = svg("g", "fe-tapes");
  parts.handles = Object.fromEntries(HANDLES.map((name) => {
    const dot = svg("circle", `fe-handle fe-at-${name.replace(/[+-]/, "")}`);
    dot.dataset.handle = name;
    return [name, dot];
  }));
  parts.draft.append(...Object.values(parts.shapes), parts.tapes, ...Object.values(parts.handles));
  parts.stage = element("div", { className: "fe-stage", tabIndex: 0 }, [parts.paper, parts.draft]);
  parts.stage.setAttribute("role", "application");
  parts.stage.setAttribute("aria-label", labels.picture);
  parts.stage.setAttribute("aria-describedby", `${id}-help`);
  parts.stage.dataset.lmSuppressShortcuts = "true";  // JupyterLab cuts a cell on "x", deletes it on "d d"
}

// One caliper on the picture: a line with a cross at each end, and its length beside it.
function buildTape() {
  const tape = { group: svg("g", "fe-tape"), halo: svg("path", "fe-tape-halo"), line: svg("path", "fe-tape-line"), text: svg("text", "fe-tape-text") };
  tape.group.append(tape.halo, tape.line, tape.text);
  return tape;
}

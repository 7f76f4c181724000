// The canvas in the browser. State lives in the model's traits; a view only draws it and reports what the
// reader does. `shared` belongs to one model and is used by all its views.

const COLOURS = { mask: [230, 159, 0, 64] };
const NO_ANSWER_MS = 15000;

// Sends changes to Python: one request at a time, and the latest state where more came meanwhile.
function makeSender(model) {
  const sender = { busy: false, again: false, number: 0, timer: 0, watchers: new Set() };
  const tell = () => sender.watchers.forEach((watcher) => watcher());
  const settle = (silent) => {
    clearTimeout(sender.timer);
    Object.assign(sender, { busy: false, silent });
    if (sender.again) sender.push();
    tell();
  };
  const begin = () => {
    sender.number += 1;
    Object.assign(sender, { busy: true, silent: false });
    sender.timer = setTimeout(() => settle(true), NO_ANSWER_MS);
    tell();
    return sender.number;
  };
  sender.push = () => {
    sender.again = sender.busy;
    if (sender.busy) return;
    model.set("request", begin());
    model.save_changes();
  };
  sender.file = (name, bytes) => model.send({ kind: "file", name, request: begin() }, undefined, [bytes]);
  model.on("change:done", () => {
    if (model.get("done") >= sender.number && sender.busy) settle(false);
  });
  return sender;
}

// What the reader did to the outline and the ink, so that it can be taken back.
function makeHistory(model, sender) {
  let past = [];
  model.on("change:image", () => { past = []; });
  const current = (trait) => JSON.stringify(model.get(trait));
  const isCurrent = ({ trait, value }) => value === current(trait);
  return {
    keep(trait) {
      const last = past.at(-1);
      if (last?.trait !== trait || !isCurrent(last)) past.push({ trait, value: current(trait) });
      past = past.slice(-MOST_STROKES);
    },
    undo() {
      if (model.get("drawing")) return;
      while (past.length && isCurrent(past.at(-1))) past.pop();
      if (!past.length) return;
      const { trait, value } = past.pop();
      model.set(trait, JSON.parse(value));
      sender.push();
    },
  };
}

function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function svg(tag, className) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  made.setAttribute("class", className);
  return made;
}

// The page's elements of one view.
function build(labels, id) {
  const button = (name) => element("button", { type: "button", className: `fe-${name}`, textContent: labels[name] });
  const parts = { buttons: {} };
  for (const name of ["open", "ellipse", "box", ...Object.keys(BRUSHES), "clear", "undo", "zoom_in", "zoom_out", "fit"]) {
    parts.buttons[name] = button(name);
  }
  parts.size = element("input", { type: "range", min: SIZES.least, max: SIZES.most, value: SIZES.usual });
  const size = element("label", { className: "fe-size", textContent: labels.size }, [parts.size]);
  parts.picker = element("input", { type: "file", hidden: true, accept: ".png,.jpg,.jpeg,.dcm,.dicom,image/png,image/jpeg" });
  parts.picker.setAttribute("aria-label", labels.open);
  parts.tools = element("div", { className: "fe-tools" }, [...Object.values(parts.buttons), parts.picker]);
  parts.buttons.erase.after(size);
  parts.tools.setAttribute("role", "toolbar");
  parts.tools.setAttribute("aria-label", labels.tools);
  parts.paper = element("canvas");
  parts.draft = svg("svg", "fe-draft");
  parts.shapes = {};
  for (const [name, tag] of [["truth", "ellipse"], ["halo", "ellipse"], ["outline", "ellipse"], ["box", "rect"], ["arm", "line"], ["brush", "ellipse"]]) {
    parts.draft.append(parts.shapes[name] = svg(tag, `fe-${name}`));
  }
  parts.handles = Object.fromEntries(HANDLES.map((name) => {
    const dot = svg("circle", `fe-handle fe-at-${name.replace(/[+-]/, "")}`);
    dot.dataset.handle = name;
    parts.draft.append(dot);
    return [name, dot];
  }));
  parts.stage = element("div", { className: "fe-stage", tabIndex: 0 }, [parts.paper, parts.draft]);
  parts.stage.setAttribute("role", "application");
  parts.stage.setAttribute("aria-label", labels.picture);
  parts.stage.setAttribute("aria-describedby", `${id}-help`);
  parts.status = element("p", { className: "fe-status" });
  parts.status.setAttribute("role", "status");
  parts.help = element("p", { className: "fe-help", id: `${id}-help`, textContent: labels.help });
  parts.root = element("div", { className: "fe-canvas" }, [parts.tools, parts.stage, parts.status, parts.help]);
  parts.stage.dataset.lmSuppressShortcuts = "true";  // JupyterLab cuts a cell on "x", deletes it on "d d"
  return parts;
}

function place(shape, attributes) {
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
}

function makeView(model, shared, parts) {
  // The part of the picture that is shown: mm at the stage's left upper corner, and CSS pixels per mm.
  const view = { x: 0, y: 0, scale: 1, fitted: true, picture: null, mask: null, drag: null, brushAt: null };
  const ink = element("canvas");
  const spacing = () => ({ x: model.get("spacing")[1], y: model.get("spacing")[0] });
  const size = () => {
    const [rows, columns] = model.get("shape"), step = spacing();
    return { width: Math.max(columns, 1) * step.x, height: Math.max(rows, 1) * step.y };
  };
  view.toPage = (x, y) => ({ x: (x - view.x) * view.scale, y: (y - view.y) * view.scale });
  view.toPlane = (event) => {
    const frame = parts.stage.getBoundingClientRect();
    return { x: (event.clientX - frame.left) / view.scale + view.x, y: (event.clientY - frame.top) / view.scale + view.y };
  };
  view.toPixel = (point) => [point.y / spacing().y + 0.5, point.x / spacing().x + 0.5];  // edges, not centres
  view.toCell = (point) => [point.y / spacing().y, point.x / spacing().x];  // whole numbers at pixel centres
  view.fit = () => {
    const { width, height } = size(), step = spacing();
    const wide = parts.stage.clientWidth || 1, high = parts.stage.clientHeight || 1;
    view.scale = view.least = Math.min(wide / width, high / height);
    view.x = -step.x / 2 - (wide / view.scale - width) / 2;
    view.y = -step.y / 2 - (high / view.scale - height) / 2;
    view.fitted = true;
    view.draw();
  };
  view.zoom = (factor, at) => {
    const scale = Math.min(Math.max(view.scale * factor, view.least), view.least * 20);
    if (scale === view.least) return view.fit();
    view.x = at.x - (at.x - view.x) * view.scale / scale;
    view.y = at.y - (at.y - view.y) * view.scale / scale;
    Object.assign(view, { scale, fitted: false });
    view.draw();
  };
  view.middle = () => ({
    x: view.x + parts.stage.clientWidth / view.scale / 2, y: view.y + parts.stage.clientHeight / view.scale / 2,
  });

  const drawPaper = () => {
    const ratio = window.devicePixelRatio || 1, paper = parts.paper;
    const wide = Math.round(parts.stage.clientWidth * ratio), high = Math.round(parts.stage.clientHeight * ratio);
    if (paper.width !== wide || paper.height !== high) Object.assign(paper, { width: wide, height: high });
    const pen = paper.getContext("2d"), step = spacing(), { width, height } = size();
    pen.clearRect(0, 0, wide, high);
    const corner = view.toPage(-step.x / 2, -step.y / 2);
    const area = [corner.x, corner.y, width * view.scale, height * view.scale].map((v) => v * ratio);
    pen.imageSmoothingEnabled = view.scale * step.x < 4;
    if (view.picture) pen.drawImage(view.picture, ...area);
    if (view.mask) pen.drawImage(view.mask, ...area);
    drawStrokes(pen, area);
  };
  const drawStrokes = (pen, area) => {
    const strokes = model.get("strokes"), [rows, columns] = model.get("shape"), { width, height } = parts.paper;
    if (!strokes.length) return;
    if (ink.width !== width || ink.height !== height) Object.assign(ink, { width, height });
    const pencil = ink.getContext("2d");
    pencil.setTransform(1, 0, 0, 1, 0, 0);
    pencil.clearRect(0, 0, width, height);
    pencil.setTransform(area[2] / columns, 0, 0, area[3] / rows, area[0], area[1]);
    drawInk(pencil, strokes);
    pen.globalAlpha = 0.6;
    pen.drawImage(ink, 0, 0);
    pen.globalAlpha = 1;
  };
  const drawBrush = () => {
    const shown = view.brushAt && model.get("mode") in BRUSHES, step = spacing();
    parts.shapes.brush.toggleAttribute("hidden", !shown);
    if (!shown) return;
    const at = view.toPage(view.brushAt[1] * step.x, view.brushAt[0] * step.y), radius = shared.pen.radius();
    place(parts.shapes.brush, { cx: at.x, cy: at.y, rx: radius * step.x * view.scale, ry: radius * step.y * view.scale });
  };
  const drawEllipse = (shape, ellipse) => {
    shape.toggleAttribute("hidden", !ellipse);
    if (!ellipse) return;
    const { x, y } = view.toPage(ellipse.column, ellipse.row);
    place(shape, {
      cx: x, cy: y, rx: ellipse.semi_major * view.scale, ry: ellipse.semi_minor * view.scale,
      transform: `rotate(${ellipse.angle * 180 / Math.PI} ${x} ${y})`,
    });
  };
  const drawHandles = (ellipse) => {
    const shown = ellipse && model.get("mode") === "ellipse";
    const points = shown && HANDLES.map((name) => handlePoint(ellipse, name, 26 / view.scale));
    HANDLES.forEach((name, i) => {
      parts.handles[name].toggleAttribute("hidden", !shown);
      if (!shown) return;
      const { x, y } = view.toPage(points[i].x, points[i].y);
      place(parts.handles[name], { cx: x, cy: y, r: 7 });
    });
    parts.shapes.arm.toggleAttribute("hidden", !shown);
    if (!shown) return;
    const [from, to] = ["major+", "turn"].map((name) => parts.handles[name]);
    place(parts.shapes.arm, {
      x1: from.getAttribute("cx"), y1: from.getAttribute("cy"), x2: to.getAttribute("cx"), y2: to.getAttribute("cy"),
    });
  };
  const drawBox = (box) => {
    parts.shapes.box.toggleAttribute("hidden", !box);
    if (!box) return;
    const step = spacing(), corner = view.toPage((box[1] - 0.5) * step.x, (box[0] - 0.5) * step.y);
    place(parts.shapes.box, {
      x: corner.x, y: corner.y,
      width: (box[3] - box[1]) * step.x * view.scale, height: (box[2] - box[0]) * step.y * view.scale,
    });
  };
  let planned = 0;
  view.draw = () => {
    planned ||= requestAnimationFrame(() => {
      planned = 0;
      drawPaper();
      const ellipse = view.drag?.ellipse ?? model.get("ellipse");
      for (const name of ["halo", "outline"]) drawEllipse(parts.shapes[name], ellipse);
      drawEllipse(parts.shapes.truth, model.get("truth"));
      drawHandles(ellipse);
      drawBox(view.drag?.box ?? model.get("box"));
      drawBrush();
      parts.root.dataset.ready = String(Boolean(view.picture));
    });
  };
  view.stop = () => cancelAnimationFrame(planned);

  view.loadPicture = async () => {
    parts.root.dataset.ready = "false";
    const bytes = model.get("image"), [rows, columns] = model.get("shape");
    const picture = bytes?.byteLength ? await createImageBitmap(new Blob([bytes], { type: "image/png" })) : null;
    if (bytes !== model.get("image")) return;  // a newer picture came while this one was decoded
    view.picture = picture;
    parts.stage.style.aspectRatio = rows ? `${size().width} / ${size().height}` : "3 / 2";
    parts.stage.setAttribute("aria-label", `${shared.labels.picture}: ${model.get("name")} (${columns} x ${rows})`);
    view.fit();
  };
  view.loadMask = () => {
    const mask = model.get("mask");
    view.mask = mask ? element("canvas", { width: mask.shape[1], height: mask.shape[0] }) : null;
    view.mask?.getContext("2d").putImageData(bitsToPicture(mask.bits, mask.shape, COLOURS.mask), 0, 0);
    view.draw();
  };
  view.loadState = () => {
    const mode = model.get("mode"), sender = shared.sender;
    for (const name of ["ellipse", "box", ...Object.keys(BRUSHES)]) parts.buttons[name].setAttribute("aria-pressed", String(name === mode));
    const said = shared.said || (sender.silent ? shared.labels.no_answer : model.get("status"));
    if (parts.status.textContent !== said) parts.status.textContent = said;
    parts.status.classList.toggle("fe-alarm", Boolean(shared.said ? shared.alarm : sender.silent || model.get("alarm")));
    parts.stage.setAttribute("aria-busy", String(sender.busy));
    Object.assign(parts.root.dataset, { mode, rev: model.get("rev"), busy: String(sender.busy), strokes: model.get("strokes").length });
    parts.size.value = shared.pen.size;
    view.draw();
  };
  return view;
}

// Saves a file that Python made, as any download.
function save(content, buffers) {
  if (content?.kind !== "download") return;
  const address = URL.createObjectURL(new Blob(buffers, { type: content.type }));
  element("a", { href: address, download: content.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

export default () => {
  const shared = { views: 0, said: "", alarm: false };
  return {
    initialize({ model }) {
      shared.labels = model.get("labels");
      shared.sender = makeSender(model);
      shared.history = makeHistory(model, shared.sender);
      shared.pen = makePen(model, shared);
      const tell = () => shared.sender.watchers.forEach((watcher) => watcher());
      shared.say = (said, alarm = false) => {  // the browser's own word, until Python's next one
        Object.assign(shared, { said, alarm });
        tell();
      };
      shared.resizeBrush = (size) => {
        shared.pen.resize(size);
        tell();
      };
      model.on("msg:custom", save);
      model.on("change:rev", () => { shared.said = ""; });
    },
    render({ model, el }) {
      shared.views += 1;
      const parts = build(shared.labels, `fe-${Math.random().toString(36).slice(2)}`);
      const view = makeView(model, shared, parts);
      const stop = new AbortController();
      listen(model, shared, parts, view, stop.signal);  // actions.js
      const bindings = [
        ["change:image", view.loadPicture], ["change:mask", view.loadMask],
        ["change:spacing", view.fit], ["change:ellipse change:truth change:box change:strokes", view.draw],
        ["change:mode change:status change:alarm change:rev change:done change:strokes", view.loadState],
      ];
      for (const [names, run] of bindings) for (const name of names.split(" ")) model.on(name, run);
      shared.sender.watchers.add(view.loadState);
      const resized = new ResizeObserver(() => (view.fitted ? view.fit() : view.draw()));
      el.append(parts.root);
      resized.observe(parts.stage);
      view.loadPicture();
      view.loadMask();
      view.loadState();
      model.send({ kind: "ready" });
      return () => {
        shared.views -= 1;
        stop.abort();
        if (!shared.views) shared.pen.up(true);
        resized.disconnect();
        view.stop();
        shared.sender.watchers.delete(view.loadState);
        for (const [names, run] of bindings) for (const name of names.split(" ")) model.off(name, run);
        parts.root.remove();
      };
    },
  };
};

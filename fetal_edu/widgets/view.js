// One view of the canvas: where the picture lies, and all that is drawn on it. canvas.py puts this text between
// caliper_list.js and pointers.js.

const COLOURS = { mask: [230, 159, 0, 64] };
const CROSS = 8;  // CSS pixels from the middle of a caliper's cross to its end

function makeView(model, shared, parts) {
  // The part of the picture that is shown: mm at the stage's left upper corner, and CSS pixels per mm.
  const view = { x: 0, y: 0, scale: 1, fitted: true, picture: null, mask: null, drag: null, brushAt: null, crossAt: null };
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
  view.cellToPage = ([row, column]) => view.toPage(column * spacing().x, row * spacing().y);
  view.apart = (a, b) => {
    const [from, to] = [a, b].map(view.cellToPage);
    return Math.hypot(from.x - to.x, from.y - to.y);
  };
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

  const drawPaper = makePaper(model, parts, view, spacing, size);
  const drawShapes = makeShapes(model, shared, parts, view, spacing);
  const showList = makeCaliperList(model, shared, parts);
  let planned = 0;
  view.draw = () => {
    planned ||= requestAnimationFrame(() => {
      planned = 0;
      drawPaper();
      drawShapes();
      parts.root.dataset.ready = String(Boolean(view.picture));
    });
  };
  view.stop = () => cancelAnimationFrame(planned);

  let shown = "";
  view.loadPicture = async () => {
    parts.root.dataset.ready = "false";
    const bytes = model.get("image"), [rows, columns] = model.get("shape");
    const picture = bytes?.byteLength ? await createImageBitmap(new Blob([bytes], { type: "image/png" })) : null;
    if (bytes !== model.get("image")) return;  // a newer picture came while this one was decoded
    view.picture = picture;
    parts.stage.style.aspectRatio = rows ? `${size().width} / ${size().height}` : "3 / 2";
    const name = `${shared.labels.picture}: ${model.get("name")} (${columns} x ${rows})`;
    parts.stage.setAttribute("aria-label", name);
    if (view.fitted || name !== shown) view.fit();  // the next frame of a file keeps the zoom
    else view.draw();
    shown = name;
  };
  view.loadMask = () => {
    const mask = model.get("mask");
    view.mask = mask ? element("canvas", { width: mask.shape[1], height: mask.shape[0] }) : null;
    view.mask?.getContext("2d").putImageData(bitsToPicture(mask.bits, mask.shape, COLOURS.mask), 0, 0);
    view.draw();
  };
  view.loadState = () => {
    const mode = model.get("mode"), { sender, labels } = shared, frames = model.get("frames");
    for (const name of MODES) parts.buttons[name].setAttribute("aria-pressed", String(name === mode));
    const said = shared.said || (sender.silent ? labels.no_answer : model.get("status"));
    if (parts.status.textContent !== said) parts.status.textContent = said;
    parts.status.classList.toggle("fe-alarm", Boolean(shared.said ? shared.alarm : sender.silent || model.get("alarm")));
    parts.stage.setAttribute("aria-busy", String(sender.busy));
    const counts = { done: model.get("done"), strokes: model.get("strokes").length, calipers: model.get("calipers").length };
    Object.assign(parts.root.dataset, { mode, rev: model.get("rev"), busy: String(sender.busy), ...counts });
    parts.size.value = shared.pen.size;
    parts.frames.hidden = frames < 2;
    Object.assign(parts.turner, { max: frames, value: model.get("frame") + 1 });
    parts.turned.textContent = labels.frame.replace("{at}", model.get("frame") + 1).replace("{all}", frames);
    showList();
    view.draw();
  };
  return view;
}

// Draws picture, mask and ink.
function makePaper(model, parts, view, spacing, size) {
  const ink = element("canvas");
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
  return () => {
    const ratio = window.devicePixelRatio || 1, { paper } = parts;
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
}

// Draws what can be taken hold of: outline and handles, box, brush, calipers.
function makeShapes(model, shared, parts, view, spacing) {
  const { shapes } = parts, tapes = [];
  const hide = (shape, hidden) => shape.toggleAttribute("hidden", hidden);
  const drawEllipse = (shape, ellipse) => {
    hide(shape, !ellipse);
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
      hide(parts.handles[name], !shown);
      if (!shown) return;
      const { x, y } = view.toPage(points[i].x, points[i].y);
      place(parts.handles[name], { cx: x, cy: y, r: 7 });
    });
    hide(shapes.arm, !shown);
    if (!shown) return;
    const [from, to] = ["major+", "turn"].map((name) => parts.handles[name]);
    place(shapes.arm, {
      x1: from.getAttribute("cx"), y1: from.getAttribute("cy"), x2: to.getAttribute("cx"), y2: to.getAttribute("cy"),
    });
  };
  const drawBox = (box) => {
    hide(shapes.box, !box);
    if (!box) return;
    const { x, y } = view.cellToPage([box[0] - 0.5, box[1] - 0.5]), end = view.cellToPage([box[2] - 0.5, box[3] - 0.5]);
    place(shapes.box, { x, y, width: end.x - x, height: end.y - y });
  };
  const drawBrush = () => {
    const shown = view.brushAt && model.get("mode") in BRUSHES, step = spacing();
    hide(shapes.brush, !shown);
    if (!shown) return;
    const { x, y } = view.cellToPage(view.brushAt), radius = shared.pen.radius();
    place(shapes.brush, { cx: x, cy: y, rx: radius * step.x * view.scale, ry: radius * step.y * view.scale });
  };
  const crossAt = ({ x, y }) => `M${x - CROSS} ${y}H${x + CROSS}M${x} ${y - CROSS}V${y + CROSS}`;
  const drawTape = (tape, caliper, number) => {
    const [from, to] = ENDS_OF_TAPE.map((end) => view.cellToPage(caliper[end]));
    const path = `M${from.x} ${from.y}L${to.x} ${to.y}${crossAt(from)}${crossAt(to)}`;
    place(tape.halo, { d: path });
    place(tape.line, { d: path });
    tape.group.classList.toggle("fe-chosen", shared.tape.chosen === number);
    tape.text.textContent = `${caliperTag(caliper, number, shared.labels)} ${lengthInWords(model, caliper)}`;
    const { clientWidth: wide, clientHeight: high } = parts.stage, right = to.x > wide - 150;
    const y = Math.min(Math.max(to.y - 12, 20), high - 8);
    place(tape.text, { x: Math.min(Math.max(to.x + (right ? -12 : 12), 6), wide - 6), y, "text-anchor": right ? "end" : "start" });
  };
  const drawTapes = () => {
    const calipers = model.get("calipers");
    while (tapes.length < calipers.length) {
      tapes.push(buildTape());
      parts.tapes.append(tapes.at(-1).group);
    }
    tapes.forEach((tape, number) => {
      hide(tape.group, !calipers[number]);
      if (calipers[number]) drawTape(tape, calipers[number], number);
    });
    const measuring = model.get("mode") === "caliper", crosses = measuring ? [shared.tape.start, view.crossAt].filter(Boolean) : [];
    hide(shapes.cross, !crosses.length);
    place(shapes.cross, { d: crosses.map((at) => crossAt(view.cellToPage(at))).join("") });
  };
  return () => {
    const ellipse = view.drag?.ellipse ?? model.get("ellipse");
    for (const name of ["halo", "outline"]) drawEllipse(shapes[name], ellipse);
    drawEllipse(shapes.truth, model.get("truth"));
    drawHandles(ellipse);
    drawBox(view.drag?.box ?? model.get("box"));
    drawBrush();
    drawTapes();
  };
}

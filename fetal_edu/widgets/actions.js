// What the reader does on the canvas: pointer, wheel, keys, buttons, files. canvas.py puts this text
// between ink.js and canvas.js.

function listen(model, shared, parts, view, signal) {
  const on = (target, names, run, options = {}) => {
    for (const name of names.split(" ")) target.addEventListener(name, run, { ...options, signal });
  };
  listenToButtons(model, shared, parts, view, on);
  listenToPointers(model, shared, parts, view, on);
  listenToFiles(model, shared, parts, view, on);
  on(parts.root, "keydown", (event) => {
    if (event.metaKey || (event.ctrlKey && !event.altKey)) return;
    event.stopPropagation();  // also what means nothing here: to JupyterLab it may mean "cut this cell"
    if (event.target === parts.stage && pressKey(model, shared, view, event)) event.preventDefault();
  });
  on(parts.stage, "wheel", (event) => {
    // Without the focus the wheel scrolls the page, as a reader expects who only passes by.
    if (!event.ctrlKey && !parts.stage.contains(document.activeElement)) return;
    event.preventDefault();
    view.zoom(Math.exp(-event.deltaY / 400), view.toPlane(event));
  }, { passive: false });
}

function setMode(model, shared, mode) {
  shared.pen.up(true);
  model.set("mode", mode);
  shared.sender.push();
}

function listenToButtons(model, shared, parts, view, on) {
  const actions = {
    open: () => parts.picker.click(),
    ellipse: () => setMode(model, shared, "ellipse"),
    box: () => setMode(model, shared, "box"),
    head: () => setMode(model, shared, "head"),
    not_head: () => setMode(model, shared, "not_head"),
    erase: () => setMode(model, shared, "erase"),
    clear: () => shared.pen.clear(),
    undo: () => shared.history.undo(),
    zoom_in: () => view.zoom(1.4, view.middle()),
    zoom_out: () => view.zoom(1 / 1.4, view.middle()),
    fit: () => view.fit(),
  };
  for (const [name, run] of Object.entries(actions)) on(parts.buttons[name], "click", run);
  on(parts.size, "input", () => shared.resizeBrush(Number(parts.size.value)));
}

// Keys work on the outline, on the box, or on the brush. Returns whether the key meant something.
function pressKey(model, shared, view, event) {
  const { key } = event, mode = model.get("mode"), [rows, columns] = model.get("shape");
  const simple = {
    z: () => shared.history.undo(), 0: () => view.fit(), o: () => setMode(model, shared, "ellipse"),
    b: () => setMode(model, shared, "box"), c: () => shared.pen.clear(),
    1: () => setMode(model, shared, "head"), 2: () => setMode(model, shared, "not_head"),
    3: () => setMode(model, shared, "erase"),
    Escape: () => setMode(model, shared, "ellipse"),
  };
  if (simple[key] && rows) return simple[key](), true;
  if (!rows) return false;
  if (mode in BRUSHES) return pressBrushKey(model, shared, view, event);
  const times = event.shiftKey && key.startsWith("Arrow") ? 10 : 1;
  if (mode === "box") {
    if (key === "Enter") return shared.sender.push(), true;
    const quarter = [rows, columns, 3 * rows, 3 * columns].map((edge) => Math.round(edge / 4));
    const box = keyBox(model.get("box") ?? quarter, key, [rows, columns], times);
    if (box) model.set("box", box);  // sent by Enter: every step would start the network
    return Boolean(box);
  }
  const ellipse = model.get("ellipse"), [y, x] = model.get("spacing");
  const changed = ellipse && keyEllipse(ellipse, key, { x, y }, times);
  if (!changed) return false;
  shared.history.keep("ellipse");
  model.set("ellipse", tidy(changed));
  shared.sender.push();
  return true;
}

function listenToPointers(model, shared, parts, view, on) {
  const { stage } = parts, touches = new Map();
  let pinch = null;
  const spread = () => {
    const [a, b] = touches.values();
    const middle = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
    return { middle, length: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
  };
  const nearestHandle = (event) => {
    const ellipse = model.get("ellipse"), point = view.toPlane(event);
    if (!ellipse) return null;
    const distances = HANDLES.map((name) => {
      const at = handlePoint(ellipse, name, 26 / view.scale);
      return { name, at, length: Math.hypot(at.x - point.x, at.y - point.y) * view.scale };
    });
    const best = distances.reduce((a, b) => (b.length < a.length ? b : a));
    return best.length <= (event.pointerType === "touch" ? 28 : 14) ? best : null;
  };
  const begin = (event) => {
    const point = view.toPlane(event);
    if (model.get("mode") in BRUSHES) {
      const full = shared.pen.down(view.toCell(point));
      if (full) shared.say(full, true);
      return full ? null : { kind: "ink", pen: event.pointerType === "pen" };
    }
    if (model.get("mode") === "box") return { kind: "box", from: view.toPixel(point), old: model.get("box") };
    const handle = nearestHandle(event);
    if (!handle) return { kind: "pan", at: point };
    shared.history.keep("ellipse");
    const off = { x: handle.at.x - point.x, y: handle.at.y - point.y };
    return { kind: "handle", name: handle.name, off, ellipse: model.get("ellipse"), before: model.get("ellipse") };
  };
  const pull = (drag, point, event) => {
    if (drag.kind === "ink") {
      // All places since the last frame: a fast hand leaves a round line, not corners.
      const passed = event.getCoalescedEvents?.() ?? [];
      shared.pen.draw((passed.length ? passed : [event]).map((at) => view.toCell(view.toPlane(at))));
    } else if (drag.kind === "box") {
      drag.box = insideBox([...drag.from, ...view.toPixel(point)], model.get("shape"));
    } else if (drag.kind === "pan") {
      if (!view.fitted) Object.assign(view, { x: view.x + drag.at.x - point.x, y: view.y + drag.at.y - point.y });
    } else {
      const target = { x: point.x + drag.off.x, y: point.y + drag.off.y };
      drag.ellipse = pullHandle(drag.ellipse, drag.name, target, 2 * Math.min(...model.get("spacing")));
      model.set("ellipse", tidy(drag.ellipse));  // every view draws it at once
      shared.sender.push();  // Python hears of it as fast as it answers
    }
    view.draw();
  };
  const end = (keep) => {
    const drag = view.drag;
    view.drag = null;
    if (drag?.kind === "ink") shared.pen.up(keep);
    if (drag?.kind === "box" && keep && drag.box) {
      model.set("box", drag.box);
      shared.history.keep("ellipse");
      shared.sender.push();
    }
    if (drag?.kind === "handle" && !keep) {
      model.set("ellipse", drag.before);
      shared.sender.push();
    }
    view.draw();
  };
  on(stage, "pointerdown", (event) => {
    if (event.button > 0 || !model.get("shape")[0]) return;
    if (view.drag?.pen && event.pointerType === "touch") return;  // the hand that rests beside the pen
    if (touches.size === 0) shared.pen.up(true);  // left down by the keys
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    touches.set(event.pointerId, event);
    if (touches.size === 2) {
      end(false);
      pinch = spread();
    } else if (touches.size === 1) view.drag = begin(event);
    event.preventDefault();
  });
  on(stage, "pointermove pointerdown", (event) => {
    if (!(model.get("mode") in BRUSHES)) return;
    view.brushAt = view.toCell(view.toPlane(event));
    view.draw();
  });
  on(stage, "pointermove", (event) => {
    if (!touches.has(event.pointerId)) return;
    touches.set(event.pointerId, event);
    if (pinch && touches.size === 2) {
      const before = view.toPlane(pinch.middle), now = spread();
      view.zoom(now.length / Math.max(pinch.length, 1), before);
      const after = view.toPlane(now.middle);
      if (!view.fitted) Object.assign(view, { x: view.x + before.x - after.x, y: view.y + before.y - after.y });
      pinch = now;
      view.draw();
    } else if (view.drag) pull(view.drag, view.toPlane(event), event);
  });
  on(stage, "pointerup pointercancel", (event) => {
    if (!touches.delete(event.pointerId)) return;
    if (!pinch) end(event.type === "pointerup");
    if (touches.size === 0) pinch = null;
  });
}

function listenToFiles(model, shared, parts, view, on) {
  const complain = (sentence) => shared.say(sentence, true);
  const open = async (files) => {
    const { labels } = shared, file = files?.[0], limit = model.get("file_limit");
    if (!file) return;
    if (files.length > 1) return complain(labels.one_file);
    if (file.size > limit) {
      const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
      return complain(labels.too_large.replace("{name}", file.name)
        .replace("{size}", megabytes(file.size)).replace("{limit}", megabytes(limit)));
    }
    try {
      shared.sender.file(file.name, await file.arrayBuffer());
    } catch {
      complain(labels.unreadable.replace("{name}", file.name));  // a folder, or a file that has gone
    }
  };
  on(parts.picker, "change", () => {
    open(parts.picker.files);
    parts.picker.value = "";  // so that the same file can be chosen again
  });
  // In Voila the whole page takes a file: dropped beside the picture, the browser would leave the page.
  const target = document.body.dataset.voila ? window : parts.root;
  on(target, "dragover", (event) => {
    event.preventDefault();
    parts.root.classList.add("fe-over");
  });
  on(target, "dragleave drop", () => parts.root.classList.remove("fe-over"));
  on(target, "drop", (event) => {
    if (target === window && shared.views > 1 && !parts.root.contains(event.target)) return event.preventDefault();
    event.preventDefault();
    open(event.dataTransfer.files);
  });
}

// What the reader does with keys, buttons and the wheel. canvas.py puts this text between files.js and canvas.js.

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
  shared.tape.forget();
  model.set("mode", mode);
  shared.sender.push();
}

function setFrame(model, shared, frame) {
  if (frame < 0 || frame >= model.get("frames")) return;
  shared.pen.up(true);
  shared.tape.forget();
  model.set("frame", frame);
  shared.sender.push();
}

function listenToButtons(model, shared, parts, view, on) {
  const actions = {
    open: () => parts.picker.click(),
    ...Object.fromEntries(MODES.map((mode) => [mode, () => setMode(model, shared, mode)])),
    clear: () => shared.pen.clear(),
    undo: () => shared.history.undo(),
    zoom_in: () => view.zoom(1.4, view.middle()),
    zoom_out: () => view.zoom(1 / 1.4, view.middle()),
    fit: () => view.fit(),
  };
  for (const [name, run] of Object.entries(actions)) on(parts.buttons[name], "click", run);
  on(parts.size, "input", () => shared.resizeBrush(Number(parts.size.value)));
  on(parts.turner, "input", () => setFrame(model, shared, Number(parts.turner.value) - 1));
}

// Keys work on the outline, the box, the brush or the calipers. Returns whether the key meant something.
function pressKey(model, shared, view, event) {
  const { key } = event, mode = model.get("mode"), [rows, columns] = model.get("shape");
  const simple = {
    z: () => shared.history.undo(), 0: () => view.fit(), o: () => setMode(model, shared, "ellipse"),
    b: () => setMode(model, shared, "box"), c: () => shared.pen.clear(),
    1: () => setMode(model, shared, "head"), 2: () => setMode(model, shared, "not_head"),
    3: () => setMode(model, shared, "erase"), m: () => setMode(model, shared, "caliper"),
    ",": () => setFrame(model, shared, model.get("frame") - 1), ".": () => setFrame(model, shared, model.get("frame") + 1),
    Escape: () => setMode(model, shared, "ellipse"),
  };
  if (!rows) return false;
  if (mode === "caliper" && pressTapeKey(model, shared, view, event)) return true;
  if (simple[key]) return simple[key](), true;
  if (mode in BRUSHES) return pressBrushKey(model, shared, view, event);
  const times = event.shiftKey && key.startsWith("Arrow") ? 10 : 1;
  if (mode === "box") {
    if (key === "Enter") return shared.sender.push(), true;
    const quarter = [rows, columns, 3 * rows, 3 * columns].map((edge) => Math.round(edge / 4));
    const box = keyBox(model.get("box") ?? quarter, key, [rows, columns], times);
    if (box) model.set("box", box);  // sent by Enter: every step would start the network
    return Boolean(box);
  }
  if (mode !== "ellipse") return false;
  const ellipse = model.get("ellipse"), [y, x] = model.get("spacing");
  const changed = ellipse && keyEllipse(ellipse, key, { x, y }, times);
  if (!changed) return false;
  shared.history.keep("ellipse");
  model.set("ellipse", tidy(changed));
  shared.sender.push();
  return true;
}

// The explorer in the browser. A view draws the tower and follows mouse and keys by itself; the pixel that is shown
// goes to Python when the hand rests, for Python only tells of it.

const REST_MS = 300, SPOKEN_MS = 500;

function makeView(model, el) {
  const tower = readTower(model), telling = makeTelling(tower, model.get("patterns"));
  const parts = buildTower(model, tower, `fe-${Math.random().toString(36).slice(2)}`);
  const view = { tower, parts, at: [...model.get("at")], pinned: model.get("pinned"), frame: 0, timers: {} };
  const writeTable = makeTable(tower, telling, parts);
  const later = (name, run, ms) => {
    clearTimeout(view.timers[name]);
    view.timers[name] = setTimeout(run, ms);
  };
  const draw = () => {
    view.frame = 0;
    const masks = { behind: behind(tower, view.at), ahead: ahead(tower, view.at) };
    drawOver(view, masks);
    const words = telling.words(view.at, masks);
    parts.place.data = words[0];
    parts.rest.data = ` ${words.slice(1).join(" ")}`;
    parts.pin.classList.toggle("fe-tower-on", view.pinned);
    writeTable(view.at);
    later("spoken", () => { parts.live.textContent = [...words, ...(view.pinned ? [parts.labels.pinned] : [])].join(" "); }, SPOKEN_MS);
  };
  view.ask = () => { view.frame ||= requestAnimationFrame(draw); };
  view.show = (at, pinned = view.pinned) => {
    if (pinned === view.pinned && at.every((one, i) => one === view.at[i])) return;
    Object.assign(view, { at, pinned, untold: true });
    model.set({ at, pinned });  // for other views of it, and for the next tower
    view.ask();
    later("told", tell, REST_MS);
  };
  const tell = () => {
    if (view.untold) model.save_changes();
    view.untold = false;
  };
  view.hear = () => {
    Object.assign(view, { at: [...model.get("at")], pinned: model.get("pinned") });
    view.ask();
  };
  view.stop = () => {
    tell();
    cancelAnimationFrame(view.frame);
    Object.values(view.timers).forEach(clearTimeout);
    resized.disconnect();
    parts.root.remove();
  };
  const resized = new ResizeObserver(() => {
    const width = parts.root.clientWidth;
    if (!width || width === view.width) return;
    view.width = width;
    layOut(parts);
    view.ask();
    parts.root.dataset.ready = "true";
  });
  listenToTower(view);
  el.append(parts.root);
  resized.observe(parts.root);
  return view;
}

// Outlines over the maps: this pixel, what it is made of, what it reaches.
function drawOver({ tower, parts, at }, masks) {
  const [number, row, column] = at, source = sourceOf(tower, at);
  parts.maps.forEach(({ sheet, stage }, k) => {
    sheet.clear();
    if (k < number) sheet.border(masks.behind[k], LINES.behind);
    if (k > number) sheet.border(masks.ahead[k], LINES.ahead, [7, 4]);
    if (k === number) sheet.box(row, column, 1, 1, LINES.at, 3);
    stage.classList.toggle("fe-tower-here", k === number);
  });
  if (!number) return;
  const sheet = parts.maps[number - 1].sheet, window = windowOf(tower, at).flat();
  if (window.some(({ out }) => out)) {  // the whole window, with the padding that belongs to it
    const rows = window.map((one) => one.row), columns = window.map((one) => one.column);
    const [top, left] = [Math.min(...rows), Math.min(...columns)];
    sheet.clear();
    sheet.box(top, left, Math.max(...rows) - top + 1, Math.max(...columns) - left + 1, LINES.behind);
  }
  if (source && tower.layers[number - 1].kind === "max") sheet.dot(...source, LINES.at);
}

function listenToTower(view) {
  const { tower, parts } = view, same = (at) => at.every((one, i) => one === view.at[i]);
  parts.maps.forEach(({ sheet, stage }, number) => {
    const place = (event) => {
      const pixel = sheet.pixelAt(event);
      return pixel && [number, ...pixel];
    };
    stage.addEventListener("pointermove", (event) => {
      const at = view.pinned ? null : place(event);
      if (at) view.show(at);
    });
    stage.addEventListener("click", (event) => {
      const at = place(event);
      if (at) view.show(at, !(view.pinned && same(at)));
    });
    stage.addEventListener("focus", () => {
      if (!view.pinned && view.at[0] !== number && stage.matches(":focus-visible")) view.show(carried(tower, view.at, number));
    });
  });
  parts.root.addEventListener("keydown", (event) => {
    if (event.ctrlKey && !["Home", "End"].includes(event.key) || event.metaKey || event.altKey) return;
    event.stopPropagation();  // also what means nothing here: to JupyterLab it may mean "cut this cell"
    const number = event.target.dataset.map;
    if (number !== undefined && pressMapKey(view, Number(number), event)) event.preventDefault();
  });
}

// Returns whether the key meant something.
function pressMapKey(view, number, { key, shiftKey, ctrlKey }) {
  const { tower, parts } = view, { high, wide } = tower.maps[number];
  const [, row, column] = view.at[0] === number ? view.at : carried(tower, view.at, number);
  const step = shiftKey ? 8 : 1, within = (at, n) => Math.min(Math.max(at, 0), n - 1);
  const go = (r, c) => view.show([number, within(r, high), within(c, wide)]);
  const turn = (to) => {
    if (!parts.maps[to]) return;
    view.show(carried(tower, [number, row, column], to));
    parts.maps[to].stage.focus();
  };
  const keys = {
    ArrowUp: () => go(row - step, column), ArrowDown: () => go(row + step, column),
    ArrowLeft: () => go(row, column - step), ArrowRight: () => go(row, column + step),
    Home: () => go(ctrlKey ? 0 : row, 0), End: () => go(ctrlKey ? high - 1 : row, wide - 1),
    PageUp: () => turn(number - 1), PageDown: () => turn(number + 1), "[": () => turn(number - 1), "]": () => turn(number + 1),
    Enter: () => view.show([number, row, column], !view.pinned), Escape: () => view.show([number, row, column], false),
  };
  if (!keys[key]) return false;
  keys[key]();
  return true;
}

export default {
  render({ model, el }) {
    let view = makeView(model, el);
    const renew = () => {
      const focused = view.parts.maps.findIndex(({ stage }) => stage === document.activeElement);
      view.stop();
      view = makeView(model, el);
      view.parts.maps[focused]?.stage.focus();
    };
    const hear = () => { if (view.tower.maps.length > model.get("at")[0]) view.hear(); };
    model.on("change:rev", renew);
    model.on("change:at", hear);
    model.on("change:pinned", hear);
    return () => {
      model.off("change:rev", renew);
      model.off("change:at", hear);
      model.off("change:pinned", hear);
      view.stop();
    };
  },
};

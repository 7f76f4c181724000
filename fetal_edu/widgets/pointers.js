// What mouse, pen and fingers do on the picture. canvas.py puts this text between view.js and actions.js.

const PALM_MS = 500;  // a hand that wrote rests a little longer than its pen
const PEN_GONE_MS = 10000;  // a pen that was taken away without a word

// A pen that touches or hovers: until it has been away for a moment, fingers are the hand that holds it.
function makePalm() {
  let near = false, last = -Infinity;
  return {
    see({ pointerType, type, timeStamp }) {
      if (pointerType !== "pen") return;
      near = type !== "pointerleave" && type !== "pointercancel";
      last = timeStamp;
    },
    rejects: ({ pointerType, timeStamp }) => pointerType === "touch" && timeStamp - last < (near ? PEN_GONE_MS : PALM_MS),
  };
}

// What begins, goes on and ends with one drag; which, depends on the mode.
function makeDrag(model, shared, view) {
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
  const refused = (sentence) => {
    if (sentence) shared.say(sentence, true);
    return Boolean(sentence);
  };
  const begin = (event) => {
    const point = view.toPlane(event), cell = view.toCell(point), mode = model.get("mode");
    if (mode in BRUSHES) return refused(shared.pen.down(cell)) ? null : { kind: "ink" };
    if (mode === "caliper") {
      const near = shared.tape.endNear((end) => view.apart(end, cell), event.pointerType === "touch" ? 28 : 14);
      return refused(shared.tape.down(cell, near)) ? null : { kind: "tape", from: cell };
    }
    if (mode === "box") return { kind: "box", from: view.toPixel(point) };
    const handle = nearestHandle(event);
    if (!handle) return { kind: "pan", at: point };
    shared.history.keep("ellipse");
    const off = { x: handle.at.x - point.x, y: handle.at.y - point.y };
    return { kind: "handle", name: handle.name, off, ellipse: model.get("ellipse"), before: model.get("ellipse") };
  };
  const pulls = {
    ink(_drag, _point, event) {
      // All places since the last frame: a fast hand leaves a round line, not corners.
      const passed = event.getCoalescedEvents?.() ?? [];
      shared.pen.draw((passed.length ? passed : [event]).map((at) => view.toCell(view.toPlane(at))));
    },
    tape(drag, point) {
      const cell = view.toCell(point);
      drag.far ||= view.apart(drag.from, cell) > 4;  // a click that trembles sets one end, not two
      if (drag.far) shared.tape.pull(cell);
    },
    box(drag, point) {
      drag.box = insideBox([...drag.from, ...view.toPixel(point)], model.get("shape"));
    },
    pan(drag, point) {
      if (!view.fitted) Object.assign(view, { x: view.x + drag.at.x - point.x, y: view.y + drag.at.y - point.y });
    },
    handle(drag, point) {
      const target = { x: point.x + drag.off.x, y: point.y + drag.off.y };
      drag.ellipse = pullHandle(drag.ellipse, drag.name, target, 2 * Math.min(...model.get("spacing")));
      model.set("ellipse", tidy(drag.ellipse));  // every view draws it at once
      shared.sender.push();  // Python hears of it as fast as it answers
    },
  };
  const ends = {
    ink: (_drag, keep) => shared.pen.up(keep),
    tape: (_drag, keep) => shared.tape.up(keep),
    box(drag, keep) {
      if (!keep || !drag.box) return;
      model.set("box", drag.box);
      shared.sender.push();
    },
    pan() {},
    handle(drag, keep) {
      if (keep) return;
      model.set("ellipse", drag.before);
      shared.sender.push();
    },
  };
  return {
    begin,
    pull(event) {
      pulls[view.drag.kind](view.drag, view.toPlane(event), event);
      view.draw();
    },
    end(keep) {
      const drag = view.drag;
      view.drag = null;
      if (drag) ends[drag.kind](drag, keep);
      view.draw();
    },
  };
}

function listenToPointers(model, shared, parts, view, on) {
  const { stage } = parts, touches = new Map(), drag = makeDrag(model, shared, view), { palm } = shared;
  let pinch = null;
  const spread = () => {
    const [a, b] = touches.values();
    const middle = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
    return { middle, length: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
  };
  const pullPinch = () => {
    const before = view.toPlane(pinch.middle), now = spread();
    view.zoom(now.length / Math.max(pinch.length, 1), before);
    const after = view.toPlane(now.middle);
    if (!view.fitted) Object.assign(view, { x: view.x + before.x - after.x, y: view.y + before.y - after.y });
    pinch = now;
    view.draw();
  };
  // A palm that lay there before the pen came: what it began is taken back.
  const liftFingers = () => {
    if (![...touches.values()].some(({ pointerType }) => pointerType === "touch")) return;
    drag.end(false);
    touches.clear();
    pinch = null;
  };
  on(stage, "pointerenter pointermove pointerdown pointerup pointerleave pointercancel", palm.see);
  on(stage, "pointerdown", (event) => {
    if (event.button > 0 || !model.get("shape")[0] || palm.rejects(event)) return;
    if (event.pointerType === "pen") liftFingers();
    if (touches.size === 0) shared.pen.up(true);  // left down by the keys
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    touches.set(event.pointerId, event);
    if (touches.size === 2) {
      drag.end(false);
      pinch = spread();
    } else if (touches.size === 1) view.drag = drag.begin(event);
    event.preventDefault();
  });
  on(stage, "pointermove pointerdown", (event) => {
    if (palm.rejects(event)) return;
    view.crossAt = null;
    if (!(model.get("mode") in BRUSHES)) return;
    view.brushAt = view.toCell(view.toPlane(event));
    view.draw();
  });
  on(stage, "pointermove", (event) => {
    if (!touches.has(event.pointerId)) return;
    touches.set(event.pointerId, event);
    if (pinch && touches.size === 2) pullPinch();
    else if (view.drag) drag.pull(event);
  });
  on(stage, "pointerup pointercancel", (event) => {
    if (!touches.delete(event.pointerId)) return;
    if (!pinch) drag.end(event.type === "pointerup");
    if (touches.size === 0) pinch = null;
  });
}

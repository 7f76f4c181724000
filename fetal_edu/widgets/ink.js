// The brush and the eraser. canvas.py puts this text between geometry.js and actions.js.
//
// A stroke is {label, radius, points}: 1 head, 0 not head, -1 erased; radius and [row, column] in pixels of the
// picture, with whole numbers at pixel centres. The browser draws the ink itself, at once; Python only answers it.

const BRUSHES = { head: 1, not_head: 0, erase: -1 };
const INK = { "1": "#009e73", "0": "#cc79a7" };  // after Okabe and Ito
const MOST_STROKES = 200, MOST_POINTS = 20000, LARGEST_RADIUS = 200;  // as in fetal_edu.measure.ink
const SIZES = { least: 4, most: 80, usual: 14 };  // radius of the brush, in thousandths of the picture's longer side

// A point inside the picture, to a tenth of a pixel.
const insidePoint = ([row, column], [rows, columns]) => {
  const cut = (value, count) => Math.round(10 * Math.min(Math.max(value, -0.5), count - 0.5)) / 10;
  return [cut(row, rows), cut(column, columns)];
};

// Adds a point to a line where it lies far enough from the last one to change it; returns whether it did. Where
// the line runs on straight, the last point gives way: few points travel, and the ink looks the same. `passed`
// are the points that gave way since the last but one.
function addPoint(points, passed, point, radius) {
  const last = points.at(-1), before = points.at(-2);
  if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < Math.max(1, radius / 4)) return false;
  const straight = before && passed.length < 60
    && [...passed, last].every((one) => fromLine(one, before, point) <= Math.max(0.3, radius / 8));
  if (straight) passed.push(points.pop());
  else passed.length = 0;
  points.push(point);
  return true;
}

// How far a point lies from the line between two others.
function fromLine([row, column], [row0, column0], [row1, column1]) {
  const down = row1 - row0, across = column1 - column0, square = down ** 2 + across ** 2;
  const part = square ? Math.min(Math.max(((row - row0) * down + (column - column0) * across) / square, 0), 1) : 0;
  return Math.hypot(row - row0 - part * down, column - column0 - part * across);
}

// The pen of one model: down while a stroke is being drawn, with mouse, pen, finger or keys.
function makePen(model, shared) {
  const pen = { size: SIZES.usual, stroke: null, before: [], passed: [] };
  const count = (strokes) => strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
  const show = () => model.set("strokes", [...pen.before, { ...pen.stroke, points: [...pen.stroke.points] }]);
  pen.radius = () => Math.min(LARGEST_RADIUS, Math.max(1, pen.size / 1000 * Math.max(...model.get("shape"))));
  pen.resize = (size) => {
    pen.size = Math.min(Math.max(Math.round(size), SIZES.least), SIZES.most);
  };
  pen.down = (point) => {
    pen.before = model.get("strokes");
    const points = count(pen.before);
    if (pen.before.length >= MOST_STROKES || points >= MOST_POINTS) return shared.labels.ink_full;
    const radius = Math.round(10 * pen.radius()) / 10;
    pen.room = MOST_POINTS - points;
    pen.passed = [];
    pen.stroke = { label: BRUSHES[model.get("mode")], radius, points: [] };
    shared.history.keep("strokes");
    model.set("drawing", true);
    pen.draw([point]);
    return "";
  };
  pen.draw = (points) => {
    const { stroke } = pen, shape = model.get("shape");
    const added = points.filter((point) => (
      stroke.points.length < pen.room && addPoint(stroke.points, pen.passed, insidePoint(point, shape), stroke.radius)
    ));
    if (!added.length) return;
    show();
    shared.sender.push();  // Python hears of it as fast as it answers
  };
  pen.up = (keep) => {
    if (!pen.stroke) return;
    if (!keep) model.set("strokes", pen.before);
    pen.stroke = null;
    model.set("drawing", false);
    shared.sender.push();
  };
  pen.clear = () => {
    if (pen.stroke || !model.get("strokes").length) return;
    shared.history.keep("strokes");
    model.set("strokes", []);
    shared.sender.push();
  };
  return pen;
}

// Draws all ink with `pencil`, whose units are pixels of the picture. What was erased is taken away again, so
// the ink needs a paper of its own. A line along the middle tells the two kinds apart without colour.
function drawInk(pencil, strokes) {
  Object.assign(pencil, { lineCap: "round", lineJoin: "round" });
  for (const { label, radius, points } of strokes) {
    pencil.globalCompositeOperation = label < 0 ? "destination-out" : "source-over";
    const path = new Path2D();
    path.moveTo(points[0][1] + 0.5, points[0][0] + 0.5);
    for (const [row, column] of points) path.lineTo(column + 0.5, row + 0.5);
    const line = (colour, width, dashes) => {
      pencil.setLineDash(dashes);
      Object.assign(pencil, { strokeStyle: colour, lineWidth: width });
      pencil.stroke(path);
    };
    line(INK[label] ?? "#000", 2 * radius, []);
    if (label >= 0) line(label ? "#fff" : "#000", radius / 3, label ? [] : [radius / 2, radius]);
  }
}

// Keys of the brush: arrows move it, the space bar sets it down and lifts it. Returns whether the key meant something.
function pressBrushKey(model, shared, view, event) {
  const { key } = event, { pen } = shared, [rows, columns] = model.get("shape");
  if (key === " " || key === "Enter") {
    const full = pen.stroke ? pen.up(true) : pen.down(view.brushAt ?? [rows / 2, columns / 2]);
    shared.say(full || (pen.stroke ? shared.labels.pen_down : shared.labels.pen_up), Boolean(full));
  } else if (key === "[" || key === "]") {
    shared.resizeBrush(pen.size * (key === "]" ? 1.2 : 1 / 1.2));
  } else if (ARROWS[key]) {
    const [x, y] = ARROWS[key], far = event.shiftKey ? 10 : 2;
    const [row, column] = view.brushAt ?? [rows / 2, columns / 2];
    view.brushAt = insidePoint([row + y * far, column + x * far], [rows, columns]);
    if (pen.stroke) pen.draw([view.brushAt]);
  } else return false;
  view.draw();
  return true;
}

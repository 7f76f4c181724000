// Plane geometry of the canvas: no page, no state. canvas.py puts this text in front of canvas.js.
//
// Points are {x, y} in mm: x along the columns, y along the rows, as in fetal_edu.measure.Ellipse.
// An ellipse is {row, column, semi_major, semi_minor, angle}; the angle turns from +x towards +y.

const ENDS = {
  "major+": ["semi_major", 0, 1], "major-": ["semi_major", 0, -1],
  "minor+": ["semi_minor", 1, 1], "minor-": ["semi_minor", 1, -1],
};
const HANDLES = ["turn", ...Object.keys(ENDS), "centre"];

// Unit vector along the long axis (turns = 0) or the short one (turns = 1).
const direction = (ellipse, turns) => {
  const angle = ellipse.angle + turns * Math.PI / 2;
  return { x: Math.cos(angle), y: Math.sin(angle) };
};

const centreOf = (ellipse) => ({ x: ellipse.column, y: ellipse.row });

const along = (from, unit, length) => ({ x: from.x + length * unit.x, y: from.y + length * unit.y });

// Where a handle stands. The one that turns stands `reach` mm beyond the end of the long axis.
function handlePoint(ellipse, name, reach) {
  if (name === "centre") return centreOf(ellipse);
  if (name === "turn") return along(centreOf(ellipse), direction(ellipse, 0), ellipse.semi_major + reach);
  const [axis, turns, side] = ENDS[name];
  return along(centreOf(ellipse), direction(ellipse, turns), side * ellipse[axis]);
}

// The ellipse after a handle was pulled to a point. The end of an axis leaves the opposite end where it is.
function pullHandle(ellipse, name, point, smallest) {
  if (name === "centre") return { ...ellipse, row: point.y, column: point.x };
  if (name === "turn") {
    return { ...ellipse, angle: Math.atan2(point.y - ellipse.row, point.x - ellipse.column) };
  }
  const [axis, turns, side] = ENDS[name];
  const unit = direction(ellipse, turns);
  const fixed = along(centreOf(ellipse), unit, -side * ellipse[axis]);
  const length = side * ((point.x - fixed.x) * unit.x + (point.y - fixed.y) * unit.y);
  const half = Math.max(smallest, length / 2);
  const centre = along(fixed, unit, side * half);
  return { ...ellipse, [axis]: half, row: centre.y, column: centre.x };
}

// The same ellipse with its long axis first and an angle of -90 to 90 degrees, as Python wants it.
function tidy(ellipse) {
  const swap = ellipse.semi_minor > ellipse.semi_major;
  const angle = ellipse.angle + (swap ? Math.PI / 2 : 0);
  const wrapped = angle - Math.PI * Math.floor(angle / Math.PI + 0.5);
  return {
    row: ellipse.row, column: ellipse.column, angle: wrapped,
    semi_major: swap ? ellipse.semi_minor : ellipse.semi_major,
    semi_minor: swap ? ellipse.semi_major : ellipse.semi_minor,
  };
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const GROW = {  // key: factors for the long and the short axis
  "+": [1.01, 1.01], "=": [1.01, 1.01], "-": [1 / 1.01, 1 / 1.01], "_": [1 / 1.01, 1 / 1.01],
  l: [1.01, 1], s: [1 / 1.01, 1], w: [1, 1.01], n: [1, 1 / 1.01],
};
const TURN = { "[": -Math.PI / 180, "]": Math.PI / 180 };

// The ellipse after a key, or null where the key means nothing. `step` is one pixel in mm, {x, y}.
function keyEllipse(ellipse, key, step, times) {
  if (ARROWS[key]) {
    const [x, y] = ARROWS[key];
    return { ...ellipse, column: ellipse.column + x * step.x * times, row: ellipse.row + y * step.y * times };
  }
  if (GROW[key]) {
    const [major, minor] = GROW[key];
    return { ...ellipse, semi_major: ellipse.semi_major * major, semi_minor: ellipse.semi_minor * minor };
  }
  return TURN[key] ? { ...ellipse, angle: ellipse.angle + TURN[key] } : null;
}

// A box [row0, column0, row1, column1] in pixels after a key, or null.
function keyBox(box, key, [rows, columns], times) {
  const [row0, column0, row1, column1] = box;
  const between = (low, value, high) => Math.min(Math.max(value, low), high);
  if (ARROWS[key]) {
    const x = between(-column0, ARROWS[key][0] * times, columns - column1);
    const y = between(-row0, ARROWS[key][1] * times, rows - row1);
    return [row0 + y, column0 + x, row1 + y, column1 + x];
  }
  if (!GROW[key]) return null;
  const more = GROW[key].some((factor) => factor > 1) ? 2 * times : -2 * times;
  return insideBox([row0 - more, column0 - more, row1 + more, column1 + more], [rows, columns]);
}

// A box with its corners in order and cut at the border of the picture; null where it is too small.
function insideBox(box, [rows, columns]) {
  const [r0, c0, r1, c1] = box.map(Math.round);
  const cut = (value, top) => Math.min(Math.max(value, 0), top);
  const made = [
    cut(Math.min(r0, r1), rows), cut(Math.min(c0, c1), columns),
    cut(Math.max(r0, r1), rows), cut(Math.max(c0, c1), columns),
  ];
  return made[2] - made[0] < 8 || made[3] - made[1] < 8 ? null : made;
}

// Pixels with their bits set, most significant first, as an RGBA picture in one colour.
function bitsToPicture(bits, [rows, columns], [red, green, blue, alpha]) {
  const bytes = new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength);
  const picture = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    if (bytes[i >> 3] & (128 >> (i & 7))) picture.data.set([red, green, blue, alpha], 4 * i);
  }
  return picture;
}

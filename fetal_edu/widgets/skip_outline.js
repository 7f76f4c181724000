// From a coarse map of probabilities to an outline, and onto a picture. skip_page.py puts this text between sender.js
// and skip_parts.js.

const HALF = 127.5;
const COLOURS = { reference: "#f0e442", lesion: "#ff9b29", ablation: "#f5a3d3", truth: "#56b4e9" };

// The line on which a map crosses one half, found between its values: closed loops of [x, y] in parts of the picture's
// width and height. Around the map all counts as outside, so that a head that is cut is closed along the border.
function outlines(map, [rows, columns]) {
  const at = (row, column) => (row < 0 || column < 0 || row >= rows || column >= columns ? 0 : map[row * columns + column]);
  const wide = columns + 2, clamp = (value) => Math.min(1, Math.max(0, value));
  const point = ([row, column], [row2, column2]) => {
    const a = at(row, column), part = (HALF - a) / (at(row2, column2) - a);
    return [clamp((column + part * (column2 - column) + 0.5) / columns), clamp((row + part * (row2 - row) + 0.5) / rows)];
  };
  const next = new Map();  // each crossing leads to the next one, the inside on its right
  const places = new Map();
  const crossing = (a, b) => {
    const [first, second] = a[0] < b[0] || a[1] < b[1] ? [a, b] : [b, a];
    const key = 2 * ((first[0] + 1) * wide + first[1] + 1) + (first[0] === second[0] ? 0 : 1);
    if (!places.has(key)) places.set(key, point(first, second));
    return key;
  };
  for (let row = -1; row < rows; row += 1) {
    for (let column = -1; column < columns; column += 1) {
      const corners = [[row, column], [row, column + 1], [row + 1, column + 1], [row + 1, column]];
      const inside = corners.map(([r, c]) => at(r, c) > HALF);
      // Walking round the cell: where it leaves the inside a line begins, and ends where the cell was last entered.
      for (let side = 0; side < 4; side += 1) {
        if (!inside[side] || inside[(side + 1) % 4]) continue;
        let back = side;
        while (inside[(back + 3) % 4]) back = (back + 3) % 4;
        next.set(crossing(corners[side], corners[(side + 1) % 4]), crossing(corners[(back + 3) % 4], corners[back]));
      }
    }
  }
  const loops = [];
  for (const start of [...next.keys()]) {
    const loop = [];
    for (let key = start; next.has(key);) {
      loop.push(places.get(key));
      const following = next.get(key);
      next.delete(key);
      key = following;
    }
    if (loop.length > 2) loops.push(loop);
  }
  return loops;
}

function trace(loops, width, height) {
  const path = new Path2D();
  for (const loop of loops) {
    loop.forEach(([x, y], place) => (place ? path.lineTo(x * width, y * height) : path.moveTo(x * width, y * height)));
    path.closePath();
  }
  return path;
}

// The outlines of a map that came from Python; each is traced once.
const traced = new WeakMap();
function outlinesOf(bytes, grid) {
  if (!bytes?.byteLength) return [];
  if (!traced.has(bytes)) traced.set(bytes, outlines(new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength), grid));
  return traced.get(bytes);
}

// Paints a picture with outlines, where anything of it has changed. `lines` are { loops, colour, dashed, filled }, the last one on top.
function paint(paper, image, lines, { stroke }) {
  const pen = paper.getContext("2d"), { width, height } = paper;
  const now = [image, width, height, ...lines.flatMap(({ loops, colour, dashed }) => [loops, colour, dashed])];
  if (paper.shown?.length === now.length && now.every((part, place) => part === paper.shown[place])) return;
  paper.shown = now;
  pen.clearRect(0, 0, width, height);
  Object.assign(pen, { imageSmoothingEnabled: true, imageSmoothingQuality: "high", lineJoin: "round" });
  if (image) pen.drawImage(image, 0, 0, width, height);
  for (const { loops, colour, dashed, filled } of lines) {
    const path = trace(loops, width, height);
    if (filled) {
      Object.assign(pen, { globalAlpha: 0.16, fillStyle: colour });
      pen.fill(path, "evenodd");
      pen.globalAlpha = 1;
    }
    pen.setLineDash(dashed ? [4 * stroke, 2.6 * stroke] : []);
    Object.assign(pen, { lineWidth: 2.2 * stroke, strokeStyle: "#000a" });
    pen.stroke(path);
    Object.assign(pen, { lineWidth: stroke, strokeStyle: colour });
    pen.stroke(path);
  }
}

// A canvas as fine as the screen shows it, so that lines are crisp; true where it has a size at all.
function fit(paper, [high, wide]) {
  const width = Math.round(paper.clientWidth * Math.min(2, window.devicePixelRatio || 1)), height = Math.round((width * high) / wide);
  if (paper.width !== width || paper.height !== height) Object.assign(paper, { width, height });
  return width > 0;
}

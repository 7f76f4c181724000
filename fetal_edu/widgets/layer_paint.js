// Draws maps and what lies over them. A map is drawn once for its size on the page; a hover draws outlines only, on
// a second canvas.

const GREY_LOW = 8, DIGITS_FROM = 27, BLEED = 6, SPARE = 14;  // px: what digits need; how far an outline and padding may stand out
// Purple, white, green after ColorBrewer's PRGn: below 0, 0, above 0; told apart by colour-blind readers.
const BELOW = [[118, 42, 131], [175, 141, 195], [247, 247, 247]], ABOVE = [[27, 120, 55], [127, 191, 123], [247, 247, 247]];
const LINES = { at: "#d55e00", behind: "#f0e442", ahead: "#56b4e9" };

function mixed(stops, part) {
  const place = Math.min(Math.max(part, 0), 1) * (stops.length - 1), at = Math.min(Math.floor(place), stops.length - 2), rest = place - at;
  return stops[at].map((one, i) => Math.round(one + rest * (stops[at + 1][i] - one)));
}

// Grey for a map without negative numbers; with them two colours that meet in white at 0. Nothing is stronger than
// the strongest number off the map's border.
function colourOf(map) {
  const { lowest: low, strongest: high } = map, most = high || 1;
  if (low >= 0) {
    const from = low >= high ? 0 : low, range = high - from || 1;
    return (x) => Array(3).fill(Math.min(Math.round(GREY_LOW + (255 - GREY_LOW) * (x - from) / range), 255));
  }
  return (x) => mixed(x < 0 ? BELOW : ABOVE, 1 - Math.abs(x) / most);
}

// The map at one point a pixel.
function paintSmall(map) {
  const paper = element("canvas", { width: map.wide, height: map.high }), pen = paper.getContext("2d");
  const data = pen.createImageData(map.wide, map.high), colour = colourOf(map);
  map.values.forEach((x, i) => data.data.set([...colour(x), 255], 4 * i));
  pen.putImageData(data, 0, 0);
  return paper;
}

// Shows one map on a stage of a certain width; `zeros` rows of padding around it belong to the layer after it.
function makeSheet(map, zeros) {
  const sheet = { base: element("canvas"), over: element("canvas"), cell: 1, edge: zeros };
  const small = paintSmall(map), colour = colourOf(map);
  const wide = map.wide + 2 * zeros, high = map.high + 2 * zeros;
  let ratio = 1;
  sheet.over.className = "fe-tower-over";
  sheet.fit = (width, height) => {
    ratio = window.devicePixelRatio || 1;
    const whole = (spare) => {
      const most = Math.min(width * ratio / (wide - spare), height * ratio / (high - spare));
      return most >= 1 ? Math.floor(most) : most;
    };
    sheet.cell = whole(2 * zeros);  // the padding may stand a little out
    if (2 * zeros * sheet.cell > SPARE * ratio) sheet.cell = whole(0);
    for (const [paper, bleed] of [[sheet.base, 0], [sheet.over, Math.round(BLEED * ratio)]]) {
      Object.assign(paper, { width: Math.round(wide * sheet.cell) + 2 * bleed, height: Math.round(high * sheet.cell) + 2 * bleed });
      const size = { width: `${paper.width / ratio}px`, height: `${paper.height / ratio}px` };
      Object.assign(paper.style, { ...size, left: `${-bleed / ratio}px`, top: `${-bleed / ratio}px` });
      paper.getContext("2d").setTransform(1, 0, 0, 1, bleed, bleed);
    }
    drawBase();
  };
  const drawBase = () => {
    const pen = sheet.base.getContext("2d"), { cell } = sheet, from = zeros * cell;
    if (zeros) drawPadding(pen, sheet.base, cell);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, from, from, map.wide * cell, map.high * cell);
    if (cell >= DIGITS_FROM * ratio) drawDigits(pen, from);
  };
  const drawDigits = (pen, from) => {
    const { cell } = sheet, longest = Math.max(...[map.lowest, map.highest].map((x) => written(x, map.digits).length));
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", font: `${Math.min(cell * 0.44, cell * 1.3 / longest)}px system-ui, sans-serif` });
    map.values.forEach((x, i) => {
      const [red, green, blue] = colour(x), row = Math.floor(i / map.wide), column = i % map.wide;
      pen.fillStyle = 0.3 * red + 0.59 * green + 0.11 * blue > 135 ? "#000" : "#fff";
      pen.fillText(written(x, map.digits), from + (column + 0.5) * cell, from + (row + 0.52) * cell);
    });
  };
  // The pixel under a point of the page.
  sheet.pixelAt = ({ clientX, clientY }) => {
    const frame = sheet.base.getBoundingClientRect(), size = sheet.cell / ratio;
    const row = Math.floor((clientY - frame.top) / size) - zeros, column = Math.floor((clientX - frame.left) / size) - zeros;
    return row < 0 || column < 0 || row >= map.high || column >= map.wide ? null : [row, column];
  };
  makeOverlay(sheet, () => ratio);
  return sheet;
}

// Hatched: zeros that a layer puts around the map.
function drawPadding(pen, paper, cell) {
  pen.fillStyle = "#777";
  pen.fillRect(0, 0, paper.width, paper.height);
  pen.strokeStyle = "#bbb";
  pen.lineWidth = Math.max(1, cell / 8);
  pen.beginPath();
  for (let at = -paper.height; at < paper.width; at += Math.max(4, cell / 2)) {
    pen.moveTo(at, paper.height);
    pen.lineTo(at + paper.height, 0);
  }
  pen.stroke();
}

// What a hover draws: outlines in one colour on a dark and a light line, so that they stand out on any grey.
function makeOverlay(sheet, ratio) {
  let blank = true;
  const pen = () => sheet.over.getContext("2d");
  const stroke = (path, colour, width, dashes = []) => {
    const ink = pen(), unit = ratio();
    ink.setLineDash([]);
    Object.assign(ink, { strokeStyle: "#000", lineWidth: (width + 2.5) * unit, lineJoin: "round" });
    ink.stroke(path);
    ink.setLineDash(dashes.map((one) => one * unit));
    Object.assign(ink, { strokeStyle: colour, lineWidth: width * unit });
    ink.stroke(path);
  };
  const boxPath = (top, left, high, wide) => {  // around the pixels, so that small ones stay visible
    const path = new Path2D(), { cell, edge } = sheet, out = 1.5 * ratio();
    path.rect((left + edge) * cell - out, (top + edge) * cell - out, wide * cell + 2 * out, high * cell + 2 * out);
    return path;
  };
  sheet.clear = () => {
    if (!blank) pen().clearRect(-sheet.over.width, -sheet.over.height, 2 * sheet.over.width, 2 * sheet.over.height);
    blank = true;
  };
  sheet.box = (top, left, high, wide, colour, width = 2.5) => {
    blank = false;
    stroke(boxPath(top, left, high, wide), colour, width);
  };
  sheet.dot = (row, column, colour) => {  // one pixel of a window: framed within, or filled where it is small
    const ink = pen(), { cell, edge } = sheet, line = 3 * ratio(), [x, y] = [(column + edge) * cell, (row + edge) * cell];
    blank = false;
    ink.setLineDash([]);
    if (cell < 5 * line) {
      ink.fillStyle = colour;
      ink.fillRect(x, y, cell, cell);
    } else {
      Object.assign(ink, { strokeStyle: colour, lineWidth: line });
      ink.strokeRect(x + line, y + line, cell - 2 * line, cell - 2 * line);
    }
  };
  // The border of what is set in a mask, around each of its islands.
  sheet.border = (mask, colour, dashes) => {
    if (!mask.count) return;
    blank = false;
    const high = mask.bottom - mask.top + 1, wide = mask.right - mask.left + 1;
    const path = mask.count === high * wide ? boxPath(mask.top, mask.left, high, wide) : islands(mask, sheet);
    stroke(path, colour, 2.5, dashes);
  };
}

function islands(mask, { cell, edge }) {
  const path = new Path2D(), { bits, wide } = mask, high = bits.length / wide;
  const set = (row, column) => row >= 0 && column >= 0 && row < high && column < wide && bits[row * wide + column];
  const line = (r0, c0, r1, c1) => {
    path.moveTo((c0 + edge) * cell, (r0 + edge) * cell);
    path.lineTo((c1 + edge) * cell, (r1 + edge) * cell);
  };
  eachOf(mask, (row, column) => {
    if (!set(row - 1, column)) line(row, column, row, column + 1);
    if (!set(row + 1, column)) line(row + 1, column, row + 1, column + 1);
    if (!set(row, column - 1)) line(row, column, row + 1, column);
    if (!set(row, column + 1)) line(row, column + 1, row + 1, column + 1);
  });
  return path;
}

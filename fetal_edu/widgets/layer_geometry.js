// The tower in the browser: maps, windows, fields. No page, no state. layer_tower.py has the same in Python.
//
// Map 0 is the image; layers[k] makes map k + 1. A layer's `rows` says of each row of its map from which rows of
// the map before it is made, and which row of `table` weighs them; `columns` likewise.

function readTower(model) {
  const { maps, layers } = model.get("state"), numbers = copied(model.get("maps"), Float32Array);
  const places = copied(model.get("places"), Int32Array);
  const tower = { maps: [], layers: [] };
  let from = 0, start = 0;
  for (const map of maps) {
    const [high, wide] = map.shape, count = high * wide;
    tower.maps.push({ ...map, high, wide, values: numbers.subarray(from, from + count) });
    from += count;
  }
  layers.forEach((layer, k) => {
    const before = tower.maps[k], { high, wide } = tower.maps[k + 1], count = layer.chooses ? high * wide : 0;
    tower.layers.push({
      ...layer, places: places.subarray(start, start + count),
      down: [inside(layer.rows, before.high), inside(layer.columns, before.wide)],
      up: [turned(layer.rows, before.high), turned(layer.columns, before.wide)],
      leaves: [leaving(layer.rows, before.high), leaving(layer.columns, before.wide)],
    });
    start += count;
  });
  return tower;
}

function copied(view, Kind) {
  if (!view?.byteLength) return new Kind(0);
  const buffer = view.buffer ?? view, from = view.byteOffset ?? 0;
  return new Kind(buffer.slice(from, from + view.byteLength));
}

// Of each output the inputs that lie in the map; of each input the outputs that it is in; which outputs see padding.
const inside = (axis, n) => axis.map((window) => [...new Set(window.map(([at]) => at))].filter((at) => at >= 0 && at < n));
const leaving = (axis, n) => axis.map((window) => window.some(([at]) => at < 0 || at >= n));
function turned(axis, n) {
  const found = Array.from({ length: n }, () => []);
  inside(axis, n).forEach((window, place) => window.forEach((at) => found[at].push(place)));
  return found;
}

// A mask knows the box around what is set in it: that is what has to be looked at, and drawn.
function makeMask({ high, wide }) {
  return { bits: new Uint8Array(high * wide), wide, top: high, bottom: -1, left: wide, right: -1, count: 0 };
}

function mark(mask, row, column) {
  const at = row * mask.wide + column;
  if (mask.bits[at]) return;
  mask.bits[at] = 1;
  mask.count += 1;
  if (row < mask.top) mask.top = row;
  if (row > mask.bottom) mask.bottom = row;
  if (column < mask.left) mask.left = column;
  if (column > mask.right) mask.right = column;
}

function eachOf(mask, run) {
  for (let row = mask.top; row <= mask.bottom; row += 1) {
    for (let column = mask.left; column <= mask.right; column += 1) {
      if (mask.bits[row * mask.wide + column]) run(row, column);
    }
  }
}

// Marks what the set pixels are linked to, by lists for their rows and columns.
function follow(mask, [rows, columns], target) {
  eachOf(mask, (row, column) => {
    for (const r of rows[row]) for (const c of columns[column]) mark(target, r, c);
  });
  return target;
}

const markFlat = (mask, flat) => mark(mask, Math.floor(flat / mask.wide), flat % mask.wide);

// The receptive field of a pixel in each map up to its own.
function behind(tower, [number, row, column]) {
  const masks = tower.maps.slice(0, number + 1).map(makeMask);
  mark(masks[number], row, column);
  for (let at = number; at > 0; at -= 1) {
    const layer = tower.layers[at - 1], found = masks[at];
    if (layer.kind !== "unpool") {
      follow(found, layer.down, masks[at - 1]);
      continue;
    }
    eachOf(found, (r, c) => {
      const source = layer.places[r * found.wide + c];
      if (source >= 0) markFlat(masks[at - 1], source);
    });
    const could = follow(found, layer.down, makeMask(tower.maps[layer.of + 1]));  // and what decides the place
    follow(could, tower.layers[layer.of].down, masks[layer.of]);
  }
  return masks;
}

// Which pixels a pixel reaches, by the number of the map; nothing stands for the maps before it.
function ahead(tower, [number, row, column]) {
  const masks = tower.maps.map((map, at) => (at < number ? null : makeMask(map)));
  mark(masks[number], row, column);
  for (let at = number + 1; at < masks.length; at += 1) {
    const layer = tower.layers[at - 1], before = masks[at - 1];
    if (layer.kind !== "unpool") {
      follow(before, layer.up, masks[at]);
      continue;
    }
    if (before.count) layer.places.forEach((source, flat) => { if (source >= 0 && before.bits[source]) markFlat(masks[at], flat); });
    if (number <= layer.of) follow(masks[layer.of + 1], layer.up, masks[at]);
  }
  return masks;
}

// Whether zeros of a padding are among what made a pixel, from what `behind` gave.
function seesPadding(tower, masks) {
  for (let at = 1; at < masks.length; at += 1) {
    const [rows, columns] = tower.layers[at - 1].leaves;
    let found = false;
    eachOf(masks[at], (row, column) => { found ||= rows[row] || columns[column]; });
    if (found) return true;
  }
  return false;
}

// What a pixel is made of: lines of { row, column, weight, x, out }; what lies outside the map before counts as 0.
function windowOf(tower, [number, row, column]) {
  if (!number) return [];
  const layer = tower.layers[number - 1], { high, wide, values } = tower.maps[number - 1];
  return layer.rows[row].map(([r, i]) => layer.columns[column].map(([c, j]) => {
    const out = r < 0 || c < 0 || r >= high || c >= wide;
    return { row: r, column: c, weight: layer.table[i][j], x: out ? 0 : values[r * wide + c], out };
  }));
}

// Where a number was taken from by a layer that chooses: [row, column], or nothing.
function sourceOf(tower, [number, row, column]) {
  const layer = tower.layers[number - 1];
  if (!layer?.chooses) return null;
  const source = layer.places[row * tower.maps[number].wide + column], { wide } = tower.maps[number - 1];
  return source < 0 ? null : [Math.floor(source / wide), source % wide];
}

// The pixel of another map that lies over this one.
function carried(tower, [number, row, column], to) {
  const from = tower.maps[number], { high, wide } = tower.maps[to];
  return [to, Math.floor((row + 0.5) * high / from.high), Math.floor((column + 0.5) * wide / from.wide)];
}

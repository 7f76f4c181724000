// The numbers of the chosen pixel: its window, its weights, their products. Cells are made when the shape changes;
// a hover only writes into them.

const WIDEST = 7;

function makeTable(tower, telling, parts) {
  const { labels } = parts;
  let shape = "", cells = {};
  const grid = (name, rows, columns) => {
    const made = Array.from({ length: rows }, () => Array.from({ length: columns }, () => element("td")));
    const table = element("table", { className: `fe-tower-grid fe-tower-grid-${name}` }, [
      element("caption", { textContent: labels[name] }), element("tbody", {}, made.map((line) => element("tr", {}, line))),
    ]);
    cells[name] = made.flat();
    return table;
  };
  const sign = (text) => element("span", { className: "fe-tower-sign", textContent: text });
  const build = (kind, rows, columns) => {
    cells = {};
    const fits = rows && columns && Math.max(rows, columns) <= WIDEST;
    if (!fits) {
      parts.table.replaceChildren(...(rows * columns ? [sign(fill(labels.many, { count: rows * columns }))] : []));
      return;
    }
    const built = [grid("window", rows, columns)];
    if (SUMS.has(kind)) built.push(sign("×"), grid("weights", rows, columns), sign("="), grid("products", rows, columns));
    cells.end = sign("");
    parts.table.replaceChildren(...built, cells.end);
  };
  const write = (cell, text, out = false, won = false) => {
    if (cell.textContent !== text) cell.textContent = text;
    cell.classList.toggle("fe-tower-out", out);
    cell.classList.toggle("fe-tower-won", won);
  };
  const ending = (layer, at, count, terms) => {
    const value = telling.valueAt(at);
    if (SUMS.has(layer.kind)) return `${labels.sum} ${value}`;
    if (layer.kind === "mean") {
      const sum = telling.digits(at[0] - 1, terms.reduce((total, { x }) => total + x, 0));
      return `${labels.sum} ${sum}, ${fill(labels.divided, { count })}: ${value}`;
    }
    return layer.kind === "max" ? `${labels.winner} ${value}` : `→ ${value}`;
  };
  return (at) => {
    const layer = tower.layers[at[0] - 1], source = sourceOf(tower, at);
    let lines = windowOf(tower, at);
    if (layer?.kind === "unpool") lines = source ? [[{ x: tower.maps[at[0] - 1].values[source[0] * tower.maps[at[0] - 1].wide + source[1]] }]] : [];
    const terms = lines.flat(), rows = terms.length ? lines.length : 0, columns = terms.length ? lines[0].length : 0;
    const now = [layer?.kind, rows, columns].join(" ");
    if (now !== shape) build(layer?.kind, rows, columns);
    shape = now;
    parts.sum.textContent = telling.numbers(at);
    if (!cells.window) return;
    terms.forEach(({ row, column, weight, x, out }, i) => {
      const won = layer.kind === "max" && source && row === source[0] && column === source[1];
      write(cells.window[i], telling.digits(at[0] - 1, x), out, won);
      if (!cells.weights) return;
      write(cells.weights[i], trimmed(weight, layer.digits));
      write(cells.products[i], written(weight * x, layer.product_digits), out);
    });
    write(cells.end, ending(layer, at, terms.length, terms));
  };
}

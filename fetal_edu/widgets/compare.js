// All methods on one picture, side by side. Python writes every word; a row that is chosen is told back.

function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function svg(tag, attributes, children = []) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// The picture, small, with the row's outline; lengths in the picture's units.
function smallPicture({ ellipse, size: [height, width] }, address) {
  const parts = [svg("image", { href: address, width, height, preserveAspectRatio: "none" })];
  if (ellipse) {
    const [cx, cy, rx, ry, degrees] = ellipse;
    const place = { cx, cy, rx, ry, transform: `rotate(${degrees} ${cx} ${cy})` };
    const line = (colour, wide) => ({ ...place, fill: "none", stroke: colour, "stroke-width": wide, "vector-effect": "non-scaling-stroke" });
    parts.push(svg("ellipse", line("#000", 4)), svg("ellipse", line("#f0e442", 2)));
  }
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "fe-small", "aria-hidden": "true" }, parts);
}

function render({ model, el }) {
  const caption = element("caption"), head = element("thead"), body = element("tbody");
  const table = element("table", { className: "fe-compare" }, [caption, head, body]);
  const frame = element("div", { className: "fe-compare-frame" }, [table]);
  let address = "";

  const showRow = (row, heads) => {
    const usable = row.state === "done", chosen = row.key === model.get("chosen");
    const pick = element("button", { type: "button", textContent: row.label, disabled: !usable });
    pick.setAttribute("aria-pressed", String(chosen));
    const cells = row.cells.map((text, i) => {
      const cell = element("td", { textContent: text });
      cell.dataset.head = heads[i + 2];
      return cell;
    });
    const small = element("td", {}, row.state === "waiting" || row.state === "running" ? [] : [smallPicture(row, address)]);
    const style = chosen ? "fe-chosen" : "";
    const made = element("tr", { className: style }, [small, element("th", { scope: "row" }, [pick]), ...cells]);
    Object.assign(made.dataset, { key: row.key, state: row.state, ...row.data });
    const lines = [made];
    if (row.note) {  // a line of its own, so that the columns stay narrow
      small.rowSpan = 2;
      const note = element("td", { className: "fe-compare-note", colSpan: cells.length + 1, textContent: row.note });
      lines.push(element("tr", { className: style }, [note]));
      Object.assign(lines[1].dataset, { note: row.key, state: row.state });
    }
    const pickThis = () => model.send({ kind: "pick", key: row.key });
    if (usable) for (const line of lines) line.addEventListener("click", pickThis);
    return lines;
  };
  const show = () => {
    const rows = model.get("rows"), heads = model.get("heads");
    const focused = body.contains(document.activeElement) && document.activeElement.closest("tr").dataset.key;
    frame.hidden = !rows.length;
    caption.textContent = model.get("caption");
    head.replaceChildren(element("tr", {}, heads.map((text) => element("th", { scope: "col", textContent: text }))));
    body.replaceChildren(...rows.flatMap((row) => showRow(row, heads)));
    if (focused) body.querySelector(`[data-key="${focused}"] button`)?.focus();
  };
  const loadSmall = () => {
    URL.revokeObjectURL(address);
    address = URL.createObjectURL(new Blob([model.get("small")], { type: "image/png" }));
    show();
  };
  const names = ["change:rows", "change:chosen", "change:caption"];
  for (const name of names) model.on(name, show);
  model.on("change:small", loadSmall);
  loadSmall();
  el.append(frame);
  return () => {
    for (const name of names) model.off(name, show);
    model.off("change:small", loadSmall);
    URL.revokeObjectURL(address);
    frame.remove();
  };
}

export default { render };

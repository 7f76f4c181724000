// The list of calipers below the picture: what each measures, its length, and a button that deletes it.

function makeCaliperList(model, shared, parts) {
  const { labels } = shared, { list } = parts, rows = [];
  const hint = element("p", { className: "fe-hint", textContent: labels.calipers_hint });
  list.append(hint);

  const makeRow = (place) => {
    const options = Object.entries(labels.caliper_names).map(([value, textContent]) => element("option", { value, textContent }));
    const row = {
      tag: element("b"), name: element("select", {}, options), length: element("output"),
      remove: element("button", { type: "button", textContent: "✕" }),
    };
    row.name.addEventListener("change", () => shared.tape.rename(place, row.name.value));
    row.remove.addEventListener("click", () => {
      shared.tape.remove(place);
      (rows[Math.min(place, model.get("calipers").length - 1)]?.remove ?? parts.stage).focus();
    });
    row.line = element("div", { className: "fe-length" }, [row.tag, row.name, row.length, row.remove]);
    list.append(row.line);
    return row;
  };
  return () => {
    const calipers = model.get("calipers"), measuring = model.get("mode") === "caliper";
    while (rows.length < calipers.length) rows.push(makeRow(rows.length));
    list.hidden = !measuring && !calipers.length;
    hint.hidden = !measuring;
    rows.forEach((row, place) => {
      const caliper = calipers[place];
      row.line.hidden = !caliper;
      if (!caliper) return;
      const tag = caliperTag(caliper, place, labels);
      row.line.dataset.caliper = place;
      row.line.dataset.length = caliperLength(caliper, model.get("spacing")).toFixed(2);
      row.tag.textContent = tag;
      row.name.setAttribute("aria-label", labels.caliper_means.replace("{tag}", tag));
      row.remove.title = labels.caliper_delete.replace("{tag}", tag);
      row.remove.setAttribute("aria-label", row.remove.title);
      if (row.name.value !== caliper.name) row.name.value = caliper.name;
      row.length.textContent = lengthInWords(model, caliper);
    });
  };
}

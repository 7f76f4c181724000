// The elements of one view of the skips dashboard. skip_page.py puts this text between skip_outline.js and
// skip_strip.js.

function buildSkips(model, labels, id) {
  const parts = { id };
  const head = element("div", { className: "fe-head" }, [
    element("h1", { className: "fe-title", textContent: labels.title }),
    element("p", { className: "fe-lead", textContent: labels.lead }),
  ]);
  const figures = ["open", "now"].map((name) => buildFigure(parts, name));
  parts.status = element("p", { className: "fe-status" });
  parts.status.setAttribute("role", "status");
  const left = element("div", { className: "fe-left" }, [element("div", { className: "fe-figures" }, figures), buildKey(labels, parts), parts.status]);
  const columns = element("div", { className: "fe-columns" }, [left, buildControls(model, labels, parts)]);
  const warning = element("p", { className: "fe-warning", textContent: labels.warning });
  parts.strip = element("section", { className: "fe-strip" });
  parts.root = element("div", { className: "fe-skips" }, [head, buildMenus(labels, parts), columns, parts.strip, buildTable(labels, parts), warning]);
  return parts;
}

function buildFigure(parts, name) {
  const figure = { name: element("b"), title: element("span"), says: element("small") };
  figure.banner = element("figcaption", { className: "fe-banner" }, [element("span", { className: "fe-what" }, [figure.name, " ", figure.title]), figure.says]);
  figure.paper = element("canvas");
  figure.stage = element("div", { className: "fe-stage" }, [figure.paper]);
  figure.stage.setAttribute("role", "img");
  figure.panel = element("div", { className: "fe-panel" });
  figure.root = element("figure", { className: `fe-figure fe-figure-${name}` }, [figure.banner, figure.stage, figure.panel]);
  parts[name] = figure;
  return figure.root;
}

// What the lines mean.
function buildKey(labels, parts) {
  parts.keyFound = element("span", { className: "fe-line" });
  parts.keyTruth = element("span", { className: "fe-line fe-dashes" });
  parts.keyOther = element("span");
  parts.key = element("p", { className: "fe-key" }, [
    element("span", {}, [parts.keyFound, labels.found]), element("span", {}, [parts.keyTruth, parts.keyOther]),
  ]);
  return parts.key;
}

function buildMenus(labels, parts) {
  const field = (name, children) => {
    parts[`${name}Field`] = element("div", { className: `fe-field fe-field-${name}` }, [
      element("label", { textContent: labels[name], htmlFor: `${parts.id}-${name}` }), ...children,
    ]);
    return parts[`${name}Field`];
  };
  parts.head = element("select", { id: `${parts.id}-head` });
  parts.weeks = element("input", { type: "range", step: 1, id: `${parts.id}-age` });
  parts.weeksSaid = element("output", { htmlFor: `${parts.id}-age` });
  parts.seed = element("input", { type: "text", inputMode: "numeric", id: `${parts.id}-fetus`, autocomplete: "off" });
  parts.another = element("button", { type: "button", textContent: labels.another });
  parts.scale = element("input", { type: "text", inputMode: "decimal", id: `${parts.id}-scale`, autocomplete: "off", placeholder: "0.12" });
  parts.picker = element("input", { type: "file", hidden: true, accept: ".png,.jpg,.jpeg,.dcm,.dicom,.ima,.nii,.gz,image/png,image/jpeg" });
  parts.picker.setAttribute("aria-label", labels.open);
  parts.opener = element("button", { type: "button", className: "fe-opener", textContent: labels.open });
  return element("div", { className: "fe-menus" }, [
    field("head", [parts.head]),
    field("age", [element("div", { className: "fe-age" }, [parts.weeks, parts.weeksSaid])]),
    field("fetus", [element("div", { className: "fe-fetus" }, [parts.seed])]),
    parts.another,
    field("scale", [parts.scale]),
    parts.opener, parts.picker,
  ]);
}

function buildControls(model, labels, parts) {
  const { networks, levels } = model.get("choices");
  parts.networks = networks.map(({ key, title, says }) => {
    const input = element("input", { type: "radio", name: `${parts.id}-network`, value: key });
    input.setAttribute("aria-label", says);
    return { key, input, root: element("label", { className: "fe-network", title: says }, [input, title]) };
  });
  const [whole, ...without] = parts.networks.map(({ root }) => root);
  const word = (kind) => element("b", { className: `fe-word fe-${kind}`, textContent: labels[kind] });
  whole.replaceChildren(parts.networks[0].input, element("span", {}, [word("lesion"), " ", labels.lesion_says]));
  const choice = element("fieldset", {}, [
    element("legend", { textContent: labels.network }),
    whole,
    element("p", {}, [word("ablation"), " ", labels.ablation_says]), element("div", { className: "fe-without" }, without),
  ]);
  parts.gates = levels.map((size, level) => buildGate(labels, level, size, `${parts.id}-gate-${level}`));
  parts.openAll = element("button", { type: "button", textContent: labels.all_open });
  parts.closeAll = element("button", { type: "button", textContent: labels.all_closed });
  parts.gatesTitle = element("legend", { textContent: labels.gates });
  const gates = element("fieldset", { className: "fe-gates" }, [
    parts.gatesTitle, ...parts.gates.map(({ root }) => root), element("div", { className: "fe-actions" }, [parts.openAll, parts.closeAll]),
  ]);
  return element("div", { className: "fe-right" }, [choice, gates]);
}

function buildGate(labels, level, size, id) {
  const gate = { level };
  gate.slider = element("input", { type: "range", min: 0, max: 1, step: 0.05, value: 1, id });
  gate.title = element("span", { className: "fe-size" });
  gate.value = element("output", { htmlFor: id });
  const title = element("label", { htmlFor: id, textContent: labels.gate.replace("{level}", level).replace("{size}", size) });
  gate.root = element("div", { className: "fe-gate" }, [title, gate.title, gate.slider, gate.value]);
  gate.root.dataset.level = level;
  return gate;
}

function buildTable(labels, parts) {
  parts.answer = element("ul", { className: "fe-answer" });
  parts.table = element("div", { className: "fe-scroll", tabIndex: 0 });
  parts.table.setAttribute("role", "region");
  parts.table.setAttribute("aria-label", labels.table);
  parts.more = element("button", { type: "button", textContent: labels.more });
  parts.progress = element("progress", { max: 1, value: 0 });
  parts.progress.setAttribute("aria-label", labels.table);
  parts.working = element("span");
  const work = element("div", { className: "fe-work" }, [parts.more, parts.progress, parts.working]);
  return element("section", { className: "fe-over" }, [element("h2", { textContent: labels.table }), work, parts.answer, parts.table]);
}

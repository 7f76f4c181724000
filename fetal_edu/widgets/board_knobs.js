// Menus and knobs: what they show, and what they ask for. board_page.py puts this text between board_picture.js and
// board.js.

// Asks for another picture; while one is being drawn, only the last wish counts (sender.js).
function ask(model, shared, change) {
  model.set("asked", { ...model.get("asked"), ...change });
  shared.sender.push();
}

function turnKnob(model, shared, name, value) {
  if (name === "difficulty") return ask(model, shared, { difficulty: value ?? 0 });
  const { [name]: _before, ...knobs } = model.get("asked").knobs;
  ask(model, shared, { knobs: value === null ? knobs : { ...knobs, [name]: value } });
}

const anatomyOf = (model, key = model.get("asked").anatomy) => model.get("choices").anatomies.find((one) => one.key === key);

// Another anatomy: its first plane, the age as far as it goes, and no knob that it does not have.
function turnAnatomy(model, shared, key) {
  const { weeks, knobs } = model.get("asked"), found = anatomyOf(model, key), [first, last] = found.weeks;
  const known = new Set(found.knobs.map((knob) => knob.key));
  ask(model, shared, {
    anatomy: key, plane: found.planes[0].key, weeks: Math.min(Math.max(weeks, first), last),
    knobs: Object.fromEntries(Object.entries(knobs).filter(([name]) => known.has(name))),
  });
}

function fill(select, entries, chosen) {
  const now = JSON.stringify(entries);
  if (select.dataset.entries !== now) {
    select.dataset.entries = now;
    select.replaceChildren(...entries.map(({ key, title }) => element("option", { value: key, textContent: title })));
  }
  if (select.value !== chosen) select.value = chosen;
}

function makeMenus(model, shared, parts) {
  const choices = model.get("choices"), { labels } = shared;
  const explain = (text) => { parts.meaning.textContent = text || labels.hint; };
  const says = (list, key) => {
    const found = list.find((one) => one.key === key);
    return `${found.title}: ${found.says}`;
  };
  parts.anatomy.onchange = () => turnAnatomy(model, shared, parts.anatomy.value);
  parts.plane.onchange = () => ask(model, shared, { plane: parts.plane.value });
  parts.weeks.oninput = () => ask(model, shared, { weeks: Number(parts.weeks.value) });
  const takeSeed = () => {
    const text = parts.seed.value.trim();
    ask(model, shared, { seed: /^\d+$/.test(text) ? Number(text) : text });
  };
  parts.seed.onchange = takeSeed;
  parts.another.onclick = () => ask(model, shared, { seed: (Number(model.get("asked").seed) + 1) % 100000 });
  for (const name of ["machine", "model"]) {
    const tell = () => explain(says(choices[`${name}s`], parts[name].value));
    parts[name].onchange = () => {
      ask(model, shared, { [name]: parts[name].value });
      tell();
    };
    parts[name].onfocus = tell;
  }
  return () => {
    const asked = model.get("asked"), found = anatomyOf(model);
    fill(parts.anatomy, choices.anatomies, asked.anatomy);
    fill(parts.plane, found.planes, asked.plane);
    fill(parts.machine, choices.machines, asked.machine);
    fill(parts.model, choices.models, asked.model);
    Object.assign(parts.weeks, { min: found.weeks[0], max: found.weeks[1] });
    parts.weeks.value = asked.weeks;
    parts.weeksSaid.textContent = labels.weeks.replace("{}", asked.weeks);
    parts.weeks.setAttribute("aria-valuetext", parts.weeksSaid.textContent);
    if (document.activeElement !== parts.seed || !shared.sender.busy) parts.seed.value = asked.seed;
  };
}

function makeKnobs(model, shared, parts) {
  const { labels } = shared;
  let anatomy = "", rows = [];
  const listen = (row) => {
    const explain = () => { parts.meaning.textContent = `${row.title.textContent}: ${row.says}`; };
    row.slider.oninput = () => {
      turnKnob(model, shared, row.name, Number(row.slider.value));
      explain();
    };
    row.slider.onfocus = row.root.onpointerenter = explain;
    row.reset.onclick = () => {
      turnKnob(model, shared, row.name, null);
      row.slider.focus();  // the button goes
    };
  };
  const build = () => {
    const found = anatomyOf(model), overall = { key: "difficulty", title: labels.difficulty, says: labels.difficulty_says };
    const make = (knob) => buildKnob(knob, labels, `${parts.id}-${knob.key}`);
    const group = (name) => found.knobs.filter((knob) => knob.group === name).map(make);
    const groups = GROUPS.map((name) => [labels[`${name}_group`] ?? labels[name], group(name)]);
    rows = [make(overall), ...groups.flatMap(([, made]) => made)];
    rows.forEach(listen);
    const fields = groups.map(([title, made]) => {
      return element("fieldset", {}, [element("legend", { textContent: title }), ...made.map((row) => row.root)]);
    });
    parts.rows.replaceChildren(rows[0].root, ...fields);
    anatomy = found.key;
  };
  const show = (row) => {
    const { knobs, difficulty } = model.get("asked"), marks = model.get("marks");
    const value = row.name === "difficulty" ? difficulty : knobs[row.name], set = value !== undefined;
    row.slider.value = set ? value : 0;
    row.value.textContent = set ? value.toFixed(2) : labels.as_drawn;
    row.root.classList.toggle("fe-set", set);
    row.reset.hidden = !set || row.name === "difficulty";
    const marked = row.name in marks, at = marks[row.name], breaks = marked && at !== null;
    const told = !marked ? "" : breaks ? `${labels.breaks_said.replace("{}", at.toFixed(2))}` : labels.holds_said;
    row.mark.textContent = !marked ? "" : breaks ? labels.breaks.replace("{}", at.toFixed(2)) : labels.holds;
    row.mark.title = told;
    row.root.classList.toggle("fe-breaks", breaks);
    row.tick.hidden = !breaks;
    if (breaks) row.tick.style.setProperty("--at", at);
    row.slider.setAttribute("aria-valuetext", [row.value.textContent, told].filter(Boolean).join(", "));
  };
  return () => {
    if (anatomy !== model.get("asked").anatomy) build();
    rows.forEach(show);
  };
}

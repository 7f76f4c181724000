// Menus, networks and gates: what they show, and what they ask for. skip_page.py puts this text between skip_strip.js
// and skips.js.

const SIMULATED = "simulated", WHOLE = "skips-all";

// Asks for something else; while an answer is being made, only the last wish counts (sender.js).
function ask(model, shared, change) {
  model.set("asked", { ...model.get("asked"), ...change });
  shared.sender.push();
}

function makeMenus(model, shared, parts) {
  const { labels } = shared, [first, last] = model.get("choices").weeks;
  Object.assign(parts.weeks, { min: first, max: last });
  parts.head.onchange = () => ask(model, shared, { head: parts.head.value });
  parts.weeks.oninput = () => ask(model, shared, { weeks: Number(parts.weeks.value) });
  parts.seed.onchange = () => {
    const text = parts.seed.value.trim();
    ask(model, shared, { seed: /^\d+$/.test(text) ? Number(text) : text });
  };
  parts.another.onclick = () => ask(model, shared, { head: SIMULATED, seed: (Number(model.get("asked").seed) + 1) % 100000 });
  parts.scale.onchange = () => ask(model, shared, { scale: parts.scale.value });
  let written = "";
  return () => {
    const asked = model.get("asked"), menu = model.get("menu"), now = JSON.stringify(menu);
    if (written !== now) {
      written = now;
      parts.head.replaceChildren(...menu.map(({ key, title }) => element("option", { value: key, textContent: title })));
    }
    if (parts.head.value !== asked.head) parts.head.value = asked.head;
    const simulated = asked.head === SIMULATED, own = asked.head === model.get("own") && Boolean(asked.head);
    parts.ageField.hidden = parts.fetusField.hidden = parts.another.hidden = !simulated;
    parts.scaleField.hidden = !own;
    parts.weeks.value = asked.weeks;
    parts.weeksSaid.textContent = labels.weeks.replace("{}", asked.weeks);
    parts.weeks.setAttribute("aria-valuetext", parts.weeksSaid.textContent);
    if (document.activeElement !== parts.seed || !shared.sender.busy) parts.seed.value = asked.seed;
    if (document.activeElement !== parts.scale || !shared.sender.busy) parts.scale.value = asked.scale;
  };
}

function makeControls(model, shared, parts) {
  const { labels } = shared;
  for (const { key, input } of parts.networks) input.onchange = () => ask(model, shared, { network: key });
  const turn = (gates) => ask(model, shared, { network: WHOLE, gates });
  for (const { level, slider } of parts.gates) {
    slider.oninput = () => turn(model.get("asked").gates.map((gate, place) => (place === level ? Number(slider.value) : gate)));
  }
  parts.openAll.onclick = () => turn(parts.gates.map(() => 1));
  parts.closeAll.onclick = () => turn(parts.gates.map(() => 0));
  return () => {
    const { network, gates } = model.get("asked"), whole = network === WHOLE;
    for (const { key, input, root } of parts.networks) {
      input.checked = key === network;
      root.classList.toggle("fe-chosen", key === network);
    }
    parts.gatesTitle.textContent = whole ? labels.gates : labels.gates_off;
    const missing = network === "skips-none" ? parts.gates.map(({ level }) => level) : [Number(network.slice("skips-no-".length))];
    for (const { level, slider, value, title, root } of parts.gates) {
      const never = !whole && missing.includes(level), gate = whole ? gates[level] : never ? 0 : 1;
      slider.value = gate;
      slider.disabled = !whole;
      value.textContent = never ? labels.never : gate === 1 ? labels.opened : gate === 0 ? labels.closed : gate.toFixed(2);
      title.textContent = labels.one_value.replace("{}", model.get("levels")[level] ?? "…");
      slider.setAttribute("aria-valuetext", value.textContent);
      root.classList.toggle("fe-shut", whole && gate < 1);
      root.classList.toggle("fe-never", never);
    }
    parts.openAll.disabled = whole && gates.every((gate) => gate === 1);
    parts.closeAll.disabled = whole && gates.every((gate) => gate === 0);
  };
}

// An own picture: chosen, or dropped anywhere on the page.
function makeOpener(model, shared, parts, signal) {
  const { labels } = shared;
  const on = (target, names, run) => names.split(" ").forEach((name) => target.addEventListener(name, run, { signal }));
  const open = async (files) => {
    const file = files?.[0], limit = model.get("file_limit");
    if (!file) return;
    if (files.length > 1) return shared.complain(labels.one_file);
    if (file.size > limit) {
      const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
      return shared.complain(labels.too_large.replace("{name}", file.name).replace("{size}", megabytes(file.size)).replace("{limit}", megabytes(limit)));
    }
    try {
      shared.sender.tell({ kind: "file", name: file.name }, [await file.arrayBuffer()]);
    } catch {
      shared.complain(labels.unreadable.replace("{name}", file.name));  // a folder, or a file that has gone
    }
  };
  parts.opener.onclick = () => parts.picker.click();
  on(parts.picker, "change", () => {
    void open([...parts.picker.files]);
    parts.picker.value = "";  // so that the same file can be chosen again
  });
  const target = document.body.dataset.voila ? window : parts.root;  // dropped beside, a browser would leave the page
  on(target, "dragover", (event) => event.preventDefault());
  on(target, "drop", (event) => {
    event.preventDefault();
    void open([...event.dataTransfer.files]);
  });
}

// The skips dashboard in the browser. State lives in the model's traits; a view only draws it and reports what the
// reader does. `shared` belongs to one model and is used by all its views.

// Measuring goes on one message at a time, so that a reader's hand always comes in between.
function keepMeasuring(model, sender) {
  const step = () => {
    if (model.get("work").running && !sender.busy && !sender.waiting.length) sender.tell({ kind: "step" });
  };
  sender.watchers.add(step);
  model.on("change:work", step);
}

function makeFigures(model, parts, strip) {
  let newest = 0, known = { bytes: null, bitmap: null };
  const others = () => {
    const truth = model.get("truth");
    return truth?.byteLength ? [{ loops: outlinesOf(truth, model.get("grid")), colour: COLOURS.truth, dashed: true }] : [];
  };
  const draw = () => {
    const size = model.get("size"), grid = model.get("grid"), { kind } = model.get("now"), other = others();
    const opened = model.get("map_open"), isKnown = Boolean(other.length);
    const ofOpen = opened?.byteLength ? [{ loops: outlinesOf(opened, grid), colour: COLOURS.reference, dashed: true }] : [];
    const beside = (shown) => (isKnown || shown === "reference" ? other : ofOpen);
    const [high, wide] = size;
    for (const [name, shown, map] of [["open", "reference", opened], ["now", kind, model.get("map_now")]]) {
      const { paper, stage } = parts[name];
      stage.style.aspectRatio = `${wide} / ${high}`;
      stage.setAttribute("aria-label", model.get(`alt_${name}`));
      if (!fit(paper, size)) continue;
      const found = map?.byteLength ? [{ loops: outlinesOf(map, grid), colour: COLOURS[shown], filled: true }] : [];
      paint(paper, known.bitmap, [...beside(shown), ...found], { stroke: Math.max(2, paper.width / 190) });
    }
    strip.draw(known.bitmap, beside);
  };
  const load = async () => {
    const number = ++newest, bytes = model.get("image"), rev = model.get("rev");
    if (bytes?.byteLength && known.bytes !== bytes) {
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
      if (number !== newest) return;
      known = { bytes, bitmap };
    }
    draw();
    Object.assign(parts.root.dataset, { ready: String(Boolean(known.bitmap)), rev });
  };
  return { load, draw };
}

function makeWords(model, shared, parts) {
  const written = {};
  const html = (target, name) => {
    const text = model.get(name);
    if (written[name] !== text) target.innerHTML = written[name] = text;  // Python writes and escapes it
  };
  const caption = ({ banner, name, title, says, root }, { kind, name: word, title: what, says: why }) => {
    banner.className = `fe-banner fe-${kind}`;
    root.dataset.kind = kind ?? "";
    for (const [target, text] of [[name, word], [title, what], [says, why]]) if (target.textContent !== text) target.textContent = text ?? "";
  };
  return () => {
    const { sender, labels } = shared, said = sender.silent ? labels.no_answer : shared.complaint || model.get("status");
    if (parts.status.textContent !== said) parts.status.textContent = said;
    parts.status.classList.toggle("fe-alarm", Boolean(sender.silent || shared.complaint || model.get("alarm")));
    parts.root.dataset.busy = String(sender.busy);
    parts.root.dataset.done = model.get("done");
    const { running, done, all } = model.get("work");
    parts.root.dataset.working = String(running);
    caption(parts.open, model.get("reference"));
    caption(parts.now, model.get("now"));
    html(parts.open.panel, "panel_open");
    html(parts.now.panel, "panel_now");
    html(parts.table, "table");
    const sentences = model.get("answer"), told = sentences.join("\n");
    if (written.answer !== told) {
      written.answer = told;
      parts.answer.replaceChildren(...sentences.map((textContent) => element("li", { textContent })));
    }
    parts.progress.value = all ? done / all : 0;
    parts.progress.hidden = done >= all;
    parts.working.textContent = labels.working.replace("{done}", done).replace("{all}", all);
    parts.keyFound.style.borderTopColor = COLOURS[model.get("now").kind ?? "reference"];
    const known = Boolean(model.get("truth")?.byteLength);
    parts.keyTruth.style.borderTopColor = known ? COLOURS.truth : COLOURS.reference;
    parts.keyOther.textContent = known ? labels.truth : labels.reference;
  };
}

export default () => {
  const shared = { complaint: "", views: new Set() };
  return {
    initialize({ model }) {
      shared.labels = model.get("labels");
      shared.sender = makeSender(model);
      shared.complain = (sentence) => {
        shared.complaint = sentence;
        shared.views.forEach((write) => write());
      };
      model.on("change:rev", () => { shared.complaint = ""; });
      keepMeasuring(model, shared.sender);
    },
    render({ model, el }) {
      const parts = buildSkips(model, shared.labels, `fe-${Math.random().toString(36).slice(2)}`);
      const strip = makeStrip(model, shared, parts), figures = makeFigures(model, parts, strip);
      const writers = [makeMenus, makeControls, makeWords].map((make) => make(model, shared, parts));
      const write = () => [...writers, strip.write].forEach((run) => run());
      const load = () => void figures.load();
      const ending = new AbortController();
      makeOpener(model, shared, parts, ending.signal);
      parts.more.onclick = () => shared.sender.tell({ kind: "more" });
      parts.root.addEventListener("keydown", (event) => {
        if (!event.ctrlKey && !event.metaKey) event.stopPropagation();  // to JupyterLab a key may mean "cut this cell"
      });
      parts.root.dataset.lmSuppressShortcuts = "true";
      const bindings = [["change:rev", load], ["change:rev change:asked change:status change:work change:menu", write]];
      for (const [names, run] of bindings) for (const name of names.split(" ")) model.on(name, run);
      shared.sender.watchers.add(write);
      shared.views.add(write);
      el.append(parts.root);
      const resized = new ResizeObserver(() => figures.draw());
      resized.observe(parts.root);
      write();
      load();
      model.send({ kind: "ready" });
      return () => {
        ending.abort();
        resized.disconnect();
        shared.sender.watchers.delete(write);
        shared.views.delete(write);
        for (const [names, run] of bindings) for (const name of names.split(" ")) model.off(name, run);
        parts.root.remove();
      };
    },
  };
};

// The canvas in the browser. State lives in the model's traits; a view only draws it and reports what the
// reader does. `shared` belongs to one model and is used by all its views.

// What the reader did to outline, ink and calipers, so that it can be taken back. What Python did at the reader's
// wish, and can take back itself, has a number.
function makeHistory(model, sender) {
  let past = [];
  const forget = () => { past = []; };
  model.on("change:image", forget);
  model.on("change:spacing", forget);  // an outline in another unit
  model.on("change:step", () => past.push({ step: model.get("step") }));
  const current = (trait) => JSON.stringify(model.get(trait));
  const isCurrent = ({ trait, value }) => trait && value === current(trait);
  return {
    keep(trait) {
      const last = past.at(-1);
      if (last?.trait !== trait || !isCurrent(last)) past.push({ trait, value: current(trait) });
      past = past.slice(-MOST_STROKES);
    },
    undo() {
      if (model.get("drawing")) return;
      while (past.length && isCurrent(past.at(-1))) past.pop();
      if (!past.length) return;
      const { step, trait, value } = past.pop();
      if (step) return sender.tell({ kind: "undo", step });
      model.set(trait, JSON.parse(value));
      sender.push();
    },
  };
}

// Saves a file that Python made, as any download.
function save(content, buffers) {
  if (content?.kind !== "download") return;
  const address = URL.createObjectURL(new Blob(buffers, { type: content.type }));
  element("a", { href: address, download: content.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

export default () => {
  const shared = { views: 0, said: "", alarm: false };
  return {
    initialize({ model }) {
      shared.labels = model.get("labels");
      shared.sender = makeSender(model);
      shared.history = makeHistory(model, shared.sender);
      shared.pen = makePen(model, shared);
      shared.tape = makeTape(model, shared);
      shared.palm = makePalm();
      const tell = () => shared.sender.watchers.forEach((watcher) => watcher());
      shared.say = (said, alarm = false) => {  // the browser's own word, until Python's next one
        Object.assign(shared, { said, alarm });
        tell();
      };
      shared.resizeBrush = (size) => {
        shared.pen.resize(size);
        tell();
      };
      model.on("msg:custom", save);
      model.on("change:rev", () => { shared.said = ""; });
      model.on("change:image", shared.tape.forget);
    },
    render({ model, el }) {
      shared.views += 1;
      const parts = build(shared.labels, `fe-${Math.random().toString(36).slice(2)}`);
      const view = makeView(model, shared, parts);
      const stop = new AbortController();
      listen(model, shared, parts, view, stop.signal);  // actions.js
      const bindings = [
        ["change:image", view.loadPicture], ["change:mask", view.loadMask],
        ["change:spacing", view.fit], ["change:ellipse change:truth change:box", view.draw],
        ["change:mode change:status change:alarm change:rev change:done change:strokes change:calipers", view.loadState],
        ["change:calibrated change:frame change:frames", view.loadState],
      ];
      for (const [names, run] of bindings) for (const name of names.split(" ")) model.on(name, run);
      shared.sender.watchers.add(view.loadState);
      const resized = new ResizeObserver(() => (view.fitted ? view.fit() : view.draw()));
      el.append(parts.root);
      resized.observe(parts.stage);
      view.loadPicture();
      view.loadMask();
      view.loadState();
      model.send({ kind: "ready" });
      return () => {
        shared.views -= 1;
        stop.abort();
        if (!shared.views) shared.pen.up(true);
        resized.disconnect();
        view.stop();
        shared.sender.watchers.delete(view.loadState);
        for (const [names, run] of bindings) for (const name of names.split(" ")) model.off(name, run);
        parts.root.remove();
      };
    },
  };
};

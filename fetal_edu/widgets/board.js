// The board of knobs in the browser. State lives in the model's traits; a view only draws it and reports what the
// reader does. `shared` belongs to one model and is used by all its views.

// A search does one picture for each message: so it shows how far it is, and a press on "stop" comes in between.
function keepSearching(model, sender) {
  const step = () => {
    if (model.get("search").running && !sender.busy) sender.tell({ kind: "step" });
  };
  sender.watchers.add(step);
  model.on("change:search", step);
}

function makeActions(model, shared, parts) {
  const { sender } = shared;
  for (const name of ["find", "stop", "back"]) parts.buttons[name].onclick = () => sender.tell({ kind: name });
  parts.buttons.clear.onclick = () => ask(model, shared, { knobs: {} });
  return () => {
    const { running, part, says } = model.get("search"), held = parts.root.contains(document.activeElement) ? document.activeElement : null;
    const { find, stop, back, clear } = parts.buttons;
    find.hidden = running;
    stop.hidden = !running;
    if (held === find && running) stop.focus();
    if (held === stop && !running) find.focus();
    back.disabled = running || !model.get("can_go_back");
    clear.disabled = !Object.keys(model.get("asked").knobs).length;
    parts.progress.hidden = !running;
    parts.progress.value = part;
    parts.tried.textContent = running ? says : shared.labels.rule;
    parts.key.hidden = !Object.keys(model.get("marks")).length;
  };
}

function makeWords(model, shared, parts) {
  let written = null;
  return () => {
    const { sender, labels } = shared, said = sender.silent ? labels.no_answer : model.get("status");
    if (parts.status.textContent !== said) parts.status.textContent = said;
    parts.status.classList.toggle("fe-alarm", Boolean(sender.silent || model.get("alarm")));
    parts.root.dataset.busy = String(sender.busy);
    parts.root.dataset.done = model.get("done");
    parts.stage.setAttribute("aria-busy", String(sender.busy));
    for (const name of LAYERS) parts.checks[name].checked = model.get("shown").includes(name);
    const panel = model.get("panel");
    if (panel !== written) parts.panel.innerHTML = written = panel;  // Python writes and escapes it
  };
}

export default () => {
  const shared = {};
  return {
    initialize({ model }) {
      shared.labels = model.get("labels");
      shared.sender = makeSender(model);
      keepSearching(model, shared.sender);
    },
    render({ model, el }) {
      const parts = buildBoard(shared.labels, `fe-${Math.random().toString(36).slice(2)}`);
      const picture = makePicture(model, parts);
      const showLegend = makeLegend(model, parts, picture);
      const writers = [makeMenus, makeKnobs, makeActions, makeWords].map((make) => make(model, shared, parts));
      const write = () => writers.forEach((run) => run());
      const load = () => {
        showLegend();
        void picture.load();
      };
      for (const name of LAYERS) {
        parts.checks[name].onchange = () => {
          model.set("shown", LAYERS.filter((one) => parts.checks[one].checked));
          shared.sender.push();
        };
      }
      parts.root.addEventListener("keydown", (event) => {
        if (!event.ctrlKey && !event.metaKey) event.stopPropagation();  // to JupyterLab a key may mean "cut this cell"
      });
      parts.root.dataset.lmSuppressShortcuts = "true";
      const bindings = [
        ["change:rev", load], ["change:rev change:asked change:shown change:search change:marks change:status", write],
        ["change:can_go_back", write],
      ];
      for (const [names, run] of bindings) for (const name of names.split(" ")) model.on(name, run);
      shared.sender.watchers.add(write);
      el.append(parts.root);
      write();
      load();
      model.send({ kind: "ready" });
      return () => {
        shared.sender.watchers.delete(write);
        for (const [names, run] of bindings) for (const name of names.split(" ")) model.off(name, run);
        parts.root.remove();
      };
    },
  };
};

// The controls of the dashboard of layers. State lives in the model's traits; a view only draws it and reports what
// the reader does.

function buildControls(labels, choices, id) {
  const parts = { weights: [] };
  const field = (name, children, title = labels[name]) => {
    return element("div", { className: `fe-layers-field fe-layers-of-${name}` }, [element("label", { textContent: title, htmlFor: `${id}-${name}` }), ...children]);
  };
  const menu = (name, more = []) => {
    parts[name] = element("select", { id: `${id}-${name}` });
    return field(name, [element("div", { className: "fe-layers-line" }, [parts[name], ...more])]);
  };
  parts.picker = element("input", { type: "file", hidden: true });
  parts.open = element("button", { type: "button", textContent: labels.open });
  parts.kernel = element("fieldset", { className: "fe-layers-kernel" }, [element("legend", { textContent: labels.kernel })]);
  for (let row = 0; row < 3; row += 1) {
    for (let column = 0; column < 3; column += 1) {
      const weight = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", size: 5 });
      weight.setAttribute("aria-label", labels.weight.replace("{row}", row).replace("{column}", column));
      parts.weights.push(weight);
    }
  }
  parts.kernel.append(element("div", { className: "fe-layers-grid" }, parts.weights));
  parts.status = element("p", { className: "fe-layers-status" });
  parts.status.setAttribute("role", "status");
  const head = element("div", { className: "fe-layers-head" }, [
    element("h1", { textContent: labels.title }), element("p", { textContent: labels.lead }),
    element("p", { className: "fe-layers-warning", textContent: labels.warning }),
  ]);
  const choosing = element("div", { className: "fe-layers-choosing" }, [
    element("div", { className: "fe-layers-menus" }, [menu("picture", [parts.open, parts.picker]), menu("plan"), menu("preset"), menu("stride"), menu("padding")]),
    parts.kernel,
  ]);
  parts.root = element("div", { className: "fe-layers-page" }, [head, choosing, parts.status]);
  parts.root.dataset.lmSuppressShortcuts = "true";
  return parts;
}

const option = ({ key, title }) => element("option", { value: key, textContent: title ?? key });

function makeControls(model, shared, parts) {
  const { labels } = shared, { kernels, plans, strides, paddings } = model.get("choices");
  const typed = () => [0, 3, 6].map((from) => parts.weights.slice(from, from + 3).map(({ value }) => value));
  const same = (weights, kernel) => weights.flat().every((one, i) => Number(one) === Number(kernel.flat()[i]));
  parts.plan.append(...plans.map(option));
  parts.preset.append(option({ key: "", title: labels.own_kernel }), ...kernels.map(option));
  parts.stride.append(...strides.map((key) => option({ key })));
  parts.padding.append(...paddings.map((key) => option({ key })));
  const ask = (wish) => {
    model.set("asked", { ...model.get("asked"), ...wish });
    shared.sender.push();
  };
  const kernelOf = (key) => kernels.find((one) => one.key === key)?.weights;
  parts.picture.onchange = () => ask({ picture: parts.picture.value });
  parts.plan.onchange = () => {  // each begins with what suits it
    const plan = plans.find(({ key }) => key === parts.plan.value), wish = { plan: plan.key };
    if (plan.kernel) wish.kernel = kernelOf(plan.kernel);
    for (const name of ["stride", "padding"]) if (plan[name] !== null) wish[name] = plan[name];
    ask(wish);
  };
  parts.preset.onchange = () => {
    const kernel = kernelOf(parts.preset.value);
    if (kernel) ask({ kernel });
  };
  for (const name of ["stride", "padding"]) parts[name].onchange = () => ask({ [name]: Number(parts[name].value) });
  for (const weight of parts.weights) weight.onchange = () => ask({ kernel: typed() });
  parts.open.onclick = () => parts.picker.click();
  let shown = "";

  return () => {
    const { sender } = shared, asked = model.get("asked"), plan = plans.find(({ key }) => key === asked.plan);
    const pictures = model.get("choices").pictures;
    const offered = pictures.map(({ key }) => key).join();
    if (offered !== shown) parts.picture.replaceChildren(...pictures.map(option));
    shown = offered;
    parts.picture.value = asked.picture;
    parts.plan.value = asked.plan;
    parts.preset.value = kernels.find(({ weights }) => same(weights, asked.kernel))?.key ?? "";
    const kernel = asked.kernel.flat();
    parts.weights.forEach((weight, i) => {
      weight.disabled = !plan.kernel;
      if (weight !== document.activeElement || !sender.busy) weight.value = String(kernel[i]);
    });
    parts.preset.disabled = !plan.kernel;
    for (const name of ["stride", "padding"]) {
      parts[name].value = String(asked[name]);
      parts[name].disabled = plan[name] === null;
    }
    const said = shared.said || (sender.silent ? labels.no_answer : model.get("status"));
    if (parts.status.textContent !== said) parts.status.textContent = said;
    parts.status.classList.toggle("fe-alarm", Boolean(shared.said ? shared.alarm : sender.silent || model.get("alarm")));
    Object.assign(parts.root.dataset, { rev: model.get("rev"), busy: String(sender.busy), ready: "true" });
  };
}

export default () => {
  const shared = { views: 0, said: "", alarm: false };
  return {
    initialize({ model }) {
      shared.labels = model.get("labels");
      shared.sender = makeSender(model);
      shared.say = (said, alarm = false) => {  // the browser's own word, until Python's next one
        Object.assign(shared, { said, alarm });
        shared.sender.watchers.forEach((watcher) => watcher());
      };
      model.on("change:rev", () => { shared.said = ""; });
    },
    render({ model, el }) {
      shared.views += 1;
      const parts = buildControls(shared.labels, model.get("choices"), `fe-${Math.random().toString(36).slice(2)}`);
      const write = makeControls(model, shared, parts), stop = new AbortController();
      const on = (target, names, run) => {
        for (const name of names.split(" ")) target.addEventListener(name, run, { signal: stop.signal });
      };
      listenToFiles(model, shared, parts, null, on);  // files.js
      on(parts.root, "keydown", (event) => {
        if (!event.ctrlKey && !event.metaKey) event.stopPropagation();  // to JupyterLab a key may mean "cut this cell"
      });
      const heard = "change:rev change:asked change:choices change:status change:alarm".split(" ");
      for (const name of heard) model.on(name, write);
      shared.sender.watchers.add(write);
      el.append(parts.root);
      write();
      return () => {
        shared.views -= 1;
        stop.abort();
        for (const name of heard) model.off(name, write);
        shared.sender.watchers.delete(write);
        parts.root.remove();
      };
    },
  };
};

// Sends what a reader does to Python. canvas.py and turn_page.py put this text before what uses it.

const NO_ANSWER_MS = 15000;

// Sends changes to Python: one request at a time, and the latest state where more came meanwhile.
function makeSender(model) {
  const sender = { busy: false, again: false, number: 0, timer: 0, waiting: [], watchers: new Set() };
  const tell = () => sender.watchers.forEach((watcher) => watcher());
  const settle = (silent) => {
    clearTimeout(sender.timer);
    Object.assign(sender, { busy: false, silent });
    if (sender.again) sender.push();
    else if (sender.waiting.length) post(...sender.waiting.shift());
    tell();
  };
  const begin = () => {
    sender.number += 1;
    Object.assign(sender, { busy: true, silent: false });
    sender.timer = setTimeout(() => settle(true), NO_ANSWER_MS);
    tell();
    return sender.number;
  };
  const post = (content, buffers) => model.send({ ...content, request: begin() }, undefined, buffers);
  sender.push = () => {
    sender.again = sender.busy;
    if (sender.busy) return;
    model.set("request", begin());
    model.save_changes();
  };
  sender.tell = (content, buffers = []) => {
    if (sender.busy) sender.waiting.push([content, buffers]);
    else post(content, buffers);
  };
  model.on("change:done", () => {
    if (model.get("done") >= sender.number && sender.busy) settle(false);
  });
  return sender;
}

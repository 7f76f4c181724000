// Files that are chosen or dropped. canvas.py and layer_page.py put this text before what uses it.

function listenToFiles(model, shared, parts, view, on) {
  const complain = (sentence) => shared.say(sentence, true);
  const open = async (files) => {
    const { labels } = shared, file = files?.[0], limit = model.get("file_limit");
    if (!file) return;
    if (files.length > 1) return complain(labels.one_file);
    if (file.size > limit) {
      const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
      return complain(labels.too_large.replace("{name}", file.name)
        .replace("{size}", megabytes(file.size)).replace("{limit}", megabytes(limit)));
    }
    try {
      shared.sender.tell({ kind: "file", name: file.name }, [await file.arrayBuffer()]);
    } catch {
      complain(labels.unreadable.replace("{name}", file.name));  // a folder, or a file that has gone
    }
  };
  on(parts.picker, "change", () => {
    open(parts.picker.files);
    parts.picker.value = "";  // so that the same file can be chosen again
  });
  // In Voila the whole page takes a file: dropped beside the picture, the browser would leave the page.
  const target = document.body.dataset.voila ? window : parts.root;
  on(target, "dragover", (event) => {
    event.preventDefault();
    parts.root.classList.add("fe-over");
  });
  on(target, "dragleave drop", () => parts.root.classList.remove("fe-over"));
  on(target, "drop", (event) => {
    if (target === window && shared.views > 1 && !parts.root.contains(event.target)) return event.preventDefault();
    event.preventDefault();
    open(event.dataTransfer.files);
  });
}

// The picture with its layers. board_page.py puts this text between board_parts.js and board_knobs.js.

const SHARP = 3;  // the paper has this many pixels for one of the picture, so that borders of labels stay crisp

// Shows picture, labels, mask and outlines that belong together, all at once: a newer set takes the place of an older
// one that is still being decoded.
function makePicture(model, parts) {
  const picture = { only: "", here: null };
  const decoded = {};  // trait -> { bytes, bitmap }
  let newest = 0;
  const decode = async (trait, type) => {
    const bytes = model.get(trait);
    if (!bytes?.byteLength) return null;
    if (decoded[trait]?.bytes !== bytes) {
      decoded[trait] = { bytes, bitmap: await createImageBitmap(new Blob([bytes], { type })) };
    }
    return decoded[trait].bitmap;
  };
  picture.load = async () => {
    const number = ++newest, rev = model.get("rev");
    const bitmaps = await Promise.all([decode("image", "image/jpeg"), decode("layer", "image/png"), decode("mask", "image/png")]);
    if (number !== newest) return;
    const [image, layer, mask] = bitmaps;
    if (layer !== picture.layer) picture.colours = layer && readColours(layer);
    Object.assign(picture, { image, layer, mask });
    picture.draw();
    Object.assign(parts.root.dataset, { ready: String(Boolean(image)), rev });
  };
  picture.draw = () => {
    const { image, layer, mask } = picture, [height, width] = model.get("size");
    parts.stage.style.aspectRatio = `${width} / ${height}`;
    parts.stage.setAttribute("aria-label", model.get("alt"));
    drawOutlines(model, parts, width, height);
    if (!image) return;
    const { paper } = parts, [wide, high] = [SHARP * image.width, SHARP * image.height];
    if (paper.width !== wide || paper.height !== high) Object.assign(paper, { width: wide, height: high });
    const pen = paper.getContext("2d");
    Object.assign(pen, { imageSmoothingEnabled: true, imageSmoothingQuality: "high", globalAlpha: 1 });
    pen.drawImage(image, 0, 0, wide, high);
    pen.imageSmoothingEnabled = false;
    pen.globalAlpha = 0.07;
    if (mask && !layer) pen.drawImage(mask, 0, 0, wide, high);
    pen.globalAlpha = picture.only ? 0.7 : 0.45;
    if (layer) pen.drawImage(picture.only ? onlyColour(picture.colours, picture.only) : layer, 0, 0, wide, high);
    pen.globalAlpha = 1;
  };
  // The colour under a point of the page, or nothing.
  picture.colourAt = (x, y) => {
    const { colours, image } = picture, frame = parts.stage.getBoundingClientRect();
    if (!colours || !image) return "";
    const [height, width] = model.get("size"), scale = Math.min(frame.width / width, frame.height / height);
    const column = Math.floor(((x - frame.left - frame.width / 2) / scale / width + 0.5) * colours.width);
    const row = Math.floor(((y - frame.top - frame.height / 2) / scale / height + 0.5) * colours.height);
    if (row < 0 || column < 0 || row >= colours.height || column >= colours.width) return "";
    const at = 4 * (row * colours.width + column), [red, green, blue, alpha] = colours.data.slice(at, at + 4);
    return alpha ? `#${[red, green, blue].map((value) => value.toString(16).padStart(2, "0")).join("")}` : "";
  };
  return picture;
}

function readColours(bitmap) {
  const pen = element("canvas", { width: bitmap.width, height: bitmap.height }).getContext("2d", { willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0);
  return pen.getImageData(0, 0, bitmap.width, bitmap.height);
}

// A copy in which all but one colour is transparent.
function onlyColour(colours, only) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(only.slice(at, at + 2), 16));
  const copy = new ImageData(new Uint8ClampedArray(colours.data), colours.width, colours.height), { data } = copy;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] !== red || data[i + 1] !== green || data[i + 2] !== blue) data[i + 3] = 0;
  }
  const paper = element("canvas", { width: colours.width, height: colours.height });
  paper.getContext("2d").putImageData(copy, 0, 0);
  return paper;
}

function drawOutlines(model, parts, width, height) {
  place(parts.drawing, { viewBox: `0 0 ${width} ${height}` });
  for (const [name, shape] of Object.entries(parts.ellipses)) {
    const ellipse = model.get(name === "halo" ? "found" : name);
    shape.toggleAttribute("hidden", !ellipse);
    if (!ellipse) continue;
    const [cx, cy, rx, ry, degrees] = ellipse;
    place(shape, { cx, cy, rx, ry, transform: `rotate(${degrees} ${cx} ${cy})` });
  }
}

// What the colours mean: each entry shows its label alone, at a press or under the pointer.
function makeLegend(model, parts, picture) {
  let written = "";
  const choose = (colour) => {
    picture.only = picture.only === colour ? "" : colour;
    for (const button of parts.legend.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.colour === picture.only));
    }
    picture.draw();
  };
  const entry = ({ name, colour }) => {
    const swatch = element("span", { className: "fe-swatch" });
    swatch.style.background = colour;
    const button = element("button", { type: "button", onclick: () => choose(colour) }, [swatch, name]);
    button.dataset.colour = colour;
    button.setAttribute("aria-pressed", String(colour === picture.only));
    return element("li", {}, [button]);
  };
  parts.stage.addEventListener("pointermove", (event) => {
    const colour = picture.colourAt(event.clientX, event.clientY);
    const found = model.get("legend").find((one) => one.colour === colour);
    parts.here.hidden = !found;
    if (found) parts.here.textContent = found.name;
  });
  parts.stage.addEventListener("pointerleave", () => { parts.here.hidden = true; });
  return () => {
    const legend = model.get("legend"), now = JSON.stringify(legend);
    parts.legend.hidden = !legend.length;
    if (now === written) return;
    written = now;
    if (!legend.some(({ colour }) => colour === picture.only)) picture.only = "";
    const held = document.activeElement?.dataset?.colour;
    parts.legend.replaceChildren(...legend.map(entry));
    if (held) parts.legend.querySelector(`[data-colour="${held}"]`)?.focus();
  };
}

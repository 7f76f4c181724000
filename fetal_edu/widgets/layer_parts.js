// The elements of one view of the explorer. layer_explorer.py puts this text between layer_paint.js and layer_table.js.

const NARROWEST = 206, LARGEST = 520, LOWEST = 220;  // px of a map's place on the page
const AROUND = 290, CAPTION = 80, BESIDE = 420, GAP = 16;  // px of what else has to stand there

function buildTower(model, tower, id) {
  const labels = model.get("labels"), parts = { labels, id };
  parts.maps = tower.maps.map((map, number) => buildMap(parts, map, number, tower.layers[number]?.zeros ?? 0));
  const grid = element("div", { className: "fe-tower-maps" }, parts.maps.map(({ figure }) => figure));
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", labels.maps);
  parts.grid = grid;
  parts.place = document.createTextNode("");
  parts.rest = document.createTextNode("");
  parts.words = element("p", { className: "fe-tower-words" }, [element("strong", {}, [parts.place]), parts.rest]);
  parts.sum = element("p", { className: "fe-tower-sum" });
  parts.pin = element("p", { className: "fe-tower-pin", textContent: labels.pinned });
  parts.live = element("p", { className: "fe-tower-live" });
  parts.live.setAttribute("role", "status");
  parts.help = element("p", { className: "fe-tower-help", id: `${id}-help`, textContent: labels.help });
  parts.table = element("div", { className: "fe-tower-table" });
  parts.table.setAttribute("role", "group");
  parts.table.setAttribute("aria-label", labels.numbers);
  const said = element("div", { className: "fe-tower-said" }, [parts.words, parts.pin]);
  const below = element("div", { className: "fe-tower-below" }, [said, element("div", { className: "fe-tower-reckoned" }, [parts.table, parts.sum])]);
  const shown = element("div", { className: "fe-tower-shown" }, [grid, buildKey(labels, tower)]);
  parts.root = element("div", { className: "fe-tower" }, [element("div", { className: "fe-tower-main" }, [shown, below]), parts.help, parts.live]);
  parts.root.dataset.lmSuppressShortcuts = "true";
  return parts;
}

function buildMap(parts, map, number, zeros) {
  const sheet = makeSheet(map, zeros), stage = element("div", { className: "fe-tower-stage", tabIndex: 0 }, [sheet.base, sheet.over]);
  const size = [map.size, map.scale].filter(Boolean).join(" · ");
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-roledescription", parts.labels.role);
  stage.setAttribute("aria-label", `${map.heading}, ${size}`);
  stage.setAttribute("aria-describedby", `${parts.id}-help`);
  stage.dataset.map = number;
  const heading = element("span", { className: "fe-tower-heading", textContent: map.heading });
  const caption = element("figcaption", {}, [heading, element("span", { className: "fe-tower-size", textContent: size })]);
  const figure = element("figure", { className: "fe-tower-map" }, [caption, stage, buildScale(map)]);
  return { map, sheet, stage, figure };
}

// Which colour stands for which number.
function buildScale(map) {
  const colour = colourOf(map), stops = Array.from({ length: 9 }, (_one, i) => colour(map.lowest + i / 8 * (map.highest - map.lowest)));
  const bar = element("span", { className: "fe-tower-bar" });
  bar.style.background = `linear-gradient(to right, ${stops.map((one) => `rgb(${one})`).join(", ")})`;
  const ends = [map.lowest, map.highest].map((x) => element("span", { textContent: written(x, map.digits) }));
  return element("div", { className: "fe-tower-scale" }, [ends[0], bar, ends[1]]);
}

function buildKey(labels, tower) {
  const names = ["at", "behind", "ahead", ...(tower.layers.some(({ zeros }) => zeros) ? ["zero"] : [])];
  const entries = names.map((name) => {
    return element("li", {}, [element("span", { className: `fe-tower-mark fe-tower-mark-${name}` }), labels[`key_${name}`]]);
  });
  return element("ul", { className: "fe-tower-key" }, entries);
}

// As few lines of maps as their smallest size allows, and as even ones as can be; what is said of them stands beside
// a few maps where that leaves them larger, else below.
function layOut(parts) {
  const width = parts.root.clientWidth, count = parts.maps.length;
  const above = document.body.dataset.voila ? parts.root.getBoundingClientRect().top + window.scrollY : 0;
  const height = window.innerHeight - above, room = (from, each) => Math.min(LARGEST, (from - GAP * (each - 1)) / each) - 6;
  const most = Math.max(1, Math.floor(width / NARROWEST)), lines = Math.ceil(count / most), each = Math.ceil(count / lines);
  const below = { each, wide: room(width, each), high: (height - AROUND) / lines - CAPTION };
  const beside = { each: count, wide: room(width - BESIDE - 2 * GAP, count), high: height - CAPTION - 80 };
  const size = ({ wide, high }) => Math.min(wide, high, LARGEST);
  const isBeside = lines === 1 && size(beside) > 0.95 * size(below), chosen = isBeside ? beside : below;
  parts.root.classList.toggle("fe-tower-beside", isBeside);
  parts.root.classList.toggle("fe-tower-many", lines > 1);
  parts.grid.style.gridTemplateColumns = `repeat(${chosen.each}, minmax(0, ${Math.floor(chosen.wide) + 6}px))`;
  for (const { sheet } of parts.maps) sheet.fit(chosen.wide, Math.min(LARGEST, Math.max(LOWEST, chosen.high)));
}

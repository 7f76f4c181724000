// Calipers: straight lengths between two ends. canvas.py puts this text between ink.js and parts.js.
//
// A caliper is {name, from, to}; its ends are [row, column] in pixels of the picture, with whole numbers at pixel
// centres, so that it stays where it is when the scale changes. The browser tells the length; Python the rest.

const MOST_CALIPERS = 12;  // as in arriving.py
const ENDS_OF_TAPE = ["from", "to"];

const caliperLength = ({ from, to }, [y, x]) => Math.hypot((to[0] - from[0]) * y, (to[1] - from[1]) * x);

const caliperTag = (caliper, place, labels) => labels.caliper_tags[caliper.name] ?? String.fromCharCode(65 + place);

function lengthInWords(model, caliper) {
  const labels = model.get("labels"), length = caliperLength(caliper, model.get("spacing"));
  return model.get("calibrated") ? labels.mm.replace("{}", length.toFixed(1)) : labels.pixels.replace("{}", length.toFixed(0));
}

// The hand on the calipers of one model. `start` is the first end of a new one that waits for its second; `held`
// is the end that follows the hand, with all calipers as they were before.
function makeTape(model, shared) {
  const tape = { start: null, held: null, chosen: -1 };
  const all = () => model.get("calipers");
  const inside = (point) => insidePoint(point, model.get("shape"));
  const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const send = (calipers) => {
    model.set("calipers", calipers);
    shared.sender.push();
  };
  const sayWhat = (place) => {
    const caliper = all()[place], tag = caliperTag(caliper, place, shared.labels);
    shared.say(shared.labels.caliper_said.replace("{tag}", tag).replace("{length}", lengthInWords(model, caliper)));
  };
  const hold = (place, end) => {
    shared.history.keep("calipers");
    Object.assign(tape, { held: { place, end, before: all() }, chosen: place, start: null });
  };
  // `distance` tells how many CSS pixels a point of the picture is away from the hand.
  tape.endNear = (distance, reach) => {
    const ends = all().flatMap((caliper, place) => ENDS_OF_TAPE.map((end) => ({ place, end, far: distance(caliper[end]) })));
    const best = ends.reduce((a, b) => (b.far < a.far ? b : a), { far: Infinity });
    return best.far <= reach ? best : null;
  };
  // Returns a sentence where no more calipers fit.
  tape.down = (point, near) => {
    if (tape.start) return tape.pull(point), "";
    if (near) return hold(near.place, near.end), "";
    if (all().length >= MOST_CALIPERS) return shared.labels.calipers_full;
    tape.start = inside(point);
    return "";
  };
  tape.pull = (point) => {
    const at = inside(point), calipers = all();
    if (tape.start && apart(tape.start, at) >= 1) {
      const from = tape.start;
      hold(calipers.length, "to");
      send([...calipers, { name: "", from, to: at }]);
    } else if (tape.held) {
      const { place, end } = tape.held, caliper = { ...calipers[place], [end]: at };
      if (apart(caliper.from, caliper.to) >= 1) send(calipers.with(place, caliper));
    }
  };
  tape.up = (keep) => {
    if (tape.held) {
      if (!keep) send(tape.held.before);
      tape.held = null;
      shared.say("");  // Python's word about the length
    } else if (tape.start) {
      if (keep) shared.say(shared.labels.caliper_first);
      else tape.start = null;
    }
  };
  tape.forget = () => Object.assign(tape, { start: null, held: null });
  tape.rename = (place, name) => {
    shared.history.keep("calipers");
    send(all().with(place, { ...all()[place], name }));
  };
  tape.remove = (place) => {
    if (tape.held || !all()[place]) return;
    const tag = caliperTag(all()[place], place, shared.labels);
    shared.history.keep("calipers");
    send(all().filter((_caliper, i) => i !== place));
    tape.chosen = -1;
    shared.say(shared.labels.caliper_deleted.replace("{tag}", tag));
  };
  // The next end after the one that was chosen last; the keys jump to it.
  tape.next = () => {
    const ends = all().flatMap((caliper, place) => ENDS_OF_TAPE.map((end) => ({ place, end, at: caliper[end] })));
    if (!ends.length) return null;
    tape.turn = ((tape.turn ?? -1) + 1) % ends.length;
    tape.chosen = ends[tape.turn].place;
    sayWhat(tape.chosen);
    return ends[tape.turn].at;
  };
  return tape;
}

// Keys of the calipers: arrows move a cross, the space bar sets an end or takes it up. Returns whether the key
// meant something.
function pressTapeKey(model, shared, view, event) {
  const { key } = event, { tape } = shared, [rows, columns] = model.get("shape");
  const at = view.crossAt ?? [rows / 2, columns / 2];
  if (ARROWS[key]) {
    const [x, y] = ARROWS[key], far = event.shiftKey ? 10 : 1;
    view.crossAt = insidePoint([at[0] + y * far, at[1] + x * far], [rows, columns]);
    tape.pull(view.crossAt);
  } else if (key === " " || key === "Enter") {
    view.crossAt = at;
    if (tape.held) tape.up(true);
    else {
      const full = tape.down(at, tape.endNear((end) => view.apart(end, at), 10));
      shared.say(full || (tape.held ? shared.labels.caliper_held : shared.labels.caliper_first), Boolean(full));
    }
  } else if (key === "n") {
    view.crossAt = (tape.held ? null : tape.next()) ?? view.crossAt;
  } else if (key === "Delete" || key === "Backspace") {
    tape.remove(tape.endNear((end) => view.apart(end, at), 10)?.place ?? tape.chosen);
  } else if (key === "Escape" && (tape.start || tape.held)) {
    tape.up(false);
  } else return false;
  view.draw();
  return true;
}

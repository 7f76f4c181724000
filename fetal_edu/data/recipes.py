"""What the bundled samples are drawn from: every plane at three ages on two machines, and hard cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from . import card, sheet
from .encode import Encoded
from .folder import SampleFolder
from .keep import Keeper, write_whole
from .orders import Order
from .produce import drawn

__all__ = ["RECIPES", "Recipe", "make_samples"]

CARD, SHEET = "README.md", "contact-sheet.png"
SMALL = (184, 276)
MACHINES = ("premium", "old")
#: Ages that each anatomy is shown at.
AGES: Mapping[str, tuple[float, float, float]] = {
    "head": (12.5, 20.5, 31.0),
    "abdomen": (16.5, 22.0, 32.0),
    "heart": (18.5, 24.0, 32.0),
    "face": (18.5, 24.0, 32.0),
    "first_trimester": (11.0, 12.0, 13.5),
}
#: The planes, with the anatomy that shows them.
SHOWN = (
    ("head", "transthalamic"),
    ("head", "transventricular"),
    ("head", "transcerebellar"),
    ("head", "midsagittal"),
    ("head", "parasagittal"),
    ("head", "coronal"),
    ("head", "other"),
    ("abdomen", "abdomen"),
    ("abdomen", "other"),
    ("heart", "4C"),
    ("heart", "LVOT"),
    ("heart", "RVOT"),
    ("heart", "3V"),
    ("heart", "other"),
    ("face", "face"),
    ("face", "other"),
    ("first_trimester", "first_trimester"),
)
#: Known by these names from the first version on: name, seed, weeks, difficulty, what it shows.
HEADS = (
    ("head-12w", 17, 12.6, 0.2, "early: the plexus fills the brain like wings"),
    ("head-17w", 24, 17.2, 0.3, "clear: a small head with fluid in front of it"),
    ("head-20w", 35, 20.3, 0.1, "clear: the 20-week scan"),
    ("head-21w-hard", 42, 21.0, 1.0, "hard: two shadows cross the head"),
    ("head-28w", 54, 28.4, 0.5, "usual: third trimester"),
    ("head-36w-hard", 66, 36.0, 0.9, "hard: a large, faint head whose sides lie in shadow"),
)
#: Hard for one reason: plane, weeks, knob, its value, and the reason in words.
HARD = (
    ("transthalamic", 28.0, "shadow", 1.0, "two gaps in the contact cut the head in three"),
    ("transthalamic", 22.0, "dropout", 1.0, "most of the skull returns no echo"),
    ("transthalamic", 34.0, "wall", 1.0, "the head lies deep behind a thick wall"),
    ("transventricular", 25.0, "likeness", 1.0, "nearly the transthalamic plane"),
    ("transcerebellar", 30.0, "occlusion", 0.7, "the mother's pelvis hides one side"),
    ("midsagittal", 22.0, "dynamic_range", 1.0, "black and white, nothing between"),
    ("parasagittal", 24.0, "compounding", 1.0, "one angle: grain as coarse as the structures"),
    ("coronal", 26.0, "side_lobes", 1.0, "false echoes from beside the beam"),
    ("abdomen", 22.0, "deformation", 1.0, "pressed out of its ellipse"),
    ("abdomen", 30.0, "fluid_lack", 1.0, "no dark rim: the trunk touches the womb"),
    ("abdomen", 33.0, "rib_shadow", 1.0, "ribs and limbs shadow the organs"),
    ("abdomen", 24.0, "lookalikes", 1.0, "round things beside it that pass for an abdomen"),
    ("abdomen", 27.0, "faint_outline", 1.0, "its border fades into the womb"),
    ("4C", 30.0, "shadow", 0.8, "two shadows cross the chambers"),
    ("LVOT", 22.0, "cue", 1.0, "the aortic root hardly shows: nearly four chambers"),
    ("RVOT", 24.0, "frequency", 1.0, "2 MHz: vessels as wide as the grain"),
    ("3V", 24.0, "motion", 0.4, "the fetus moves: vessels are seen double"),
    ("face", 24.0, "hand", 1.0, "a hand before the face"),
    ("face", 32.0, "gain", 1.0, "too much gain: all is white"),
    ("first_trimester", 12.0, "wall", 1.0, "small, deep behind a thick wall"),
    ("first_trimester", 13.0, "motion", 1.0, "the fetus moves while the frames are averaged"),
)


#: Where the first seed let a spine or a limb hide the whole plane, another fetus.
SECOND = {"RVOT-32w": 1113, "abdomen-33w-rib-shadow": 1532, "3V-24w-motion": 1540}


class Recipe(NamedTuple):
    """A bundled sample: its name, the order that draws it, and a line that says what it shows."""

    name: str
    order: Order
    shows: str


def _heads() -> Iterator[Recipe]:
    for name, seed, weeks, difficulty, shows in HEADS:
        yield Recipe(name, Order("transthalamic", seed, weeks=weeks, difficulty=difficulty), shows)


def _planes() -> Iterator[Recipe]:
    """Give both machines the same fetus: the two pictures share seed and group."""
    for number, (anatomy, plane) in enumerate(SHOWN):
        for age, weeks in enumerate(AGES[anatomy]):
            name = f"{anatomy}-other" if plane == "other" else plane
            name = f"{name}-{int(weeks)}w"
            seed = SECOND.get(name, 1000 + 10 * number + age)
            order = Order(plane, seed, anatomy=anatomy, weeks=weeks, difficulty=0.3, shape=SMALL)
            for machine in MACHINES:
                yield Recipe(f"{name}-{machine}", replace(order, machine=machine), f"{machine} machine")


def _hard() -> Iterator[Recipe]:
    for number, (plane, weeks, knob, value, reason) in enumerate(HARD):
        title = "head" if plane == "transthalamic" else plane
        name = f"{title}-{int(weeks)}w-{knob.replace('_', '-')}"
        seed = SECOND.get(name, 1500 + number)
        order = Order(plane, seed, weeks=weeks, difficulty=0.3, knobs={knob: value}, shape=SMALL)
        yield Recipe(name, order, f"hard: {reason}")


def _moving_and_deep() -> Iterator[Recipe]:
    sweeps = (
        ("heart", 1600, 24.0, ("4C", "LVOT", "3V"), "from four chambers to three vessels, beating"),
        ("abdomen", 1601, 26.0, ("abdomen",), "along the trunk, through the standard plane"),
        (
            "head",
            1602,
            22.0,
            ("transventricular", "transthalamic", "transcerebellar"),
            "from the ventricles down to the cerebellum",
        ),
    )
    for anatomy, seed, weeks, stops, shows in sweeps:
        order = Order(
            anatomy,
            seed,
            kind="sweep",
            weeks=weeks,
            difficulty=0.3,
            shape=(112, 168),
            frames=40,
            stops=stops,
        )
        yield Recipe(f"{anatomy}-sweep-{int(weeks)}w", order, f"a sweep {shows}")
    volumes = (
        ("abdomen", 1610, 24.0, "spine, stomach and vein go on through the planes"),
        ("first_trimester", 1611, 12.0, "fetus, fluid and placenta in the womb"),
    )
    for plane, seed, weeks, shows in volumes:
        order = Order(plane, seed, kind="volume", weeks=weeks, difficulty=0.3, shape=(112, 112), frames=48)
        yield Recipe(f"{plane}-volume-{int(weeks)}w", order, f"a volume: {shows}")


RECIPES: tuple[Recipe, ...] = (*_heads(), *_planes(), *_hard(), *_moving_and_deep())


def make_samples(
    target: Path | str, *, recipes: tuple[Recipe, ...] = RECIPES, jobs: int = -1
) -> tuple[Path, ...]:
    """Draw the bundled samples, with registry, contact sheet and data card, into a folder.

    Parameters
    ----------
    target : path
        A new folder, or one of samples, which are replaced when all new ones are drawn.
    recipes : tuple of Recipe
    jobs : int
        Processes; the bytes are the same for any number.

    Returns
    -------
    tuple of paths
        The files that were written.

    Raises
    ------
    BadInput
        If a recipe can't be drawn, or the folder can't be written to.
    """
    for recipe in recipes:
        recipe.order.check()
    keeper = Keeper(target, fresh=True)
    try:
        made = {encoded.name: encoded for encoded in drawn({r.name: r.order for r in recipes}, jobs=jobs)}
    except BaseException:
        keeper.abandon()
        raise
    for recipe in recipes:
        keeper.put(_described(made[recipe.name], recipe.shows))
    keeper.close(order=list)
    folder = SampleFolder(target)
    write_whole(
        folder.folder / SHEET, sheet.contact_sheet((name, folder.load(name)) for name in folder.entries)
    )
    write_whole(folder.folder / CARD, card.data_card(folder.entries).encode())
    return tuple(sorted(path for path in folder.folder.iterdir() if path.is_file()))


def _described(encoded: Encoded, shows: str) -> Encoded:
    return encoded._replace(entry={"shows": shows, **encoded.entry})

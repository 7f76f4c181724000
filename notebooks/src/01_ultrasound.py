# %% [markdown] key="title"
# # 01 · How ultrasound sees
#
# *You build an ultrasound picture, from the echo of one point to grey levels and millimetres, and measure
# what makes such pictures hard to read.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 12 s on one processor core and 280 MB of memory, without a network
# connection. Reading and trying take about an hour. Run the cells one by one: Run All shows each result
# before you are asked. [Chapter 00](00_start.ipynb) says how a chapter works.
#
# ## You will be able to
#
# - **build** speckle, borders and shadows from single echoes, and check them against the library's;
# - **measure** resolution in mm, and shadow, contrast and speckle in dB;
# - **predict** what frequency, gain, angle and bone do to the outline of a head.

# %% key="setup" tags=["setup"]
import numpy as np
from scipy.ndimage import uniform_filter
from scipy.signal import fftconvolve

from fetal_edu import phantom
from fetal_edu.data import data_folder, hc18
from fetal_edu.figures import canvas, curves, dots, overlay, show
from fetal_edu.lesson import check, forget, hint, predict, predictions, quiz, reveal
from fetal_edu.measure import Ellipse, outline_contrast
from fetal_edu.phantom import Machine, Probe, View, draw, draw_head, physics, render, screen, set_up
from fetal_edu.phantom.scene import Scene, Structure, Tissue
from fetal_edu.phantom.shapes import Ellipsoid, Everywhere, Shell, Slab
from fetal_edu.sample import Sample

# %% [markdown] key="why"
# ## Why a sonographer cares
#
# The picture shows echoes, not tissue. Where a border sends none back, the picture has no border. A
# sonographer lays an ellipse on the skull all the same, to measure the head circumference, HC. So the
# question is: along how many mm is there something to see?
#
# `outline_contrast` looks along the true outline of a simulated head. It takes the brightest grey within 3
# mm inside the outline, less the grey on both sides.

# %% key="one-head"
clear = draw_head(7, weeks=21)
stands_out = outline_contrast(clear, clear.truth["ellipse"]) > 0.25  # by a quarter of the grey scale
hc_mm = clear.truth["hc_mm"]
print(f"the skull stands out along {stands_out.mean() * hc_mm:.0f} of {hc_mm:.0f} mm")
show(overlay(clear.image, truth=clear.truth["ellipse"], spacing=clear.spacing))

# %% [markdown] key="loop-1"
# ## 1 One echo
#
# The probe sends a pulse and listens. Sound goes 1.54 mm per microsecond, to a point and back. So the time
# of an echo tells its depth.
#
# We write an echo as complex numbers. The real part swings as the probe feels it. The absolute value says
# how loud it is: the **envelope**. Only the envelope is shown. The length of the pulse is the picture's
# sharpness along the beam.


# %% key="pulse"
def pulse(away, frequency, cycles=2):
    """Return the echo of a point, heard `away` mm before or behind its place."""
    wave = 1.54 / frequency  # mm: 0.44 at 3.5 MHz
    long = cycles * wave / 2  # mm, at half its height: half the pulse, for sound goes there and back
    sigma = long / 2.355  # of a bell curve that is so wide at half its height
    return np.exp(-(away**2) / (2 * sigma**2) + 4j * np.pi * away / wave)


depth = np.arange(68, 72, 0.01)  # mm
echo = pulse(depth - 70, frequency=3.5)
print(f"a point at 70 mm is heard after {2 * 70 / 1.54:.0f} microseconds")
show(curves({"wave": (depth, echo.real), "envelope": (depth, abs(echo))}, x="depth (mm)", y="echo"))
predict("01-cell")

# %% key="blot"
STEP = np.array([0.02, 0.1])  # mm per row and column of our own pictures


def blot(frequency, depth=70, aperture=22):
    """Return the picture of one point, 4 × 8 mm, and how high and wide it is in mm."""
    wave = 1.54 / frequency
    wide = 0.86 * wave * depth / aperture  # at the focus; aperture: mm of the probe that work together
    down, across = np.arange(-2, 2, STEP[0]), np.arange(-4, 4, STEP[1])
    beam = np.exp(-(across**2) / (2 * (wide / 2.355) ** 2))
    return pulse(down, frequency)[:, None] * beam, (wave, wide)  # a pulse of two waves: one wave high


show(overlay(abs(blot(3.5)[0]), spacing=STEP, title="one point at 70 mm, 3.5 MHz"))
reveal("01-cell")

# %% key="beam"
widths = {}
for frequency in (3.5, 7):
    probe = Probe(f0=frequency, focus=70, aperture=22, samples=2048)
    high, wide = 2.355 * probe.axial_sigma(), 2.355 * probe.lateral_sigma()
    at = np.argmin(abs(probe.ranges - 70))
    print("{} MHz, by hand: {:.2f} × {:.2f} mm".format(frequency, *blot(frequency)[1]), end=", ")
    print(f"the library's probe: {high:.2f} × {wide[at]:.2f} mm")
    widths[f"{frequency} MHz"] = (probe.ranges, wide)
show(curves(widths, x="depth (mm)", y="width of the beam (mm)"))

# %% [markdown] key="explain-1"
# **Explain.** The blot is the **resolution cell**: two points inside one cell can't be told apart. Along
# the beam the pulse decides. Across, the wave decides, against the width of the probe that works together.
# Above the focus, here 70 mm, the machine uses less of that width, and the beam stays about as wide. Below
# it, the beam spreads.
#
# **Change.** In the cell with `blot`, draw 7 MHz instead of 3.5. Part 4 says what such sharpness costs.
#
# ## 2 Many echoes: speckle
#
# Tissue has many small scatterers in each cell. Their waves add up, in step or out of step. Take two, one
# behind the other:

# %% key="two"
for gap in (0, 0.11, 0.22):  # mm
    both = pulse(depth - 70, 3.5) + pulse(depth - 70 - gap, 3.5)
    print(f"{gap:.2f} mm apart, the two are {abs(both).max():.2f} times as loud as one")


def tissue(per_cell, frequency=3.5, shape=(1600, 400), seed=0):
    """Return the echo amplitude of points at random places, so many in each resolution cell."""
    one, (high, wide) = blot(frequency)
    n = int(per_cell * np.prod(shape * STEP) / (high * wide))
    rng, points = np.random.default_rng(seed), np.zeros(shape)
    np.add.at(points, (rng.integers(0, shape[0], n), rng.integers(0, shape[1], n)), 1)
    return abs(fftconvolve(points, one, mode="valid"))  # (1401, 321): 28 × 32 mm


predict("01-many")

# %% key="speckle"
figure, panels = canvas(2, 2, width=7, height=6.6)
for per_cell, ax in zip((0.1, 1, 10, 100), panels.ravel(), strict=True):
    amplitude = tissue(per_cell)
    print(f"{per_cell:5} in a cell: mean / std = {amplitude.mean() / amplitude.std():.2f}")
    grey = amplitude / np.percentile(amplitude, 99.5)
    overlay(grey[:700, :140], spacing=STEP, title=f"{per_cell} in a cell", ax=ax)  # 14 × 14 mm of it
show(figure)
reveal("01-many")

# %% key="rayleigh"
# A machine without extras: each echo heard once, from one direction; noise 60 dB below tissue.
PLAIN = Machine(looks=1, reverberation=0, haze=-200, side_lobes=-60, noise=-60, tgc_stop=1)
probe = Probe(f0=3.5, samples=1024)
even = Scene((Structure(Everywhere(), Tissue(impedance=1.63, attenuation=0, echo=0)),))
theirs = physics.envelope(even.at(probe.points()), probe, PLAIN, np.random.default_rng(0))
print(f"mean / std, the library's: {theirs.mean() / theirs.std():.2f}", end=", ")
print(f"theory: {np.sqrt(np.pi / (4 - np.pi)):.2f}")
share, edges = np.histogram(amplitude / amplitude.mean(), bins=30, range=(0, 3), density=True)
middle = (edges[1:] + edges[:-1]) / 2
rayleigh = np.pi / 2 * middle * np.exp(-np.pi / 4 * middle**2)
measured = {"100 in a cell": (middle, share), "Rayleigh": (middle, rayleigh)}
show(curves(measured, x="amplitude / mean", y="share", dots=["100 in a cell"]))

# %% [markdown] key="explain-2"
# **Explain.** Each cell adds waves of random phase: a walk whose steps point anywhere. More steps make all
# walks longer, but their lengths differ as much as before. This is **speckle**. Its amplitudes follow
# Rayleigh's law, with mean / std = 1.91. It is no noise of the machine: look again from the same place, and
# each grain is where it was. And its grain is the size of the cell, not of the tissue.
#
# **Change.** Add up `tissue(10, seed=1)` and three more seeds: four looks from places far apart. What does
# mean / std become? Machines do this, and call it compounding.
#
# ## 3 Borders and their angle
#
# Where the **impedance** Z changes (density × speed of sound, in MRayl), a part of the wave turns back: R =
# (Z₂ − Z₁) / (Z₂ + Z₁) of its amplitude. Levels are given in **decibels**: 20 log₁₀ of an amplitude. 6 dB
# is half, 20 dB a tenth.


# %% key="reflect"
for name, before, behind in (("brain", 1.63, 1.60), ("amniotic fluid", 1.63, 1.52), ("bone", 1.63, 3.0)):
    part = (behind - before) / (behind + before)
    theirs = physics.reflection(np.array([[before], [behind]]))[1, 0]
    loud = 20 * np.log10(abs(part))
    print(f"tissue to {name:14} {part:6.3f}, the library's {theirs:6.3f}: {loud:.0f} dB")


def levels(scene, probe, seed=1):
    """Return what comes back, in dB, for each sample of each beam: the library does parts 1 to 4."""
    rng = np.random.default_rng(seed)
    amplitude = physics.envelope(scene.at(probe.points()), probe, PLAIN, rng)
    return 20 * np.log10(screen.add_noise(amplitude, PLAIN, rng))  # (samples, beams)


predict("01-tilt")

# %% key="tilt"
BONE = Tissue(impedance=2.6, attenuation=2, echo=12)  # MRayl; dB/cm/MHz; scatterers, dB
FLUID = Structure(Everywhere(), Tissue(1.52, 0.02, -40))  # amniotic fluid
tilts, loud = np.arange(0, 76, 5), []  # degrees
for tilt in tilts:
    plate = Slab((60, 0, 0), (1, 40, 30), turn=np.radians(tilt))  # 60 mm deep, 2 mm thick
    seen = levels(Scene((FLUID, Structure(plate, BONE, edge=0.2))), probe)[:, 86:106]
    loud.append(10 * np.log10((10 ** (seen.max(axis=0) / 10)).mean()))  # mean power of 20 beams
loud = np.array(loud) - loud[0]
mirror = 20 * np.log10(np.exp(-((tilts / 30) ** 2)))  # the library's rule: to 1/e at 30 degrees
named = {"measured": (tilts, loud), "a mirror alone": (tilts, mirror)}
show(curves(named, x="tilt (degrees)", y="echo (dB)", dots=["measured"]))
print(f"tilted by 45 degrees: {loud[9]:.0f} dB")
reveal("01-tilt")

# %% [markdown] key="explain-3"
# **Explain.** A smooth border is a mirror. Facing the beam it sends the sound home; tilted, it sends it
# elsewhere. Between 20 and 40 degrees some more is lost: a slanting border fills only a part of each cell.
# From about 50 degrees on, only the bone's own scatterers are left. That is why a skull fades along its
# sides: there the beam grazes the bone.
#
# **Change.** A rougher bone: set `echo=25`. From which tilt on does the curve stay flat? Then set it back.
#
# ## 4 What the way costs: attenuation and shadow
#
# Tissue takes about half a dB per cm and MHz from the sound, each way. **TGC**, time-gain compensation,
# amplifies later echoes by what average tissue took. Three beams look down: through tissue alone, through 2
# cm of fluid, and through 3 mm of bone.


# %% key="ways"
def lost(attenuation, probe):
    """Return the dB lost on the way to each sample and back; `attenuation` in dB/cm/MHz, one way."""
    loss = 2 * attenuation * probe.f0 * probe.step / 10
    return np.cumsum(loss) - loss


ways = {name: np.full(probe.samples, 0.5) for name in ("tissue", "fluid", "bone")}
ways["fluid"][(probe.ranges > 30) & (probe.ranges < 50)] = 0.02
ways["bone"][(probe.ranges > 30) & (probe.ranges < 33)] = 10
stack = np.stack(list(ways.values()), axis=1)  # (samples, 3 beams)
theirs = 20 * np.log10(physics.transmission(stack, np.zeros_like(stack), probe))
mine = -np.stack([lost(way, probe) for way in ways.values()], axis=1)
print(f"by hand and by the library: at most {abs(mine - theirs).max():.1g} dB apart")
predict("01-shadow")

# %% key="shadow"
gain = lost(ways["tissue"], probe)  # what TGC gives back
print(f"the library's TGC is the same within {abs(gain - screen.tgc(probe, PLAIN)).max():.1g} dB")
figure, panels = canvas(1, 2, height=3.6)
for title, added, ax in zip(("without TGC", "with TGC"), (0, gain), panels, strict=True):
    named = {name: (probe.ranges, added - lost(way, probe)) for name, way in ways.items()}
    curves(named, x="depth (mm)", y="level (dB)", title=title, ax=ax)
show(figure)
for frequency in (3.5, 7):
    at = Probe(f0=frequency, samples=1024)
    bone = lost(ways["bone"], at)[-1] - lost(ways["tissue"], at)[-1]
    end = 10 * 60 / (2 * 0.5 * frequency)  # mm
    print(f"{frequency} MHz: shadow {bone:.0f} dB; 60 dB are lost after {end:.0f} mm of tissue")
reveal("01-shadow")

# %% [markdown] key="explain-4"
# **Explain.** A loss in dB grows with the way and with the frequency: twice the frequency, twice the dB. So
# sharpness is paid for with depth. And a mother's wall that is 3 cm thicker costs 2 × 0.5 × 3.5 × 3, about
# 10 dB.
#
# TGC knows nothing of what lies in a beam. Behind fluid it makes tissue too bright, here by 7 dB; behind
# bone it leaves a **shadow**. And it amplifies noise like any echo: what has sunk below the noise, here 60
# dB down, is gone for good.
#
# **Change.** Let the bone be 1 mm thick (`< 31`), and put 2 MHz in place of 3.5. Is there still a shadow?
#
# ## 5 From echoes to a picture
#
# First a simple head: skull, brain, midline and a pool of fluid, below a piece of bone if you like.
#
# Two steps are left. Echoes span 80 dB, 10,000 to 1 in amplitude: too much for a screen. **Log
# compression** makes equal steps of dB equal steps of grey. Here 25 dB become white, and what lies 60 dB
# below that, the **dynamic range**, black. **Scan conversion** puts each sample of each beam where it
# belongs, in mm.


# %% key="practice-head"
def practice_head(turn=0, bone=0):
    """Return a head, 66 × 52 mm, turned by so many degrees, behind so many mm of bone."""
    place = phantom.Pose.turned((58.0, 0.0, 0.0), float(np.radians(turn)))  # 58 mm deep
    skull = Ellipsoid((0, 0, 0), (33, 26, 24))  # half axes, mm
    paint = [
        (Shell(skull, -2, 0), BONE),  # 2 mm of bone inside its surface
        (Shell(skull, -np.inf, -2), Tissue(1.60, 0.4, -10)),  # brain: all that lies deeper
        (Slab((0, 0, 0), (28, 0.4, 24)), Tissue(1.75, 0.5, -4)),  # midline
        (Ellipsoid((-14, 11, 0), (9, 5, 8)), Tissue(1.52, 0.02, -40)),  # fluid
    ]
    parts = [Structure(shape, tissue, edge=0.2, pose=place) for shape, tissue in paint]
    above = Structure(Slab((12, -16, 0), (bone / 2, 8, 30)), Tissue(3.0, 10, 12), edge=0.2)
    return Scene((*parts, above) if bone else tuple(parts))


# %% key="look"
SHAPE = (240, 300)  # pixels


def look(frequency=3.5, gain=0, turn=0, bone=0):
    probe = Probe(f0=frequency, depth=105, focus=58, samples=1536)
    level = levels(practice_head(turn, bone), probe) + screen.tgc(probe, PLAIN)[:, None] + gain
    grey = screen.log_compress(level, white=25, dynamic_range=60)  # (1536 samples, 192 beams)
    view = View.whole(probe, SHAPE)  # which part of the plane is shown, and how many mm a pixel has
    image = screen.scan_convert(grey, probe, view, SHAPE)
    ellipse = Ellipse(58 - view.top, -view.left, 33, 26, np.radians(turn))  # the truth
    cell = 2.355 * probe.axial_sigma(), 2.355 * probe.lateral_sigma()[np.argmin(abs(probe.ranges - 58))]
    truth = {"ellipse": ellipse, "hc_mm": ellipse.circumference, "cell_mm": cell}
    return Sample(image, spacing=view.spacing, truth=truth, params={"beams": grey})


# %% key="picture"
seen = look()
figure, (left, right) = canvas(1, 2, height=4)
overlay(seen.params["beams"][::6], title="beams side by side", ax=left)
overlay(seen.image, spacing=seen.spacing, title="scan converted", ax=right)
show(
    figure, alt="Left: the beams as columns; the head is tall, its midline bent. Right: a fan; both are true."
)
gap = Probe(depth=105, focus=58).beam_gap
print(f"beams lie {gap[0]:.2f} mm apart at the probe and {gap[-1]:.2f} mm at 105 mm")
predict("01-gain")

# %% key="gain"
beam = 20 * np.log10(abs(blot(3.5)[0][100]))  # dB across the blot of one point
for gain in (-20, 0, 20):
    grey = screen.log_compress(beam + gain, white=0, dynamic_range=60)
    wide = (grey > 0.5).sum() * STEP[1]
    print(f"gain {gain:3} dB: the point is {wide:.1f} mm wide where it is half white")
reveal("01-gain")

# %% [markdown] key="explain-5"
# **Explain.** A blot has no edge: it fades out. Half white is a level on its slope, and gain moves the
# place of that level outwards, here by 0.4 mm on each side. A skull that grew by 0.4 mm all around would
# gain 2π × 0.4 = 2.5 mm of HC, more than a day of age. So a rule such as "all above 0.5" measures the gain,
# too.
#
# **Change.** Keep the gain at 0 and set `dynamic_range=40`. Does the point get wider or narrower?
#
# ### Explorer: turn the physics by hand
#
# Four sliders stand for what differs from one examination to the next. The bone above may be the mother's
# pelvis or a limb of the fetus.
#
# 1. Turn the head by 60 degrees. What becomes of the midline, and where does the skull fade?
# 2. Put 3 mm of bone above. Does gain bring back what lies in its shadow? What does it cost elsewhere?
# 3. Go from 2 to 8 MHz. HC comes nearer to the truth; what gets lost?
#
# `print(explorer.describe())` says it in words.

# %% key="explorer"
from fetal_edu.widgets import EchoExplorer

explorer = EchoExplorer(look)
explorer

# %% [markdown] key="hard"
# The HC of the explorer is where the grey falls fastest, near the true outline. In our runs it came out 2
# mm too large at 2 MHz and right within 0.5 mm at 8 MHz, where noise covered the fluid and part of the
# skull. Gain lit up the shadow, but drowned the skull around it.
#
# ## 6 Why these pictures are hard
#
# The review that this course follows (*Chin J Med Imaging Technol* 2023, 39: 1902) names difficulties: low
# contrast and unclear borders, occlusion and shadow, neighbouring planes that look alike, machines that
# differ. Each is an experiment.
#
# **Low contrast.** An abdomen and what surrounds it may differ by few dB, but speckle alone scatters by 5.6
# dB. Put a threshold halfway between two tissues. How many pixels fall on the wrong side, one by one, or as
# means over squares of 3 and 6 mm?

# %% key="contrast"
here, there = (20 * np.log10(tissue(10, seed=seed)) for seed in (2, 3))
print(f"speckle: standard deviation {here.std():.1f} dB")
contrasts, wrong = np.arange(0, 13), {}
for mm in (0, 3, 6):
    window = [max(int(mm / step), 1) for step in STEP]
    one, other = (uniform_filter(one, window) - one.mean() for one in (here, there))
    missed = [((one > c / 2).mean() + (other + c < c / 2).mean()) / 2 for c in contrasts]
    wrong[f"mean of {mm} mm" if mm else "single pixels"] = (contrasts, 100 * np.array(missed))
show(curves(wrong, x="contrast (dB)", y="wrong (%)"))

# %% [markdown] key="missing-text"
# At 3 dB, single pixels are wrong in four of ten cases, squares of 6 mm in a few of a hundred. So contrast
# is bought with millimetres: whoever looks at a neighbourhood sees more, and less sharply. The next
# chapters are about how networks do that.
#
# Three experiments follow, now with womb and mother around the head:
#
# - **Missing borders.** Along which part of the outline does no skull stand out, in 24 simulated heads? If
#   you have HC18, the cell asks 24 real ones, too.
# - **Shadow, movement, the mother's wall.** The simulator has a knob for each. Turned up alone, which costs
#   most of the outline?
# - **Planes that look alike, machines that differ.** One head six times: as at the start of this chapter;
#   with other speckle; cut 4 mm higher; on three machines. By how many of 255 grey levels does each change
#   the head, on average?


# %% key="missing" tags=["real"]
def missing(one):  # % of the outline along which no skull stands out
    return 100 * (outline_contrast(one, one.truth["ellipse"]) < 0.25).mean()


groups = {"simulated": [draw_head(seed, weeks=21, shape=(128, 192)) for seed in range(24)]}
if data_folder("hc18") is not None:  # `fetal-edu data add hc18 FOLDER` tells where it is
    grown = (one for one in hc18() if one.truth["hc_mm"] > 150)
    groups["real"] = [next(grown) for _head in range(24)]
shares = {name: [missing(one) for one in heads] for name, heads in groups.items()}
show(dots(shares, label="% of the outline along which no skull stands out", zero=True))
name, heads = list(groups.items())[-1]
figure, panels = canvas(1, 2, height=3.6)
for at, ax in zip((np.argmin(shares[name]), np.argmax(shares[name])), panels, strict=True):
    overlay(heads[at].image, spacing=heads[at].spacing, title=f"{name}, {shares[name][at]:.0f} %", ax=ax)
show(figure)

# %% key="troubles"
troubles = {"none": []}
for seed in range(6):
    easy = {"weeks": 21, "difficulty": 0, "shape": (128, 192)}
    troubles["none"].append(missing(draw("transthalamic", seed, **easy)))
    for name in ("wall", "frequency", "gain", "motion", "shadow", "occlusion"):
        turned = draw("transthalamic", seed, knobs={name: 1}, **easy)
        troubles.setdefault(name, []).append(missing(turned))
for name, parts in troubles.items():
    meaning = phantom.KNOBS[name].meaning if name in phantom.KNOBS else "as clear as it gets"
    print(f"{name:10}{np.mean(parts):3.0f} %  {meaning}")
show(dots(troubles, label="% of the outline along which no skull stands out", zero=True))

# %% key="twins"
scene, view, probe, machine, _ = set_up("transthalamic", 7, weeks=21)
up = phantom.Pose((0.0, 0.0, 4.0))  # 4 mm out of the plane
higher = View(view.top, view.left, view.spacing, up)
shots = {"as above": clear}
shots["other speckle"] = render(scene, probe, machine, seed=8, shape=clear.shape, view=view)
shots["4 mm higher"] = render(scene, probe, machine, seed=7, shape=clear.shape, view=higher)
shots |= {kind: draw("transthalamic", 7, weeks=21, machine=kind) for kind in phantom.MACHINES}
figure, panels = canvas(2, 3, height=4.8)
for (name, one), ax in zip(shots.items(), panels.ravel(), strict=True):
    change = 255 * abs(one.image - clear.image)[clear.mask("head")].mean()
    print(f"{name:14} {change:3.0f} grey levels, true HC {one.truth['hc_mm']:.1f} mm")
    overlay(one.image, spacing=one.spacing, title=name, ax=ax)
show(figure)

# %% [markdown] key="exercises"
# In our runs, a tenth to over a half of a simulated skull was not to be seen, and a tenth to two thirds of
# a real one: the rest of the ellipse has to be guessed. (1 % of the outline is almost 2 mm.) Shadow, bone
# before the beams and movement cost most. A thick wall alone cost nothing, for the gain was turned after
# it. More gain even made a little more of the skull stand out here, where tissue is dark; in the explorer
# it drowned it.
#
# A plane 4 mm higher changed the picture about as much as another machine did, and its HC is 3 mm smaller.
# Other speckle and other machines changed the picture, and HC not at all. A network has to learn which
# change matters, from examples that show both.
#
# ## Exercises
#
# Write each body in place of the dots and run the cell. Stuck? Run `hint("border-echo")` in a cell of its
# own, up to three times. 1 and 2 are for everyone, 3 goes further. 2 and 3 are what part 5
# took from the library.
#
# 1. **Echo behind borders.** How loud is the far side of a skull, seen through the near one? When it is
#    right, ask for tissue, bone, brain and bone: `border_echo_db([1.63, 2.6, 1.6, 2.6])`. How many dB does
#    the near bone cost the far one, by reflection alone?
# 2. **Grey levels.** From amplitudes to grey.
# 3. **Scan conversion.** From a place in the picture to depth and beam.


# %% key="border-echo" tags=["exercise", "check"]
def border_echo_db(impedances):
    """Return the level in dB of the echo of the last border, beside the pulse that was sent.

    `impedances` lists the layers from the probe on. A border reflects R of the amplitude.
    Passing it costs: there and back, 1 - R² is left. Nothing is lost within a layer.
    """
    # <solution>
    z = np.asarray(impedances, float)
    r = (z[1:] - z[:-1]) / (z[1:] + z[:-1])
    return 20 * np.log10(abs(r[-1]) * np.prod(1 - r[:-1] ** 2))
    # </solution>


check("border-echo", border_echo_db)


# %% key="grey-levels" tags=["exercise", "check"]
def grey_levels(amplitude, white, dynamic_range):
    """Return grey levels, 0 to 1, of an array of amplitudes.

    The amplitude `white` and all above become 1. `dynamic_range` dB below it and less become
    0, also an amplitude of 0. Between them, equal steps of dB are equal steps of grey.
    """
    # <solution>
    with np.errstate(divide="ignore"):
        level = 20 * np.log10(amplitude / white)
    return np.clip(level / dynamic_range + 1, 0, 1)
    # </solution>


check("grey-levels", grey_levels)


# %% key="beam-place" tags=["exercise", "check"]
def beam_place(down, across, radius):
    """Return the depth (mm from the probe's face) and the angle of the beam (degrees) of a place.

    `down` and `across` are mm from the middle of the face. The face is an arc of `radius` mm,
    and the beams leave it at right angles: they all come from the arc's centre. Angles grow
    with `across`.
    """
    # <solution>
    depth = np.hypot(radius + down, across) - radius
    return depth, np.degrees(np.arctan2(across, radius + down))
    # </solution>


check("beam-place", beam_place)

# %% [markdown] key="quiz-text"
# ## Quiz
#
# Every answer gets a comment. Your five predictions stand below.

# %% key="quiz"
quiz("01")

# %% key="predictions"
predictions("01")

# %% [markdown] key="summary"
# ## Summary
#
# 1. One point becomes a blot, the resolution cell: as high as half the pulse, as wide as the beam, both in
#    mm.
# 2. Many points in a cell make speckle, with mean / std = 1.91 however many there are.
# 3. A border shines where it faces the beam; a skull fades along its sides.
# 4. Attenuation in dB grows with way and frequency; TGC mends the average, no shadow.
# 5. Grey is dB, cut to a range: gain moves every edge that is found by a level.
#
# ## Limits
#
# This is teaching material and not a medical device. The simulator knows straight rays, one speed of sound
# and echoes that come back once. Real beams bend and blur in fat, and real machines use harmonics and adapt
# to the picture. Its numbers teach; they are no one's machine. The simple head has no womb around it.
#
# ## Further reading
#
# - R. F. Wagner and others: Statistics of speckle in ultrasound B-scans. IEEE Trans Sonics Ultrason 1983,
#   30:
#   156. [10.1109/T-SU.1983.31404](https://doi.org/10.1109/T-SU.1983.31404)
# - M. K. Feldman, S. Katyal, M. S. Blackwood: US artifacts. RadioGraphics 2009, 29: 1179.
#   [10.1148/rg.294085199](https://doi.org/10.1148/rg.294085199)
# - D. Garcia: SIMUS, an open-source simulator for medical ultrasound imaging. Comput Methods Programs
#   Biomed 2022, 218: 106726. [10.1016/j.cmpb.2022.106726](https://doi.org/10.1016/j.cmpb.2022.106726)

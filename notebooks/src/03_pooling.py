# %% [markdown] key="title"
# # 03 · Pooling
#
# *You shrink a picture in four ways, measure in dB what each leaves of a structure 2 mm thick, and find out
# where a coarse map says that it lies.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 8 s on one processor core and 390 MB of memory, without a network
# connection. Reading and trying take about an hour. Run the cells one by one: Run All shows each result
# before you are asked. [Chapter 00](00_start.ipynb) says how a chapter works.
#
# ## You will be able to
#
# - **build** max, mean and blur pooling from windows, and check them against the library and PyTorch;
# - **measure** in dB what bright and dark layers of 2 mm keep at each halving;
# - **predict** what a shift by one pixel does to a map, and to a place in mm that is read from it.

# %% key="setup" tags=["setup"]
from dataclasses import replace

import numpy as np
import torch
from scipy.ndimage import correlate
from scipy.ndimage import shift as moved

from fetal_edu import ops
from fetal_edu.figures import canvas, curves, feature_maps, overlay, show
from fetal_edu.lesson import check, forget, hint, predict, predictions, quiz, reveal
from fetal_edu.phantom import Machine, Probe, View, physics, render, screen, set_up
from fetal_edu.phantom.scene import Scene, Structure, Tissue
from fetal_edu.phantom.shapes import Everywhere, Slab

# %% [markdown] key="why"
# ## Why a sonographer cares
#
# At the 20-week scan a sonographer looks for the **cavum septi pellucidi**: a slit of fluid between two
# thin walls, in the front third of the head, here on the left. Where it is missing, the brain may have
# formed differently. The slit is about 2 mm high, and orange in the figure below.
#
# A network makes its picture smaller several times before it names anything. Is the slit still in there?

# %% key="one-head"
scene, view, probe, machine, _ = set_up("transthalamic", 7, weeks=21)
machine = replace(machine, bar=False, boxes=())  # without the writing on the screen
near = View(top=19, left=-41, spacing=(0.5, 0.5))  # mm
head = render(scene, probe, machine, seed=7, shape=(152, 192), view=near)  # pixels of 0.5 mm
slit = head.mask("csp") & (head.image < 0.2)  # csp: the cavum; of it, the dark part
print(f"the slit is {0.5 * np.median(slit.sum(axis=0)[slit.any(axis=0)]):.1f} mm high, median of its columns")
figure, (left, right) = canvas(1, 2, height=4)
overlay(head.image, spacing=head.spacing, ax=left)
overlay(head.image, mask=slit, spacing=head.spacing, ax=right)
show(figure, alt="A head with a bright midline. In its front third lies a dark slit between bright walls.")

# %% [markdown] key="loop-1"
# ## 1 Windows
#
# A **map** is a grid of numbers: the picture itself, or what a kernel made of it ([chapter
# 02](02_convolution.ipynb)). **Pooling** lays a window on a map and keeps one number of it, such as the
# largest. Then the window moves on, by the **stride**. Mostly, window and stride are 2: then the map gets
# half as high and half as wide. There are no weights to learn. In PyTorch it is `nn.MaxPool2d(2)`.
#
# Why shrink at all? A 3 × 3 kernel sees 1.5 mm of this picture. Of the same picture halved three times, it
# sees 12 mm, and it has 64 times fewer places to visit.


# %% key="pool"
def pool(picture, keep, size=2, stride=2):
    """Return what `keep` makes of each window; windows that don't fit in whole are left out."""
    rows = (picture.shape[0] - size) // stride + 1
    columns = (picture.shape[1] - size) // stride + 1
    out = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            out[row, column] = keep(picture[top : top + size, left : left + size])
    return out


# %% key="patch"
patch = np.round(255 * head.image[68:80, 62:72])  # a piece of the slit, 6 × 5 mm
for name, some in (("pixels", patch), ("largest", pool(patch, np.max)), ("mean", pool(patch, np.mean))):
    print(f"{name}\n{some.round().astype(int)}")
predict("03-slit")

# %% key="slit"
figure, panels = canvas(2, 3, height=6.2)
for row, (name, keep) in zip(panels, {"max": np.max, "mean": np.mean}.items(), strict=True):
    small, there, brain = head.image, slit, head.mask("brain")
    for mm, ax in zip((1, 2, 4), row, strict=True):
        small = pool(small, keep)
        there = pool(there, np.max)  # 1 where the window touches the slit
        brain = pool(brain, np.min)  # 1 where all of the window is brain
        darkest, usual = 255 * small[there > 0].min(), 255 * np.median(small[brain > 0])
        print(f"{name:4} {mm} mm: darkest over the slit {darkest:3.0f}, brain {usual:3.0f} of 255")
        part = slice(int(20 / mm), int(52 / mm))  # 32 mm around the slit, brightened
        overlay(1.8 * small[part, part], spacing=(mm, mm), title=f"{name}, {mm} mm", ax=ax)
show(figure, alt="Max: the black slit is gone at 4 mm, among broad bright blocks. Mean: all turns grey.")
reveal("03-slit")

# %% key="agree"
odd = head.image[:151, :101]
one = torch.from_numpy(odd)[None, None]  # (1, 1, 151, 101): batch, channels, height, width
for size, stride in ((2, 2), (3, 2)):
    most, mean = pool(odd, np.max, size, stride), pool(odd, np.mean, size, stride)
    apart = [
        most - ops.max_pool2d(odd, size, stride=stride)[0],  # [1] tells which pixels won
        most - torch.nn.functional.max_pool2d(one, size, stride)[0, 0].numpy(),
        mean - ops.avg_pool2d(odd, size, stride=stride),
        mean - torch.nn.functional.avg_pool2d(one, size, stride)[0, 0].numpy(),
    ]
    print(f"size {size}, stride {stride}: {odd.shape} becomes {most.shape}", end=", ")
    print(f"ours, the library's and PyTorch's are the same within {np.abs(apart).max():.0g}")

# %% [markdown] key="explain-1"
# **Explain.** The largest number of a window is dark only if the whole window lies in the dark. The slit is 2
# mm high. A window of 1 mm fits in. One of 2 mm fits in by luck, and one of 4 mm never: it always holds a
# piece of wall. So max pooling fills what is dark and thickens what is bright. The mean weakens both: at 4
# mm the midline has almost drowned.
#
# A last row that fills no window is lost.
#
# **Change.** Write `"max": np.min` in the cell with the six panels. What survives now, and what does not?
# Then set it back.
#
# Is the slit lost to a network, then? A network pools maps that its kernels made. Take a kernel whose answer
# is large where dark lies between bright:

# %% key="kernel-first"
profile = np.array([1, 1, -1, -1, -1, -1, 1, 1]) / 4  # bright, 2 mm of dark, bright
kernel = np.repeat(profile[:, None], 9, axis=1) / 9  # 8 rows, 9 columns: 4 × 4.5 mm
answer = np.maximum(correlate(head.image, kernel), 0)  # convolution and ReLU
coarse, there, brain = answer, slit, head.mask("brain")
for _halving in range(3):
    coarse, there, brain = pool(coarse, np.max), pool(there, np.max), pool(brain, np.min)
elsewhere = coarse[(brain > 0) & (there == 0)]
print(f"4 mm: over the slit {coarse[there > 0].round(2)}", end=", ")
print(f"elsewhere in the brain {np.median(elsewhere):.2f} (median) to {elsewhere.max():.2f}")
inside = answer[40:104, 40:160], coarse[5:13, 5:20]  # 32 × 60 mm around the slit
figure = feature_maps(inside, titles=["the kernel's answer", "after three max poolings"])
show(figure, alt="Left: among faint lines, a bright bar at the slit. Right: the bar is three bright squares.")

# %% [markdown] key="loop-2"
# Of the whole brain, the slit now has the largest numbers, and large numbers survive. So the kernels before a
# max pooling decide what it keeps.
#
# ## 2 Max pooling lifts speckle
#
# The largest of four lies above their mean: max pooling makes a picture brighter. By how much? Speckle
# follows Rayleigh's law ([chapter 01](01_ultrasound.ipynb)). First the law alone, each number drawn
# independently:

# %% key="largest"
drawn = np.random.default_rng(0).rayleigh(size=(512, 512))
largest, _places = ops.max_pool2d(drawn, 2)
print(f"independent numbers: the largest of four is {largest.mean() / drawn.mean():.2f} times the mean")
predict("03-lift")

# %% key="lift"
# A machine without extras, and tissue that is the same everywhere, both as in chapter 01.
PLAIN = Machine(looks=1, reverberation=0, haze=-200, side_lobes=-60, noise=-60, tgc_stop=1)
probe = Probe(f0=3.5, depth=100, focus=58, samples=1024)
even = Scene((Structure(Everywhere(), Tissue(impedance=1.6, attenuation=0, echo=0)),))
speckle = physics.envelope(even.at(probe.points()), probe, PLAIN, np.random.default_rng(1))
cell = 2.355 * probe.axial_sigma(), 2.355 * probe.lateral_sigma()[np.argmin(abs(probe.ranges - 58))]
print("resolution cell at 58 mm: {:.1f} × {:.1f} mm".format(*cell))
for mm in (0.25, 0.5, 1, 2):
    shape = (int(48 / mm), int(48 / mm))  # 48 × 48 mm
    grains = screen.scan_convert(speckle, probe, View(34, -24, (mm, mm)), shape)
    lift = ops.max_pool2d(grains, 2)[0].mean() / grains.mean()
    print(f"pixels of {mm:4} mm: largest of four {lift:.2f}, mean / std {grains.mean() / grains.std():.2f}")
reveal("03-lift")

# %% [markdown] key="explain-2"
# **Explain.** Small pixels share a resolution cell: four neighbours are no four throws of the dice. The
# larger the pixels, the nearer to 1.57. The rest: the machine interpolates between its beams, and so evens
# out its grains (mean / std 2.2, not 1.91).
#
# **Change.** Lower the resolution: `f0=2` in place of 3.5. Does the lift grow or shrink, and why? Then set
# it back and run the cell again: part 3 uses it.
#
# ## 3 What is left of 2 mm
#
# Now even tissue, with one layer across. It is 2 mm thick, once 12 dB brighter than the tissue, once fluid.
# Its **contrast** is its level less the tissue's, in dB. The tissue is speckle; the standard deviation of its
# levels is the **spread**. A number **stands out** by contrast / spread.
#
# Where windows begin is luck, so each picture is cut in 8 ways, one row further each time. Four ways to
# halve:
#
# - **stride alone** keeps every second row and column, as a convolution with stride 2 does;
# - **mean** and **max** of 2 × 2;
# - **blurred max**: the max of 2 × 2 at every place; then a blur, ¼ ½ ¼ down and the same across; only then
#   every second row and column. The last two steps are **blur pooling**.


# %% key="layer"
def layer(echo, seed):
    """Return levels in dB, 80 × 64 mm: tissue, and across its middle a layer, `echo` dB louder."""
    sheet = Structure(Slab((58, 0, 0), (1, 60, 30)), Tissue(1.6, 0, echo), edge=0.1)  # 58 ± 1 mm deep
    rng = np.random.default_rng(seed)
    heard = physics.envelope(Scene((*even.structures, sheet)).at(probe.points()), probe, PLAIN, rng)
    level = 20 * np.log10(screen.add_noise(heard, PLAIN, rng))
    view = View(top=18.25, left=-31.75, spacing=(0.5, 0.5))  # row 79.5 lies 58 mm deep
    return screen.scan_convert(level, probe, view, (160, 128))


CUTS = range(8)  # the layer's middle lies on row 79.5 of the picture, on 79.5 - cut of a piece
pieces = {
    name: np.stack([layer(echo, seed)[cut : cut + 128] for seed in (1, 2, 3) for cut in CUTS])
    for name, echo in (("bright layer", 12), ("dark layer", -40))
}  # each (24, 128, 128): 3 pictures in 8 cuts

# %% key="ways"
WAYS = {
    "max": lambda maps: ops.max_pool2d(maps, 2)[0],
    "mean": lambda maps: ops.avg_pool2d(maps, 2),
    "stride alone": lambda maps: maps[..., ::2, ::2],
    "blurred max": lambda maps: ops.blur_pool2d(ops.max_pool2d(maps, 2, stride=1)[0]),
}
figure, panels = canvas(1, 2, height=4)
for ax, (name, some) in zip(panels, pieces.items(), strict=True):
    overlay((some[0] + 35) / 60, spacing=(0.5, 0.5), title=name, ax=ax)
show(figure, alt="Grey speckle with a bright stripe across, and with a black one.")
predict("03-layer")


# %% key="contrast"
def contrast(maps, pick):
    """Return each piece's contrast in dB and the spread of tissue; maps: (24, rows, columns).

    Of the three rows around the layer, `pick` chooses the brightest or the darkest.
    """
    n = maps.shape[1]
    tissue = np.concatenate([maps[:, : n // 3], maps[:, -(n // 3) :]], axis=1)
    rows = maps.mean(axis=2) - tissue.mean()  # (24, n)
    middle = [int((79.5 - cut) / (128 / n)) for cut in CUTS] * 3
    return np.array([pick(row[at - 1 : at + 2]) for row, at in zip(rows, middle, strict=True)]), tissue.std()


# %% key="measure"
SIZES = np.array([0.5, 1, 2, 4])  # mm that one number covers
found = {}
figure, panels = canvas(1, 2, height=4)
for ax, (kind, pick) in zip(panels, {"bright layer": np.max, "dark layer": np.min}.items(), strict=True):
    lines = {}
    for name, halve in WAYS.items():
        maps = pieces[kind]
        found[kind, name] = [contrast(maps, pick)]
        for _halving in range(3):
            maps = halve(maps)
            found[kind, name].append(contrast(maps, pick))
        lines[name] = SIZES, np.array([abs(each.mean()) for each, _spread in found[kind, name]])
    curves(lines, x="one number covers (mm)", y="contrast left (dB)", title=kind, ax=ax)
    ax.set(xticks=SIZES, xticklabels=("0.5", "1", "2", "4"), ylim=(0, None))
show(figure)

# %% key="table"
print(f"{'':25}contrast (dB) lowest highest  spread  stands out")
for (kind, name), steps in found.items():
    rows = {"pixels": steps[0], name: steps[-1]} if name == "max" else {name: steps[-1]}
    for what, (each, spread) in rows.items():
        print(f"{kind:12} {what:12}{each.mean():13.1f} {each.min():6.1f} {each.max():7.1f}", end="")
        print(f" {spread:7.1f} {abs(each.mean()) / spread:11.1f}")
reveal("03-layer")

# %% [markdown] key="explain-3"
# **Explain.** The mean leaves 5 dB of the bright layer's 12. But it also leaves only a fifth of the spread:
# one number stands out by 6 spreads, a pixel did by 2.6.
#
# Max pooling keeps 10 of 12 dB of the bright layer, and 1 of 40 of the dark one. The blur costs 2 dB more
# of the bright one, but calms speckle, too. Stride alone keeps all or nothing: it looks at every eighth
# row, and a layer of four rows can lie between two of them.
#
# Only the mean keeps much of the dark layer wherever it lies. That a layer was 2 mm thick, no way keeps:
# every number covers 4 mm.
#
# Be fair: around a real slit lies more than speckle. In the head above, the mean lost it between its bright
# walls.
#
# **Change.** Make the layer 1 mm thick: `(0.5, 60, 30)` in `layer`. Run on to the table. Which ways lose
# the bright layer now? Then set it back and run that cell again: part 4 uses it.
#
# ### Explorer: which pixel won?
#
# Three max poolings of a piece of the head. Point at a pixel of any map, by mouse or arrow keys: you see
# what it was made of.
#
# 1. In layer 2, the last, go to row 4, column 3 (counted from 0), over the slit. Follow it back, map by
#    map. Which pixel of the image won, and is it in the slit or in a wall?
# 2. Put `MeanPool(2)` for each `MaxPool(2)`. Of how many pixels does a number of layer 2 tell now?
#
# `print(explorer.describe())` says it in words.

# %% key="explorer"
from fetal_edu.widgets import LayerExplorer, MaxPool, MeanPool  # MeanPool: for 2

piece = head.image[40:104, 40:104]  # 32 × 32 mm around the slit
explorer = LayerExplorer(piece, [MaxPool(2), MaxPool(2), MaxPool(2)], spacing=(0.5, 0.5))
explorer

# %% [markdown] key="loop-4"
# ## 4 Where does a map say it is?
#
# A sonographer measures to 0.1 mm, between two crosses. What can a map tell whose rows lie 4 mm apart? We
# slide the bright layer through it by 0.5 mm at a time and read its place in two ways: the brightest row,
# and the centre of mass of the rows around that.

# %% key="slide"
tall = layer(12, seed=4)
SHIFTS = np.arange(16)  # pixels of 0.5 mm
slid = np.stack([tall[cut : cut + 128] for cut in SHIFTS])  # (16, 128, 128)
true = 0.5 * (79.5 - SHIFTS)  # mm from the first row


def halved(maps, name):
    """Return maps halved three times in the way of this name."""
    for _halving in range(3):
        maps = WAYS[name](maps)
    return maps


predict("03-place")


# %% key="places"
def places(maps, name):
    """Return the place of the brightest row, in mm, and the centre of mass of the rows around it."""
    mm = 64 / maps.shape[1]  # from row to row
    at = mm * np.arange(maps.shape[1]) + (0 if name == "stride alone" else (mm - 0.5) / 2)  # mid-window
    rows = maps.mean(axis=2)
    brightest = at[rows.argmax(axis=1)]
    weight = np.maximum(rows - np.median(rows, axis=1, keepdims=True), 0)
    weight *= abs(at - brightest[:, None]) < 2.5 * mm  # the brightest row and two on each side
    return brightest, (weight * at).sum(axis=1) / weight.sum(axis=1)


# %% key="stairs"
lines = {}
for name in WAYS:
    brightest, centre = places(halved(slid, name), name)
    off, gone = abs(brightest - true).max(), abs(centre - true).max()
    print(f"{name:12}: the brightest row is off by up to {off:4.1f} mm, the centre by up to {gone:4.1f} mm")
    if name == "max":
        lines["max: brightest row"] = true, brightest
    if "max" in name:
        lines[f"{name}: centre"] = true, centre
lines["truth"] = true, true
show(curves(lines, x="true place (mm)", y="place read (mm)"))
reveal("03-place")

# %% [markdown] key="explain-4"
# **Explain.** The brightest row climbs stairs: wherever in a window the layer lies, the row is the same. So
# it errs by up to half a window, 2 mm. Stride alone at times misses the layer and points at speckle far away.
#
# The centre of mass asks the neighbours, too. In max and mean pooling they have something to say only while
# the layer lies across the edge of two windows. Blurred windows overlap: a layer that moves leaves one and
# enters the next *little by little*. So rows 4 mm apart give a place to within 0.3 mm. [Chapter
# 04](04_upsampling.ipynb) asks the same of a whole outline.
#
# **Change.** Halve only twice: `range(2)` in `halved`; run that cell and the next two. By how much do the
# errors shrink? Then set it back and run it again: part 5 uses it.
#
# ## 5 Claim on trial: small shifts don't matter
#
# Textbooks say that max pooling makes a network insensitive to small shifts. Test it: move the head down by
# one pixel, halve three times, and move the map back by the same 0.5 mm. How far is it from the map of the
# head that stayed? The distance, a root mean square, is in % of the map's own spread.

# %% key="shift"
heads = np.stack([head.image[8 - pixels : 152 - pixels] for pixels in range(9)])  # (9, 144, 192)


def distances(name):
    """Return how far the map of each shifted head is from that of the still one, in % of its spread."""
    still, *others = halved(heads, name)
    inside = slice(2, -2)  # rows that hold nothing of what came in over the border
    out = [0]
    for pixels, other in enumerate(others, start=1):
        back = moved(other, (-pixels / 8, 0), order=3)  # smooth curves between the numbers
        out.append(np.sqrt(np.mean((back - still)[inside] ** 2)) / still[inside].std())
    return 100 * np.array(out)


predict("03-shift")

# %% key="distance"
lines = {name: (np.arange(9), distances(name)) for name in WAYS}
for name, (_pixels, far) in lines.items():
    print(f"{name:12}: {far[1]:2.0f} % after one pixel, {far[4]:2.0f} after four, {far[8]:.0f} after eight")
ax = curves(lines, x="shift (pixels of 0.5 mm)", y="distance (% of spread)")
ax.set_ylim(0, 105)
ax.legend(ncols=4, loc="upper center", frameon=False)
show(ax)
reveal("03-shift")

# %% [markdown] key="explain-5"
# **Explain.** After eight pixels, one whole window, each map has moved by one row: moved back, it is the
# same. After one pixel, max pooling has changed half as much as stride alone, and no less than the mean:
# the claim holds halfway. A maximum stays only while its pixel stays in the window and no brighter one
# enters.
#
# Think of stripes: one row bright, the next dark, and so on. Keep every second row: all is bright. Move the
# stripes by one row first: all is dark. Detail too fine for the rows that are left turns into something
# else, and into something new at each shift: **aliasing**. The blur takes such detail away before rows are
# left out, and 18 % become 4 %.
#
# **Change.** For `blurred max` in `WAYS`, put the blur before the max:
# `ops.max_pool2d(ops.blur_pool2d(maps, stride=1), 2)[0]`. Run that cell and the one above. Is it as steady?
#
# ## Exercises
#
# Write each body in place of the dots and run the cell. Stuck? Run `hint("max-pool")` in a cell of its
# own, up to three times. 1 and 2 are for everyone, 3 goes further.
#
# 1. **Max pooling** with any size and stride. When it is right: in `max_pool(head.image, 3, 2)`, how many mm
#    lie between two numbers, and how many does one look at?
# 2. **Blur pooling**, the last two steps of blurred max.
# 3. **The gradient of max pooling.** When a network learns, each number of a map is told how much the loss
#    grows with it. Which pixels are told?


# %% key="max-pool" tags=["exercise", "check"]
def max_pool(picture, size, stride):
    """Return the largest number of each window, as an array.

    A window has `size` rows and columns. The first lies in the upper left; each next one lies `stride` pixels
    further. Windows that don't fit in whole are left out.
    """
    # <solution>
    windows = np.lib.stride_tricks.sliding_window_view(picture, (size, size))
    return windows[::stride, ::stride].max(axis=(2, 3))
    # </solution>


check("max-pool", max_pool)


# %% key="blur-pool" tags=["exercise", "check"]
def blur_pool(picture):
    """Blur with weights 1/4, 1/2, 1/4 down and the same across; return every second row and column.

    Begin with the first row and column. Beyond the border the picture is mirrored: above the first
    row lies the second again.
    """
    # <solution>
    p = np.pad(picture, 1, mode="reflect")
    p = (p[:-2] + 2 * p[1:-1] + p[2:]) / 4
    p = (p[:, :-2] + 2 * p[:, 1:-1] + p[:, 2:]) / 4
    return p[::2, ::2]
    # </solution>


check("blur-pool", blur_pool)


# %% key="pool-gradient" tags=["exercise", "check"]
def pool_gradient(picture, gradient, size, stride):
    """Return how much the loss grows with each pixel of a max-pooled `picture`.

    `gradient` says how much it grows with each number of the pooled map. The pixel that won gets this
    number, one that won in several windows the sum, all others 0. Of equal pixels the first wins, row by row.
    """
    # <solution>
    back = np.zeros(picture.shape)
    for row, column in np.ndindex(gradient.shape):
        top, left = row * stride, column * stride
        down, across = divmod(picture[top : top + size, left : left + size].argmax(), size)
        back[top + down, left + across] += gradient[row, column]
    return back
    # </solution>


check("pool-gradient", pool_gradient)

# %% [markdown] key="quiz-text"
# ## Quiz
#
# Every answer gets a comment. Your five predictions stand below.

# %% key="quiz"
quiz("03")

# %% key="predictions"
predictions("03")

# %% [markdown] key="summary"
# ## Summary
#
# 1. Pooling keeps one number of each window, without weights: kernels behind it see twice as many mm.
# 2. Max pooling keeps what is bright and fills what is dark; the kernels before it decide what is bright.
# 3. After three halvings, max keeps 10 of 12 dB of a bright layer of 2 mm, the mean 5, stride alone 0 to 13.
#    Of a dark one only the mean keeps much for sure.
# 4. The brightest row tells a place to half a window; in blurred maps, its neighbours tell much more.
# 5. A shift by one pixel changes a max-pooled map by a fifth of its spread; a blur before rows are left out
#    mends most of it.
#
# ## Limits
#
# This is teaching material and not a medical device. One simulated head, and one layer straight across the
# beam, are few. And a network pools maps that training made: it may have learned to bear with what you saw.
#
# ## Further reading
#
# - R. Zhang: Making convolutional networks shift-invariant again. ICML 2019.
#   [10.48550/arXiv.1904.11486](https://doi.org/10.48550/arXiv.1904.11486)
# - D. Scherer, A. Müller, S. Behnke: Evaluation of pooling operations in convolutional architectures for
#   object recognition. ICANN 2010.
#   [10.1007/978-3-642-15825-4_10](https://doi.org/10.1007/978-3-642-15825-4_10)
# - G. Malinger and others: ISUOG practice guidelines: sonographic examination of the fetal central nervous
#   system, part 1. Ultrasound Obstet Gynecol 2020, 56: 476.
#   [10.1002/uog.22145](https://doi.org/10.1002/uog.22145)

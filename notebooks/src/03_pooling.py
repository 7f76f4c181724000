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
# - **predict** what a shift by one pixel does to a map, and to a place that is read from it in mm.

# %% key="setup" tags=["setup"]
from dataclasses import replace
from math import comb

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
# thin walls, in the front third of the head. Where it is missing, the brain may have formed differently.
# The cell below marks it in orange. It is about 2 mm high.
#
# A network halves its maps several times before it names anything. Is the slit still in there?

# %% key="one-head"
scene, view, probe, machine, _ = set_up("transthalamic", 7, weeks=21)
machine = replace(machine, bar=False, boxes=())  # without the writing on the screen
near = View(top=19, left=-41, spacing=(0.5, 0.5))  # mm
head = render(scene, probe, machine, seed=7, shape=(152, 192), view=near)  # pixels of 0.5 mm
slit = head.mask("csp") & (head.image < 0.2)  # its dark part
print(f"the slit is {0.5 * np.median(slit.sum(axis=0)[slit.any(axis=0)]):.1f} mm high, in most columns")
figure, (left, right) = canvas(1, 2, height=4)
overlay(head.image, spacing=head.spacing, ax=left)
overlay(head.image, mask=slit, spacing=head.spacing, ax=right)
show(figure, alt="A head with a bright midline. In its front third lies a dark slit between bright walls.")

# %% [markdown] key="loop-1"
# ## 1 Windows
#
# **Pooling** lays a window on a map and keeps one number of it. How far the window then moves is the
# **stride**. Most networks take windows of 2 × 2 and a stride of 2: the map is half as high and half as
# wide afterwards. There are no weights to learn. In PyTorch it is `nn.MaxPool2d(2)`.
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
figure, panels = canvas(2, 3, height=5.4)
for row, (name, keep) in zip(panels, {"max": np.max, "mean": np.mean}.items(), strict=True):
    small, there, brain = head.image, slit, head.mask("brain")
    for mm, ax in zip((1, 2, 4), row, strict=True):
        small, there, brain = pool(small, keep), pool(there, np.max), pool(brain, np.min)
        darkest, usual = 255 * small[there > 0].min(), 255 * np.median(small[brain > 0])
        print(f"{name:4} {mm} mm: darkest over the slit {darkest:3.0f}, brain {usual:3.0f} of 255")
        overlay(small, spacing=(mm, mm), title=f"{name}, {mm} mm", ax=ax)
show(
    figure, alt="Max: midline and skull grow broad, the slit is gone at 4 mm. Mean: all turns grey and faint."
)
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
    print(f"library and PyTorch are at most {np.abs(apart).max():.0g} apart")

# %% [markdown] key="explain-1"
# **Explain.** The largest of a window is dark only where the whole window lies in the dark. In a slit of 2
# mm, a window of 1 mm finds room. One of 2 mm does so only by luck, and one of 4 mm never: there each
# number tells of a wall. So max pooling fills dark structures and thickens bright ones. The mean weakens
# both: at 4 mm the midline has almost drowned.
#
# An odd row at the border fits into no window and is lost. And channels stay apart: each map is pooled by
# itself.
#
# **Change.** Write `"max": np.min` in the cell with the panels. Who survives now, and who does not?
#
# Is the slit lost to a network, then? A network pools feature maps, not pictures. Let a kernel come first
# that answers to "dark between bright":

# %% key="kernel-first"
profile = np.array([1, 1, -1, -1, -1, -1, 1, 1]) / 4  # bright, 2 mm of dark, bright
kernel = np.repeat(profile[:, None], 9, axis=1) / 9  # 8 rows, 9 columns: 4 × 4.5 mm
answer = np.maximum(correlate(head.image, kernel), 0)  # convolution and ReLU
coarse, there, brain = answer, slit, head.mask("brain")
for _halving in range(3):
    coarse, there, brain = pool(coarse, np.max), pool(there, np.max), pool(brain, np.min)
elsewhere = coarse[(brain > 0) & (there == 0)]
print(f"4 mm: over the slit {coarse[there > 0].round(2)}, in the brain {np.median(elsewhere):.2f}", end=" ")
print(f"in most places and {elsewhere.max():.2f} at most")
figure = feature_maps([answer, coarse], titles=["the kernel's answer", "after three max poolings"])
show(
    figure,
    alt="Left: thin arcs at skull and midline, a bright bar at the slit. Right: the bar is three squares.",
)

# %% [markdown] key="loop-2"
# The slit has become the brightest of the brain: what was dark is now a large number, and large numbers
# survive. So the kernels before a max pooling decide what it keeps.
#
# ## 2 Max pooling lifts speckle
#
# Speckle follows Rayleigh's law ([chapter 01](01_ultrasound.ipynb)). Of several such numbers, the largest
# has a known mean, if they are independent:


# %% key="largest"
def largest(n):
    """Return the mean of the largest of n independent Rayleigh numbers, as multiples of their mean."""
    return sum(comb(n, k) * (-1) ** (k + 1) / np.sqrt(k) for k in range(1, n + 1))


rng = np.random.default_rng(0)
once = rng.rayleigh(size=(256, 256))
twice, _places = ops.max_pool2d(once, 2)
thrice, _places = ops.max_pool2d(twice, 2)
print(f"of  4: {twice.mean() / once.mean():.2f} by random numbers, {largest(4):.2f} in theory")
print(f"of 16: {thrice.mean() / once.mean():.2f} by random numbers, {largest(16):.2f} in theory")
predict("03-lift")

# %% key="lift"
# A machine without extras, as in chapter 01; 3.5 MHz, focus at 58 mm.
PLAIN = Machine(looks=1, reverberation=0, haze=-200, side_lobes=-60, noise=-60, tgc_stop=1)
probe = Probe(f0=3.5, depth=100, focus=58, samples=1024)
even = Scene((Structure(Everywhere(), Tissue(impedance=1.6, attenuation=0, echo=0)),))
speckle = physics.envelope(even.at(probe.points()), probe, PLAIN, np.random.default_rng(1))
cell = 2.355 * probe.axial_sigma(), 2.355 * probe.lateral_sigma()[np.argmin(abs(probe.ranges - 58))]
print("resolution cell at 58 mm: {:.1f} × {:.1f} mm".format(*cell))
for mm in (0.25, 0.5, 1, 2):
    window = View(34, -24, (mm, mm)), (int(48 / mm), int(48 / mm))
    grains = screen.scan_convert(speckle, probe, *window)
    lift = ops.max_pool2d(grains, 2)[0].mean() / grains.mean()
    print(f"pixels of {mm:4} mm: largest of four {lift:.2f}, mean / std {grains.mean() / grains.std():.2f}")
reveal("03-lift")

# %% [markdown] key="explain-2"
# **Explain.** Small pixels share a resolution cell: four neighbours are no four throws of the dice. The
# larger the pixels, the nearer to theory. The rest has another reason: between its beams the machine
# interpolates, so its grains differ less than Rayleigh's, with mean / std 2.2 and not 1.91.
#
# In dB the lift is the same for all tissue, loud or soft: the largest of "x + 6" is the largest of x, plus 6.
# So max pooling brightens the whole picture, and the contrast between two large areas stays.
#
# **Change.** Lower the resolution: `f0=2` in place of 3.5. Does the lift grow or shrink, and why?
#
# ## 3 What 2 mm survive
#
# Now with a ruler: tissue with a layer in it, 2 mm thick, once 12 dB brighter, once fluid. Its place is known
# exactly. Each of 3 pictures is cut in 8 ways, so that the layer meets the windows in 8 ways. Four ways to
# halve:
#
# - **stride alone** keeps every second row and column, as a convolution with stride 2 does;
# - **mean** and **max** of 2 × 2;
# - **blurred max**: the max of 2 × 2 at every place, a blur with weights 1 2 1 down and across, and only then
#   every second row and column. The last two steps are **blur pooling**.
#
# A number **stands out** by its contrast to the tissue, divided by the spread (standard deviation) of
# tissue.


# %% key="layer"
def layer(echo, seed):
    """Return levels in dB, 80 × 64 mm: tissue with a layer in the middle, `echo` dB louder."""
    sheet = Structure(Slab((58, 0, 0), (1, 60, 30)), Tissue(1.6, 0, echo), edge=0.1)  # 58 ± 1 mm deep
    rng = np.random.default_rng(seed)
    heard = physics.envelope(Scene((*even.structures, sheet)).at(probe.points()), probe, PLAIN, rng)
    level = 20 * np.log10(screen.add_noise(heard, PLAIN, rng))
    return screen.scan_convert(level, probe, View(18.25, -31.75, (0.5, 0.5)), (160, 128))


CUTS = range(8)  # the layer's middle lies on row 79.5 of the picture, on 79.5 - cut of a piece
pieces = {
    name: np.stack([layer(echo, seed)[cut : cut + 128] for seed in (1, 2, 3) for cut in CUTS])
    for name, echo in (("bright layer", 12), ("dark layer", -40))
}  # each (24, 128, 128)

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
        lines[name] = np.arange(4), [each.mean() for each, _spread in found[kind, name]]
    curves(lines, x="halvings (to 0.5, 1, 2, 4 mm)", y="contrast (dB)", title=kind, ax=ax).set_xticks(
        range(4)
    )
show(figure)

# %% key="table"
print(f"{'':25}contrast (dB), least, most   spread  stands out")
for (kind, name), steps in found.items():
    rows = {"pixels": steps[0], name: steps[-1]} if name == "max" else {name: steps[-1]}
    for what, (each, spread) in rows.items():
        print(f"{kind:12} {what:12}{each.mean():13.1f} {each.min():6.1f} {each.max():6.1f}", end="")
        print(f" {spread:8.1f} {abs(each.mean()) / spread:11.1f}")
reveal("03-layer")

# %% [markdown] key="explain-3"
# **Explain.** Three means take half of the bright layer's contrast. But a mean of 64 pixels has five times
# less speckle, so each number stands out *more* than a pixel did: 6 times the spread, before it was 2.6
# times. Max pooling keeps 10 of 12 dB of the bright layer, and of the dark one hardly a trace; the blur costs
# 2 dB more. Stride alone keeps all or nothing: after three halvings it looks at every eighth row, and between
# two of them a layer of four rows finds room to hide.
#
# So a bright layer of 2 mm survives all but stride alone, and a dark one for sure only the mean. What no way
# keeps is that it was 2 mm: every number is 4 mm wide.
#
# Be fair: there are 64 times fewer numbers, and around a real slit lies more than speckle. In the head above,
# the mean's slit drowned between its bright walls.
#
# **Change.** Make the layer 1 mm thick: `(0.5, 60, 30)` in `layer`. Who loses it first?
#
# ### Explorer: which pixel won?
#
# A piece of the head with the slit, and three max poolings. Point at a pixel of any map, by mouse or arrow
# keys: you see its window in the map before, and what it was made of.
#
# 1. In the last map, go to the number over the slit: row 4, column 3. Follow it back, map by map. Which
#    pixel of the image won, and is it in the slit or in a wall?
# 2. Go to a dark pixel in the slit. Which numbers does it reach, and in which of them can you still see it?
# 3. Put `MeanPool(2)` for each `MaxPool(2)`. Of how many pixels does the last number tell now?
#
# `print(explorer.describe())` says it in words.

# %% key="explorer"
from fetal_edu.widgets import LayerExplorer, MaxPool, MeanPool  # MeanPool: for 3

piece = head.image[40:104, 40:104]  # 32 × 32 mm around the slit
explorer = LayerExplorer(piece, [MaxPool(2), MaxPool(2), MaxPool(2)], spacing=(0.5, 0.5))
explorer

# %% [markdown] key="loop-4"
# ## 4 Where does a map say it is?
#
# A sonographer reads calipers to 0.1 mm. What can a map of 4 mm numbers tell about a place? Slide the bright
# layer through the map by 0.5 mm at a time, and read off where the brightest row lies.

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
show(curves(lines, x="true place (mm)", y="place read (mm)"))
reveal("03-place")

# %% [markdown] key="explain-4"
# **Explain.** The brightest row climbs stairs: within a window all places look alike, so it errs by up to
# half a window, 2 mm, in three of four ways. Stride alone at times loses the layer, and points at a grain
# of speckle far away.
#
# The centre of mass asks the neighbours, too. If a layer that moves leaves one row and enters the next
# *little by little*, their weights tell where it is. Max and mean pooling share it only where it lies
# across the edge of two windows. The blur lets windows overlap, and so 4 mm numbers give a place to
# within 0.3 mm.
#
# **Change.** Halve only twice: `range(2)` in `halved`. By how much do the errors shrink? Then set it back.
#
# ## 5 Claim on trial: small shifts don't matter
#
# Textbooks say that max pooling makes a network insensitive to small shifts. The head, then: move it down
# by one pixel, halve three times, and move the map back by the same 0.5 mm. How far is it from the map of
# the head that stayed? Its distance is given in % of the map's own spread.

# %% key="shift"
heads = np.stack([head.image[8 - pixels : 152 - pixels] for pixels in range(9)])  # (9, 144, 192)


def distances(name):
    """Return how far the map of each shifted head is from that of the still one, in % of its spread."""
    still, *others = halved(heads, name)
    inside, out = slice(2, -2), []  # what came in over the border is left out
    for pixels, other in enumerate(others, start=1):
        back = moved(other, (-pixels / 8, 0), order=3)  # smooth curves between the numbers
        out.append(np.sqrt(np.mean((back - still)[inside] ** 2)) / still[inside].std())
    return 100 * np.array([0, *out])


predict("03-shift")

# %% key="distance"
lines = {name: (np.arange(9), distances(name)) for name in WAYS}
for name, (_pixels, far) in lines.items():
    print(
        f"{name:12}: {far[1]:2.0f} % after one pixel, {far[4]:2.0f} % after four, {far[8]:.0f} % after eight"
    )
show(curves(lines, x="shift (pixels of 0.5 mm)", y="distance (% of spread)"))
reveal("03-shift")

# %% [markdown] key="explain-5"
# **Explain.** After eight pixels, one whole window, each map has moved by one number and is the same.
# Between, the map of a moved head is not a moved map. By one pixel max pooling changes half as much as stride
# alone, and no less than the mean: the claim holds halfway. A maximum stays while its pixel stays in the
# window, and no longer.
#
# Rows 4 mm apart can't draw what is finer than 8 mm. What finer detail is left appears as something else, and
# as something new at each shift: **aliasing**. The blur takes it away first, and 18 % become 4 %. It costs
# some contrast, as part 3 showed. Whether a network's *answer* changes with a shift is another question;
# training can teach it to bear with its maps.
#
# **Change.** Turn the order round in `WAYS`: `ops.max_pool2d(ops.blur_pool2d(maps, stride=1), 2)[0]`, first
# the blur, then the max. Is it as steady?
#
# ## Exercises
#
# Write each body in place of the dots and run the cell. Stuck? Run `hint("max-pool")` in a cell of its own;
# there are three hints for each. 1 and 2 are for everyone, 3 goes further.
#
# 1. **Max pooling** with any size and stride. When it is right: in `max_pool(head.image, 3, 2)`, how many mm
#    lie between two numbers, and how many does one look at?
# 2. **Blur pooling**, the last two steps of blurred max.
# 3. **The gradient of max pooling.** When a network learns, each number of a map is told how much the loss
#    grows with it. To which pixels does this go?


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
    """Blur with weights 1 2 1 down and across, which add up to 1; return every second row and column.

    Keep the first row and column. Beyond the border the picture is mirrored: above the first row
    lies the second again.
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
    """Return how much the loss grows with each pixel of `picture`, if it is max-pooled.

    `gradient` tells it for each number of the pooled map. The pixel that won gets it; who wins in several
    windows gets the sum. Of equal pixels the first wins, row by row.
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
# Every answer gets a comment, so a wrong one is worth a click too. Your five predictions stand below.

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
# 4. The brightest number tells a place to half a window; after a blur, its neighbours tell much more.
# 5. A shift by one pixel changes a max-pooled map by a fifth of its spread; a blur first mends most of it.
#
# ## Limits
#
# This is teaching material and not a medical device. One simulated head, and one layer straight across the
# beam, are few: other structures and machines give other numbers. Here pictures were pooled. A network pools
# maps that training made, and it may have learned to work round what you saw.
#
# ## Further reading
#
# - R. Zhang: Making convolutional networks shift-invariant again. ICML 2019.
#   [10.48550/arXiv.1904.11486](https://doi.org/10.48550/arXiv.1904.11486)
# - D. Scherer, A. Müller, S. Behnke: Evaluation of pooling operations in convolutional architectures for
#   object recognition. ICANN 2010. [10.1007/978-3-642-15825-4_10](https://doi.org/10.1007/978-3-642-15825-4_10)
# - G. Malinger and others: ISUOG practice guidelines: sonographic examination of the fetal central nervous
#   system, part 1. Ultrasound Obstet Gynecol 2020, 56: 476.
#   [10.1002/uog.22145](https://doi.org/10.1002/uog.22145)

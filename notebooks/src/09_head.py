# %% [markdown] key="title"
# # 09 · The head: five systems on trial
#
# *You build the main idea of five published systems by hand, predict what it gains, and hold that against a
# trial over five seeds.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 25 s on one processor core and 650 MB of memory, without a network
# connection. Reading and trying take about 75 minutes. Run the cells one by one: Run All shows each result
# before you are asked. [Chapter 00](00_start.ipynb) says how a chapter works.
#
# ## You will be able to
#
# - **build** an outer product, differences, attention, a product of levels, and a second look;
# - **measure** HC from a mask by Canny's edges and an ellipse, and say when that errs;
# - **judge** a published claim by its trial: against what, by how much, how certain.

# %% key="setup" tags=["setup"]
import numpy as np
import torch
from IPython.display import display
from scipy.ndimage import correlate, distance_transform_edt, gaussian_filter
from skimage.feature import canny
from skimage.measure import find_contours

from fetal_edu.figures import canvas, feature_maps, overlay, show
from fetal_edu.learning import kept
from fetal_edu.lesson import check, forget, hint, predict, predictions, quiz, reveal
from fetal_edu.measure import fit_ellipse
from fetal_edu.measure.contour import largest_piece
from fetal_edu.ops import avg_pool2d
from fetal_edu.phantom import draw
from fetal_edu.systems import find_system

# %% [markdown] key="why"
# ## Why a sonographer cares
#
# Three planes of one head at 22 weeks. In the first you measure the head's circumference (HC); in the
# second, 7 mm above it, the ventricle; in the third the cerebellum, on the right. They share skull, midline
# and cavum. Shadow and missing skull come on top.
#
# The review that this course follows (*Chin J Med Imaging Technol* 2023, 39: 1902) cites five systems for
# the head, as [12] to [16]. We rebuilt the main idea of each, wrote down what would count as a gain, and ran
# them over five seeds; the tables are read as in [chapter 08](08_little_data.ipynb).

# %% key="planes"
planes = ("transthalamic", "transventricular", "transcerebellar")
figure, panels = canvas(1, 3, width=11, height=2.9)
for ax, plane in zip(panels, planes, strict=True):
    one = draw(plane, 7, weeks=22, shape=(128, 192))
    overlay(one.image, spacing=one.spacing, title=plane, ax=ax)
show(figure, alt="Three heads with the same skull and midline. The third has a cerebellum at its back end.")
head = draw("transthalamic", 7, weeks=22, shape=(128, 192))
image = head.image.astype(float)


def full_run(key, *terms):
    """Show the full run that was kept, the command that repeats it, and what its terms mean."""
    result = kept(key)
    print(f"{result.made['command']}   seeds {result.seeds}", *terms, sep="\n  ")
    display(result)


# %% [markdown] key="loop-1"
# ## 1 Two networks, multiplied [12]
#
# **The idea.** Two networks look at one picture. At each place, each number of the one is multiplied with
# each of the other: an **outer product**. Its mean over all places says which features occur *together*. A
# plain network takes the mean of each map, and knows only how much there is.
#
# **The claim.** Shu and colleagues name planes of the head by such a **bilinear** CNN. The review: a larger
# activated area, features that tell more, better generalisation. The *activated area* is the share of the
# picture that speaks for the plane's name. **Grad-CAM** adds up the maps, each weighed by how much the
# name's score grows with it; we count what is above half of the maximum.
#
# Below, lines of the head; then made-up stripes. Lying ones are as frequent in both classes: means must fail.


# %% key="bilinear"
def bilinear(a, b):
    """Return a number for each pair of maps; a: (A, rows, columns), b: (B, rows, columns)."""
    flat_a, flat_b = a.reshape(len(a), -1), b.reshape(len(b), -1)  # (A, places), (B, places)
    together = flat_a @ flat_b.T / flat_a.shape[1]  # (A, B): means of products
    rooted = np.sign(together) * np.sqrt(np.abs(together))  # so that one large pair drowns no others
    return rooted / np.linalg.norm(rooted)


# %% key="shuffle"
from fetal_edu.systems.head.shu import bilinear_pool

dark = np.repeat(np.array([1, 1, -1, -1, -1, -1, 1, 1])[:, None], 9, axis=1) / 36  # dark between bright
finds_dark = np.stack([np.maximum(correlate(image, k), 0) for k in (dark, dark.T)])  # lying, upright
finds_bright = np.stack([np.maximum(correlate(image, k), 0) for k in (-dark, -dark.T)])
theirs = bilinear_pool(*(torch.tensor(maps)[None] for maps in (finds_dark, finds_bright)), tiny=1e-12)
apart = abs(theirs.numpy().ravel() - bilinear(finds_dark, finds_bright).ravel()).max()
print(f"ours and the system's differ by {apart:.0e}")
print("pairs: dark lying with bright lying, with bright upright; dark upright with the same")
order = np.random.default_rng(0).permutation(image.size)
elsewhere = finds_bright.reshape(2, -1)[:, order].reshape(finds_bright.shape)  # same numbers, other places
for name, maps in (("as it is", finds_bright), ("bright elsewhere", elsewhere)):
    means, pairs = maps.mean(axis=(1, 2)), bilinear(finds_dark, maps)
    print(f"{name:17} means {means.round(4)}   pairs {pairs.ravel().round(2)}")

# %% key="stripes"
from fetal_edu.systems.head.shu import ONE, TWO, stripes, stripes_told

made_up, _classes = stripes(12_000, 2)
figure = feature_maps(made_up[:, 0].numpy(), titles=["both lie or both stand", "one lies, one stands"])
show(
    figure, alt="Two patches of stripes; left: alike; right: in one patch they lie, in the other they stand."
)
few = {"stripes": 300, "stripe_steps": 300}
for name, fuse, how in (("means", "means", ONE), ("bilinear", "outer", TWO)):
    told = stripes_told(0, few, fuse=fuse, trunks=how["trunks"], channels=how["shallow"])
    print(f"one seed, {name:8}: {told.mean():.0%} of 400 new pictures told rightly")
predict("09-together")

# %% key="kept-shu"
full_run(
    "shu",
    "trunk: a network without its last layer; rooted: means with the root and the length of `bilinear`",
    "old machine: the same test patients, on a machine that no network learned from",
)
reveal("09-together")

# %% [markdown] key="explain-1"
# **Explain.** No place holds a dark and a bright line of one direction: two pairs are 0. With bright lines
# elsewhere, no mean changed, each pair did. On stripes that counts: means tell 0.54, the bilinear network
# 0.87. But "means, rooted", without product, tells 0.94: it need not be the product.
#
# On heads, five seeds can't tell: +0.028 (-0.062 to +0.137), and -0.002 (-0.112 to +0.106) on an old
# machine. Two trunks without product name as many, 0.775. The activated area is *smaller*: 0.030 of the
# picture in place of 0.175. (Grad-CAM can hardly judge a vector whose length never changes.)
#
# **For you.** A large marked area is no sign of a good network. Ask how often it names the plane rightly,
# and on whose machine.
#
# **Change.** Move the bright lines down by 4 rows, 2 mm: `elsewhere = np.roll(finds_bright, 4, axis=1)`.
# Which pair grows most, and why?
#
# ## 2 Differences between neighbours [13]
#
# **The idea.** Hand the next layer not only each map, but also how far each place differs from its
# neighbours, in four directions. An edge is there without a layer that has to learn it.
#
# **The claim.** Qu and colleagues tell six planes of the head from others. The review: better than classical
# methods and other CNNs, at less computation than stacking more layers. Classical here: **HOG** counts edges
# by direction, an **SVM** lays borders between planes.

# %% key="differences"
from fetal_edu.systems.head.qu import differences

kernels = np.zeros((4, 3, 3))
kernels[:3, 1, 1] = 1  # the place itself, in the middle
kernels[0, 2, 1] = kernels[1, 1, 2] = kernels[2, 2, 2] = -1  # less the one below, right, below and right
kernels[3, 2, 1], kernels[3, 1, 2] = 1, -1  # the one below less the one to the right
ours = np.stack([correlate(image, kernel, mode="nearest") for kernel in kernels])
theirs = differences(torch.tensor(image)[None, None])[0].numpy()
print(f"ours and the system's differ by {abs(ours - theirs).max():.0e}")
size_of = np.abs(ours).mean(axis=0)
figure = feature_maps([image[:, 8:], size_of[:, 8:]], titles=["picture", "size of its differences"])
show(
    figure, alt="A head with a broad bright skull. In its differences, thin edges on a ground full of grain."
)

# %% key="grain"
skull = head.mask("skull")
brain = distance_transform_edt(head.mask("brain")) > 6  # more than 6 pixels from its border
for size in (1, 2, 4):
    small = avg_pool2d(image, size)
    bone, tissue = (avg_pool2d(part.astype(float), size) > 0.5 for part in (skull, brain))
    size_of = np.mean([abs(correlate(small, k, mode="nearest")) for k in kernels], axis=0)
    grey, edge = (maps[bone].mean() / maps[tissue].mean() for maps in (small, size_of))
    print(f"pixels of {size * head.spacing[0]:.1f} mm: skull over brain", end=" ")
    print(f"{grey:.1f} in grey, {edge:.1f} in differences")
predict("09-differences")

# %% key="kept-qu"
full_run(
    "qu",
    "added: to the maps; stacked: beside them, so five times as many; wide: as many weights as stacked",
    "named rightly: of six planes and other views; learned from 60 patients of each",
)
reveal("09-differences")

# %% [markdown] key="explain-2"
# **Explain.** Speckle differs from pixel to pixel, so brain is full of differences as well: skull stands out
# half as much as in grey. Only in means of 4 × 4 pixels does it stand out more.
#
# A network takes differences of maps that kernels have smoothed. There they help: 0.664 named rightly in
# place of 0.595 (+0.069, from 0.019 to 0.127), at no more weights. A layer more names 0.675, in 0.3 ms a
# picture, not 1.7, though it multiplies more. HOG names most on average, 0.726. Whether more than
# differences, these seeds can't tell; nor with 120 patients a plane (`qu-follow-up`).
#
# **For you.** No network was shown to beat an old method here. Ask whether a paper has tried one.
#
# **Change.** Add 8 to the sizes `(1, 2, 4)`. Why is 4 the best?
#
# ## 3 Far apart, then an ellipse [14]
#
# **The idea.** A skull comes in pieces. **Attention** lets each place ask all others, however far: what it
# asks for is compared with what each offers, and it takes a weighted mean of what they give. Kernels with
# gaps between their weights, 1, 2 and 4 pixels wide, see wider: **several scales**. Then geometry measures:
# **Canny's** operator blurs the mask, looks how steep it is at each place, and keeps the crests; an ellipse
# goes through them.
#
# **The claim.** Huang's U-Net has both and two losses. The review: it finds HC automatically and accurately.


# %% key="attention"
def attention(ask, offer, give):
    """Return what each place takes from all, and the weights; (places, numbers) each."""
    agree = ask @ offer.T / np.sqrt(ask.shape[1])  # (places, places)
    weights = np.exp(agree - agree.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)  # each row adds up to 1
    return weights @ give, weights


# %% key="listens"
down, across = np.abs(np.gradient(gaussian_filter(image, 1.5)))
cells = np.stack([avg_pool2d(maps, 8).ravel() for maps in (image, down, across)], axis=1)  # (384, 3)
cells = (cells - cells.mean(axis=0)) / cells.std(axis=0)  # grey, edges lying, edges upright
cells *= 6 / np.linalg.norm(cells, axis=1, keepdims=True)  # what counts is the kind, not the strength
taken, weights = attention(cells, cells, cells)
both = torch.tensor(cells)[None]
theirs = torch.nn.functional.scaled_dot_product_attention(both, both, both)[0].numpy()
print(f"{len(cells)} places; ours and PyTorch's differ by {abs(taken - theirs).max():.0e}")
asks = 2 * 24 + 12  # row 2, column 12 of 16 × 24 cells: upper skull
figure = feature_maps([image, weights[asks].reshape(16, 24)], titles=["who asks", "whom it listens to"])
figure.axes[0].plot(asks % 24 * 8 + 3.5, asks // 24 * 8 + 3.5, "rs", ms=18, mew=3, fillstyle="none")
show(figure, alt="A square on the upper skull. Bright: cells beside it, of the lower skull, of the midline.")
far = weights[asks][abs(np.arange(384) // 24 - asks // 24) > 4].sum()
print(f"to cells more than {4 * 8 * head.spacing[0]:.0f} mm higher or lower goes {far:.0%} of the attention")


# %% key="by-canny"
def by_canny(probability, spacing):
    """Edge of the mask, ellipse through it in mm, its circumference."""
    mask = largest_piece(probability >= 0.5)
    return fit_ellipse(np.argwhere(canny(mask.astype(float))) * spacing).circumference


def by_contour(probability, spacing):
    """Length of the line itself, in mm, with all its dents."""
    line = max(find_contours(probability, 0.5), key=len) * spacing
    return np.hypot(*np.diff(line, axis=0).T).sum()


# %% key="measured"
from fetal_edu.runtime import load
from fetal_edu.systems.head.huang_parts import circumference_by_canny, contour_length

network = load("head-phantom").probability  # the small U-Net that learned on simulated heads
found = network(head.image)
print(f"Canny: ours {by_canny(found, head.spacing):.1f} mm", end=", ")
print(f"the system's {circumference_by_canny(found >= 0.5, head.spacing):.1f}")
print(f"contour: ours {by_contour(found, head.spacing):.1f} mm", end=", ")
print(f"the system's {contour_length(found, head.spacing):.1f}; true {head.truth['hc_mm']:.1f}")
predict("09-dents")

# %% key="dents"
print("HC off by, in mm: mean of six heads (lowest to highest)")
for visible in (100, 70, 40):
    off = {"contour": [], "Canny and ellipse": []}
    for seed in range(6):
        knobs = {"dropout": (100 - visible) / 60}  # the knob takes up to six tenths away
        one = draw("transthalamic", seed, weeks=22, knobs=knobs, shape=(128, 192))
        seen = network(one.image)
        off["contour"].append(by_contour(seen, one.spacing) - one.truth["hc_mm"])
        off["Canny and ellipse"].append(by_canny(seen, one.spacing) - one.truth["hc_mm"])
    said = [
        f"{name} {np.mean(some):+5.1f} ({min(some):+.1f} to {max(some):+.1f})" for name, some in off.items()
    ]
    print(f"{visible:3} % of the skull: {', '.join(said)}")
reveal("09-dents")

# %% key="kept-huang"
full_run(
    "huang",
    "gaps: four tenths of the skull gone; shallow: a halving less; contour: its length, no ellipse",
    "two losses, chosen by us: each pixel's, and the Dice of the whole; one loss: each pixel's alone",
)

# %% [markdown] key="explain-3"
# **Explain.** A line with dents and bulges is longer; an ellipse has none. But where the whole mask is too
# small, so is the ellipse: in one head by 9 mm. The trial agrees: it errs by 3.7 mm less than the contour
# (0.9 to 8.0).
#
# Neither attention nor scales are shown to help where skull is missing. The plain U-Net sees 68 of 96
# columns already. One with a halving less sees 32 and errs by 18.5 mm; both parts bring it to 6.2. So does
# the halving: 6.2. Far sight is needed; it can be had cheaply. Two losses: *partly*, Dice +0.014 (-0.002 to
# +0.038).
#
# **For you.** HC errs by 3 mm with a whole skull, by 6 with four tenths missing. See how much skull a
# picture shows before you believe its number.
#
# **Change.** Ask from elsewhere: `asks = 7 * 24 + 14`, on the midline. Whom does it listen to?
#
# ### Explorer: hide a part of the skull
#
# 1. Head 0: at how much visible skull does the contour err by more than 10 mm? And the ellipse?
# 2. Head 1 at 40 %: which is nearer to the truth? Why do they err in opposite directions?
#
# `print(explorer.describe())` says it in words.

# %% key="explorer"
from fetal_edu.widgets import OutlineExplorer

explorer = OutlineExplorer(network, {"the contour": by_contour, "Canny and ellipse": by_canny})
explorer

# %% [markdown] key="loop-4"
# ## 4 Fine times coarse [15]
#
# **The idea.** Fine maps know where edges are, and find hundreds; coarse maps know roughly where the head
# is. Multiplied, only that is left on which both agree. In training each level is asked "head or not?":
# **semantic supervision**. At last only edges in the region of the head (its **ROI**) count.
#
# A bare product of four levels learned badly in rehearsals. So the one on trial is *gated*: each coarse
# level is a factor from 0 to 2.
#
# **The claim.** Xing's network finds edges well, the review says. Near is 2 pixels: of the found pixels, the
# share with a true one near is **precision**; of the true ones, the share with a found one near is
# **recall**. **F** is their harmonic mean, high only where both are.

# %% key="product"
from fetal_edu.systems.head.xing_parts import edge_f, edges_in, fuse

fine = np.hypot(down, across) / np.hypot(down, across).max()  # size of the steps in grey
coarse = avg_pool2d(found, 8)  # the network's head, in pixels of 8 × 8
levels = [torch.tensor(np.asarray(maps))[None, None] for maps in (fine, coarse)]
fused = {how: fuse(levels, how)[0, 0].numpy() for how in ("sum", "product")}
enlarged = torch.nn.functional.interpolate(levels[1], (128, 192), mode="bilinear")[0, 0].numpy()
print(f"product: ours and the system's differ by {abs(fine * enlarged - fused['product']).max():.0e}")
inside = head.mask("head")
border = inside & (distance_transform_edt(inside) <= 1)
for name, maps in (("fine", fine), *fused.items()):
    print(f"{name:8} {maps[~inside].sum() / maps.sum():.0%} of the map lies outside the head", end="; ")
    print(f"on the border, its mean is {maps[border].mean():.2f}")
figure = feature_maps([fine, coarse, *fused.values()], titles=["fine", "coarse", *fused], columns=4)
show(figure, alt="In the sum, the head is a bright disc. In the product, edges outside the head are gone.")


# %% key="edge-f"
def f_measure(found, true, near=2):
    """Return the harmonic mean of precision and recall, in pixels of distance."""
    precision = (distance_transform_edt(~true) <= near)[found].mean()
    recall = (distance_transform_edt(~found) <= near)[true].mean()
    return 2 * precision * recall / (precision + recall)


for name, edges in (("fine", fine > 0.4), ("fine, in the ROI", (fine > 0.4) & edges_in(found >= 0.5))):
    print(f"{name:17} F {f_measure(edges, border):.3f}, the system's {edge_f(edges, border):.3f}")
predict("09-product")

# %% key="kept-xing"
full_run(
    "xing",
    "false edge outside: beyond the head's region, in % of the true edge; concat: levels side by side",
    "few: from 16 patients, not 48; bare: all levels multiplied as they are",
)
reveal("09-product")

# %% [markdown] key="explain-4"
# **Explain.** Outside the head, the product leaves less than the fine map did. But the head's border lies
# just where the coarse map falls, so it loses strength, too: 0.15 in place of 0.28.
#
# In the trial the product finds no more than the sum: -0.024 (-0.077 to +0.018) rules out a gain of 0.02. So
# does -0.015 (-0.043 to +0.009) for supervision. The region does what was claimed: false edges fall from
# 23.5 % to 8.3 % of the true ones. And HC errs by 7.6 mm in place of 15.5: found, not claimed. Of F against
# a plain U-Net's border we can't tell.
#
# **For you.** First where, then how exactly: that order helped.
#
# **Change.** Write `f_measure(edges, border, near=1)`, then 4. How much does F depend on what counts as
# near?
#
# ## 5 Look again [16]
#
# **The idea.** Edges and speckle look alike in all organs: let heads, abdomens and hearts (three *domains*)
# teach the first layers together, and each the last ones alone. Then look again: the box around the first
# answer, half as large again, fills the canvas, and is outlined anew.
#
# **The claim.** Chen and colleagues outline so; on heads, the review says, comparably to two experts.


# %% key="box"
def box(mask, margin=1.5):
    """Return first and last row and column of a box around a mask, enlarged about its middle."""
    ends = []
    for lines in (mask.any(axis=1), mask.any(axis=0)):  # rows, columns
        first, last = np.flatnonzero(lines)[[0, -1]]
        middle, half = (first + last + 1) / 2, margin * (last + 1 - first) / 2
        ends.append((float(middle - half), float(middle + half)))
    (top, bottom), (left, right) = ends
    return top, left, bottom, right


# %% key="zoomed"
from fetal_edu.data.frame import Frame
from fetal_edu.systems.head.chen import SHAPE
from fetal_edu.systems.head.chen_looks import enlarged_box

print(f"ours {box(inside)}, the system's {enlarged_box(inside)}: it may reach beyond the picture")
for weeks in (16, 22, 34):
    one = draw("transthalamic", 0, weeks=weeks, shape=(128, 192))
    frames = [Frame.of(one.shape, one.spacing, SHAPE, box=b) for b in (None, box(one.mask("head")))]
    first, second = ((f.box[2] - f.box[0]) * one.spacing[0] / f.inner[0] for f in frames)
    print(
        f"{weeks} weeks: a pixel of the canvas is {first:.2f} mm at first, {second:.2f} mm at the second look"
    )
predict("09-again")

# %% key="rehearse-chen"
rehearsal = find_system("chen").trial.run("quick", progress=False)  # one seed, few steps: it decides nothing
for arm in rehearsal.arms:
    print(f"rehearsal, {arm:16} Dice {rehearsal.by_seed(arm, 'dice').mean():.3f}")

# %% key="kept-chen"
full_run(
    "chen",
    "larger: a canvas of 48 × 72, not 32 × 48; few: 8 heads, not 64; missed: Dice below one half",
    "large - small: Dice of the larger heads, less that of the third which is smallest in its picture",
    "second observer: calipers off by as much as one person's who measures twice; simulated",
)
reveal("09-again")

# %% [markdown] key="explain-5"
# **Explain.** The heads fill their pictures already, so a pixel of the second look is only 13 % smaller. Two
# looks gain 0.004 of Dice (-0.001 to +0.013), a third nothing. Small heads gain most, as we had claimed:
# they lag behind large ones by 0.018 in place of 0.030. But one look at a canvas of twice the pixels does
# better: 0.977 against 0.972.
#
# Organs beside eight heads did harm: -0.020 (-0.065 to -0.003). HC lies within 3 % in 0.88 of the heads; by
# a simulated observer who measures twice, in 0.99.
#
# **For you.** More pixels on the head helped most. So zoom in before you measure, or let anything measure.
#
# **Change.** A tighter box: `box(one.mask("head"), 1.1)`. How large is a pixel at 22 weeks? What is lost?
#
# ## Exercises
#
# Write each body in place of the dots and run the cell. Stuck? Run `hint("outer-product")` in a cell of its
# own, up to three times. 1 and 2 are for everyone, 3 goes further.
#
# 1. **The outer product** of two networks.
# 2. **Difference maps**, without convolution.
# 3. **Edges to HC.** In Canny's picture of a *skull*, not of a filled head, there are two rings.


# %% key="outer-product" tags=["exercise", "check"]
def outer_product(a, b):
    """Return (A, B): for map i of `a` and map j of `b`, the mean over all places of their product, rooted.

    `a` is (A, rows, columns), `b` (B, rows, columns). The root is that of the mean's size, and keeps its
    sign: -0.25 becomes -0.5.
    """
    # <solution>
    mean = (a[:, None] * b[None]).mean(axis=(2, 3))
    return np.sign(mean) * np.sqrt(np.abs(mean))
    # </solution>


check("outer-product", outer_product)


# %% key="difference-maps" tags=["exercise", "check"]
def difference_maps(picture):
    """Return four maps, (4, rows, columns), for a picture of rows and columns.

    The pixel minus the one below; minus the one to the right; minus the one below to the right; and the one
    below minus the one to the right. Beyond the border lies the border pixel again.
    """
    # <solution>
    p = np.pad(picture, ((0, 1), (0, 1)), mode="edge")
    below, right, corner = p[1:, :-1], p[:-1, 1:], p[1:, 1:]
    return np.stack([picture - below, picture - right, picture - corner, below - right])
    # </solution>


check("difference-maps", difference_maps)


# %% key="canny-to-ellipse" tags=["exercise", "check"]
def canny_to_ellipse(edges, spacing):
    """Return HC in mm from edges of a skull, true or false, and the spacing (mm per row, mm per column).

    A skull has two edges; HC goes around the outer one. Of each row and of each column, the first and the
    last edge pixel count, each pixel once. `fit_ellipse(points)` takes (n, 2): row and column in mm.
    """
    # <solution>
    outer = np.zeros(edges.shape, bool)
    for row in np.flatnonzero(edges.any(axis=1)):
        outer[row, np.flatnonzero(edges[row])[[0, -1]]] = True
    for column in np.flatnonzero(edges.any(axis=0)):
        outer[np.flatnonzero(edges[:, column])[[0, -1]], column] = True
    return fit_ellipse(np.argwhere(outer) * np.array(spacing)).circumference
    # </solution>


check("canny-to-ellipse", canny_to_ellipse)

# %% [markdown] key="quiz-text"
# ## Quiz
#
# Every answer gets a comment. Your five predictions stand below.

# %% key="quiz"
quiz("09")

# %% key="predictions"
predictions("09")

# %% [markdown] key="summary"
# ## Summary
#
# 1. An outer product sees what lies together. On heads no gain was shown.
# 2. Differences named more planes at no weights; a layer more did so faster. HOG and SVM were not beaten.
# 3. Far sight closes gaps in a skull: attention with scales, or one halving more. An ellipse errs less than
#    a line.
# 4. Of product, supervision and region, only the region was shown to help.
# 5. A second look helps small heads most; more pixels in one look help more. Organs beside eight heads did
#    harm.
#
# ## Limits
#
# This is teaching material and not a medical device. Our systems are small versions after abstracts, of [14]
# and [15] after the review alone; they are not the authors' networks. Our heads are simulated, one picture
# of each patient. What fails here may work there, and the reverse.
#
# ## Further reading
#
# - H. Chen and others: Iterative multi-domain regularized deep learning for anatomical structure detection
#   and segmentation from ultrasound images. MICCAI 2016.
#   [10.48550/arXiv.1607.01855](https://doi.org/10.48550/arXiv.1607.01855)
# - R. Qu and others: Standard plane identification in fetal brain ultrasound scans using a differential
#   convolutional neural network. IEEE Access 2020, 8: 83821.
#   [10.1109/ACCESS.2020.2991845](https://doi.org/10.1109/ACCESS.2020.2991845)
# - R. Selvaraju and others: Grad-CAM: visual explanations from deep networks. ICCV 2017.
#   [10.48550/arXiv.1610.02391](https://doi.org/10.48550/arXiv.1610.02391)

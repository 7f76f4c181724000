# %% [markdown] key="title"
# # 05 · Fully convolutional networks
#
# *You turn a network that names small crops into one that answers a picture of any size with a map, and
# measure in millimetres what its stride costs.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 95 s on one processor core and 700 MB of memory, without a network
# connection. Reading and trying take about an hour. Run the cells one by one: Run All shows each result
# before you are asked. [Chapter 00](00_start.ipynb) says how a chapter works.
#
# ## You will be able to
#
# - **turn** a dense layer into a convolution, and show that both give the same numbers;
# - **tell** where in the picture, in mm, a number of a coarse map lies;
# - **compare** strides of 32, 16 and 8 over seeds, and tell what a stride forbids from what was not learned.

# %% key="setup" tags=["setup"]
import time

import numpy as np
import torch
from fastai.torch_core import set_seed
from scipy.spatial import KDTree
from scipy.stats import t as student_t
from torch import nn

from fetal_edu import ops
from fetal_edu.figures import canvas, dots, overlay, show
from fetal_edu.learning import bce_dice_loss, canvases, head_learner, head_loaders, plane_learner, plane_loaders
from fetal_edu.lesson import check, forget, hint, predict, predictions, quiz, reveal
from fetal_edu.measure import dice, fit_probability
from fetal_edu.measure.contour import border_points
from fetal_edu.nets import FCN, UpBilinear, as_convolution, count_parameters
from fetal_edu.phantom import draw, draw_heads

# %% [markdown] key="why"
# ## Why a sonographer cares
#
# At the 20-week scan the heart is examined in the four-chamber view. First it has to be found: a few
# centimetres of moving muscle, in a chest that turns with the fetus. The network of
# [chapter 02](02_convolution.ipynb) would say "4C" for the whole picture. It would not say where.
#
# Below is one frame. The heart, in orange, is known exactly, as the frame is simulated.

# %% key="frames"
CROP = 32  # pixels
ages = np.random.default_rng(0).uniform(18, 24, 80)  # weeks
chests = [draw("4C", patient, weeks=weeks, shape=(64, 96)) for patient, weeks in enumerate(ages)]
study, test = range(60), range(60, 80)  # patients to learn from, and to test on
images = torch.from_numpy(np.stack([one.image for one in chests]))[:, None]  # (80, 1, 64, 96)
hearts = np.array([[at.mean() for at in np.nonzero(one.mask("heart"))] for one in chests])  # row, column
mm = np.array([one.spacing[0] for one in chests])  # of a pixel
figure, (left, right) = canvas(1, 2, height=3.6)
overlay(chests[60].image, spacing=chests[60].spacing, ax=left)
overlay(chests[60].image, mask=chests[60].mask("heart"), spacing=chests[60].spacing, ax=right)
show(figure, alt="A chest across: a bright wall, and in it a dark heart. On the right it is marked.")
print(f"a pixel is {mm.min():.1f} to {mm.max():.1f} mm wide, so a crop of 32 pixels {CROP * mm.mean():.0f} mm")

# %% [markdown] key="loop-1"
# ## 1 A dense layer that slides
#
# A small question is easier: is the middle of this crop, 32 × 32 pixels, the middle of a heart? *Yes* is
# within 5 mm, *no* beyond 10 mm. The network is of the old kind: convolutions, poolings, and then a
# **dense** layer, which lays all numbers of the last maps in one row and weights each of them.
#
# Its convolutions have no padding, so that no number sees a border that zeros have made.


# %% key="crops"
tops, lefts = np.indices((64 - CROP + 1, 96 - CROP + 1)).reshape(2, -1)  # where a crop can begin
rng = np.random.default_rng(1)


def crops(patients):
    """Return crops as bytes, (n, 1, 32, 32), and for each 1 if it is a heart and 0 if not."""
    cut, names = [], []
    for at in patients:
        away = mm[at] * np.hypot(tops + 15.5 - hearts[at, 0], lefts + 15.5 - hearts[at, 1])
        for name, allowed in enumerate((away > 10, away < 5)):
            for one in rng.choice(np.flatnonzero(allowed), 6):
                cut.append(images[at, :, tops[one] : tops[one] + CROP, lefts[one] : lefts[one] + CROP])
                names.append(name)
    return (255 * torch.stack(cut)).byte(), torch.tensor(names)


# %% key="finder"
def conv(n_in, n_out, kernel):  # without padding; batch normalisation and ReLU as in chapter 02
    layer = nn.Conv2d(n_in, n_out, kernel, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(n_out), nn.ReLU())


set_seed(0)
half = nn.MaxPool2d(2)
features = nn.Sequential(conv(1, 8, 5), half, conv(8, 16, 3), half, conv(16, 32, 3))
dense = nn.Linear(32 * 4 * 4, 2)  # two scores: no heart, heart
finder = nn.Sequential(features, nn.Flatten(), dense)
of_study, of_test = crops(study), crops(test)
loaders = plane_loaders(of_study, of_test, batch_size=32)
plane_learner(loaders, finder, bf16=False).fit_one_cycle(12, 8e-3)
finder = finder.eval()

# %% [markdown] key="same-text"
# Each score is a sum of 512 numbers times 512 weights. Now write its weights as a stack of 32 small tables,
# 4 × 4. That is a kernel as large as the maps. It fits in at one place only, and the convolution's one
# number is the same sum.

# %% key="same"
kernels = dense.weight.reshape(2, 32, 4, 4)  # for each score: map by map, row by row
with torch.no_grad():
    maps = features(of_test[0] / 255)  # (240, 32, 4, 4)
    row = dense(maps.flatten(1))  # (240, 2)
    by_kernel = nn.functional.conv2d(maps.double(), kernels.double(), dense.bias.double())  # (240, 2, 1, 1)
    row = maps.double().flatten(1) @ dense.weight.double().T + dense.bias
    slides = as_convolution(dense, (4, 4))  # the library's, a layer with copies of the weights
    print(f"by kernel and by row: {(by_kernel[..., 0, 0] - row).abs().max():.0e} apart, of", end=" ")
    print(f"{row.abs().max():.0f} at most; library's layer {(slides(maps)[..., 0, 0] - row).abs().max():.0e}")
    pixel = nn.Linear(32, 5)  # a dense layer at each place by itself: a kernel of 1 × 1
    moved = maps.permute(0, 2, 3, 1)  # (240, 4, 4, 32): a place's 32 numbers side by side
    apart = as_convolution(pixel, (1, 1))(maps).permute(0, 2, 3, 1) - pixel(moved)
print(f"dense at each pixel and 1 × 1 convolution: {apart.abs().max():.0e} apart")
print("maps of a whole frame:", tuple(features(images[60:61]).shape))
predict("05-larger")


# %% key="larger"
def heat_of(some):
    """Return how likely a heart is at each place where the kernel fits in."""
    with torch.no_grad():
        return slides(features(some)).softmax(dim=1)[:, 1].numpy()


heat = heat_of(images[test])
print("heat maps:", heat.shape)
figure, panels = canvas(2, 3, height=5)
for (above, below), one in zip(panels.T, (0, 4, 9), strict=True):
    chest = chests[test[one]]
    overlay(chest.image, spacing=chest.spacing, ax=above)
    placed = np.pad(ops.upsample_nearest(heat[one], 4), 14)  # each number on the middle of its crop
    overlay(placed, spacing=chest.spacing, ax=below)
show(figure, alt="Three chests. Below each its heat map: a bright patch where the heart is, black elsewhere.")
reveal("05-larger")

# %% [markdown] key="explain-1"
# **Explain.** A dense layer refuses a larger picture, because its row has a fixed length. The same weights
# as a kernel just find more places: 12 - 4 + 1 rows and 20 - 4 + 1 columns. Nothing was trained anew. The
# answer is a **heat map**, a score for each crop.
#
# A network without any dense layer is **fully convolutional**. It takes any size, and its output grows with
# its input.
#
# **Change.** Look for hearts where none is: `heat_of(torch.from_numpy(draw("abdomen", 3, weeks=21,
# shape=(64, 96)).image)[None, None]).max()`, and with other seeds. What would the finder have to be shown?
#
# ## 2 A fraction of the work
#
# The old way to a heat map is the **sliding window**: cut out each crop, 4 pixels further each time, and give
# all 153 to the network. Count the multiplications of both.


# %% key="count"
def multiplications(rows, columns):
    """Return how many multiplications the finder needs for a picture of this size."""
    total = 0
    for n_in, n_out, kernel, step in ((1, 8, 5, 2), (8, 16, 3, 2), (16, 32, 3, 1), (32, 2, 4, 1)):
        rows, columns = rows - kernel + 1, columns - kernel + 1  # where the kernel fits in
        total += rows * columns * n_out * n_in * kernel**2
        rows, columns = rows // step, columns // step  # halved, or not
    return total


print(f"one crop: {multiplications(32, 32):,} multiplications")
predict("05-work")

# %% key="race"
windows = images[test].unfold(2, CROP, 4).unfold(3, CROP, 4)  # (20, 1, 9, 17, 32, 32)
windows = windows.reshape(20, 9 * 17, 1, CROP, CROP)
spent, scores = {}, {}
with torch.no_grad():
    for name in ("whole", "crops", "whole", "crops"):  # the first round only warms up
        start = time.process_time()
        scores[name] = [
            slides(features(images[at : at + 1])).flatten(2)[0].T if name == "whole" else finder(cut)
            for at, cut in zip(test, windows, strict=True)
        ]  # (153, 2) each
        spent[name] = 1000 * (time.process_time() - start) / len(test)
work = 9 * 17 * multiplications(32, 32), multiplications(64, 96)
print(f"crops {work[0]:,} multiplications, whole {work[1]:,}: {work[0] / work[1]:.0f} times fewer")
print(f"crops {spent['crops']:.1f} ms of a processor for each frame, whole {spent['whole']:.1f} ms")
apart = torch.stack(scores["whole"]) - torch.stack(scores["crops"])
print(f"scores at most {apart.abs().max():.0e} apart, of {scores['crops'][0].abs().max():.0f}")
reveal("05-work")

# %% [markdown] key="explain-2"
# **Explain.** Neighbouring crops share most of their pixels. The sliding window convolves each pixel again
# for every crop it lies in. The convolution does it once and shares the result.
#
# Both agree, because nothing was padded. A network that lays zeros around its maps sees a crop's rim as a
# border, and sees no border inside a frame. It would agree only roughly. And the crops lie 4 pixels apart,
# since two poolings make a step of 4: the heat map's **stride**.
#
# **Change.** `multiplications(128, 192)`: four times the pixels. How many crops would a sliding window cut
# now, and what is the factor?
#
# ## 3 Where is it, in mm?
#
# Cell (0, 0) of the heat map speaks for the crop in the upper left corner. The middle of that crop lies at
# pixel 15.5, down and across. The next cell's lies 4 pixels further. Many programs just stretch the heat map
# over the whole picture instead.

# %% key="ask-place"
rows, columns = np.divmod(heat.reshape(20, -1).argmax(axis=1), 17)
brightest = np.stack([rows, columns], axis=1)  # (20, 2), in cells
print("brightest cell in the first frame:", brightest[0])
predict("05-place")


# %% key="places"
def mass(heat):
    """Return the centre of mass of all cells above one half, in cells."""
    weight = heat * (heat > 0.5)
    return np.array([(weight * at).sum() for at in np.indices(heat.shape)]) / weight.sum()


def off(pixels):  # from the true middle of each heart, in mm
    return mm[test] * np.hypot(*(pixels - hearts[test]).T)


ways = {"picture's middle": off(np.array([31.5, 47.5]))}  # without looking
ways["stretched"] = off((brightest + 0.5) * (64 / 9, 96 / 17) - 0.5)
ways["crop's middle"] = off(15.5 + 4 * brightest)
ways["centre of mass"] = off(15.5 + 4 * np.array([mass(one) for one in heat]))
for stride in (8, 16):  # the same finder, asked at fewer places
    few = heat[:, :: stride // 4, :: stride // 4]
    cells = np.array([np.unravel_index(one.argmax(), one.shape) for one in few])
    ways[f"stride {stride}"] = off(15.5 + stride * cells)
show(dots(ways, label="off the heart's middle (mm)", zero=True))
reveal("05-place")

# %% [markdown] key="explain-3"
# **Explain.** The stretched map pretends that cell (0, 0) is a corner of the picture, but no crop's middle
# comes nearer to the rim than 16 pixels. So the error grows with the distance from the picture's middle. The
# true rule is first cell plus stride times number; exercise 3 finds it for any layers.
#
# The rest is not the stride's fault alone. Within 5 mm every crop was called a heart, so the brightest cell
# may lie anywhere in there. The centre of mass asks all of them.
#
# **Change.** In `crops`, write `away < 2` for *yes*. Does the brightest cell come nearer? Then set it back.
#
# ### Explorer: which crop does a cell see?
#
# The finder's layers, with one map each and equal weights: only what they look at is of interest here.
#
# 1. Go to row 0, column 0 of the last map, then to row 4, column 4. Which pixels does each see, and how many
#    mm lie between their middles?
# 2. Go to a pixel inside the heart. How many cells does it reach? And one in the corner?
# 3. Give it `piece[:32, :32]`. What is left of the last map?
#
# `print(explorer.describe())` says it in words.

# %% key="explorer"
from fetal_edu.widgets import Conv, LayerExplorer, MaxPool


def mean(n):
    return Conv(np.full((n, n), 1 / n**2))


piece = chests[60].image[:, 16:80]  # 64 × 64 pixels
layers = [mean(5), MaxPool(2), mean(3), MaxPool(2), mean(3), mean(4)]
explorer = LayerExplorer(piece, layers, spacing=chests[60].spacing)
explorer

# %% [markdown] key="loop-4"
# ## 4 Strides of 32, 16 and 8
#
# To outline a head, every pixel needs a score. The **FCN** of Long, Shelhamer and Darrell (2015) scores the
# places of a coarse map, and enlarges the scores by a transposed convolution. It *starts* as bilinear
# interpolation; [chapter 04](04_upsampling.ipynb) found the row of that stamp for a factor of 2. For any
# factor, interpolate a single 1: what comes out is the stamp.

# %% key="stamp"
single = np.zeros((5, 5))
single[2, 2] = 1
stamp = ops.upsample_bilinear(single, 4)[6:14, 6:14]  # 4 pixels of the 1, and 2 on each side
print("one row, in eighths:", 8 * stamp.sum(axis=0) / 4)
score = heat[0].astype(float)  # any map will do
stamped = ops.conv_transpose2d(score[None, None], stamp[None, None], stride=4, padding=2)[0, 0]
layer = UpBilinear(1, 4).double()(torch.from_numpy(score)[None, None])[0, 0].detach().numpy()
apart = abs(stamped - ops.upsample_bilinear(score, 4))
print(f"stamps and interpolation: {apart[2:-2, 2:-2].max():.0e} apart inside, {apart.max():.2f} at the border")
print(f"stamps and the library's layer: {abs(stamped - layer).max():.0e} apart")

# %% [markdown] key="fcn-text"
# At the border a stamp is missing: interpolation repeats the outermost value there, stamps add nothing.
#
# The encoder is known: two convolutions, then five times a pooling and two more. After that one number
# stands for 32 × 32 pixels.
#
# - **FCN-32s**: a 1 × 1 convolution scores each place, and one large stamp enlarges 32 times.
# - **FCN-16s** doubles these scores first, adds scores of the map before the last pooling, and enlarges 16
#   times.
# - **FCN-8s** doubles and adds once more.
#
# The added scores start at 0, so all three begin alike. The last stamp stays bilinear, the small ones learn.

# %% key="by-hand"
CHANNELS, SHAPE = (4, 8, 16, 32, 48, 64), (96, 160)
set_seed(0)
net, noise = FCN(CHANNELS, stride=8).eval(), torch.rand(1, 1, *SHAPE)
for one in net.scores:
    nn.init.normal_(one.weight)  # else the added scores are 0, and this would prove little
with torch.no_grad():
    maps = [net.first(noise)]  # (1, 4, 96, 160)
    for down in net.downs:
        maps.append(down(maps[-1]))  # ..., (1, 32, 12, 20), (1, 48, 6, 10), (1, 64, 3, 5)
    at_32 = net.scores[0](maps[5])  # (1, 1, 3, 5)
    at_16 = net.doubles[0](at_32) + net.scores[1](maps[4])  # (1, 1, 6, 10)
    at_8 = net.doubles[1](at_16) + net.scores[2](maps[3])  # (1, 1, 12, 20)
    print(f"by hand and FCN: {(net.enlarge(at_8) - net(noise)).abs().max():.0e} apart")
for stride in (32, 16, 8):
    print(f"FCN-{stride}s: {count_parameters(FCN(CHANNELS, stride=stride)):,} weights to learn")

# %% [markdown] key="trial-text"
# In 2015 the three reached 59.4, 62.4 and 62.7 % overlap (mean intersection over union) on photographs of
# everyday things (PASCAL VOC; read in their paper, not run here). In fetal hearts, the course's review
# reports, 16s was best (Sundaresan 2017). And on our heads?
#
# 80 heads to learn from, 40 to test on. Each stride is trained with three seeds; with the same seed, all
# three begin with the same encoder and meet the heads in the same order. **Border** is how far the outline
# found lies from the true ellipse.

# %% key="draw"
HEADS, PASSES, SEEDS = 80, 10, (0, 1, 2)
learn, heads = draw_heads(HEADS, seed=1, shape=SHAPE), draw_heads(40, seed=2, shape=SHAPE)
learn_maps, head_maps = canvases(learn, canvas=SHAPE), canvases(heads, canvas=SHAPE)
head_mm = np.mean([one.spacing[0] for one in heads])
print("a stride is", *(f"{stride} pixels or {stride * head_mm:.0f} mm," for stride in (32, 16, 8)), "on average")


def probabilities(net):
    with torch.inference_mode():
        return net(head_maps[0] / 255).sigmoid()[:, 0].numpy()  # (40, 96, 160)


predict("05-strides")


# %% key="train"
def trained(stride, seed):
    set_seed(seed)  # fixes the first weights and the order of the heads
    loaders = head_loaders(learn_maps, head_maps, batch_size=8)
    net = FCN(CHANNELS, stride=stride)
    head_learner(loaders, net, bf16=False, progress=False).fit_one_cycle(PASSES, 8e-3)
    return net.eval()


nets = {}
for seed in SEEDS:
    nets |= {(stride, seed): trained(stride, seed) for stride in (32, 16, 8)}
    print(f"seed {seed}: trained")


# %% key="outlines"
figure, panels = canvas(2, 3, height=4.6)
example = heads[1]
for stride, (above, below) in zip((32, 16, 8), panels.T, strict=True):
    net = nets[stride, 0]
    with torch.inference_mode():
        coarse = net.coarse(head_maps[0][1:2] / 255).sigmoid()[0, 0].numpy()
    wide = stride * example.spacing[0]
    overlay(coarse, spacing=(wide, wide), title=f"FCN-{stride}s: scores", ax=above)
    found = probabilities(net)[1]
    overlay(example.image, truth=example.truth["ellipse"], spacing=example.spacing, ax=below)
    edge = border_points(found, 0.5) * example.spacing
    below.plot(edge[:, 1], edge[:, 0], color="#F0E442", lw=2)
show(figure, alt="Scores of 3 × 5, 6 × 10 and 12 × 20 cells, and the outlines found, beside the true ellipse.")


# %% key="measure"
def measured(found, sample):
    """Return Dice, border in mm and error of HC in mm."""
    overlap, true = dice(found > 0.5, sample.mask("head")), sample.truth["ellipse"]
    try:
        hc = fit_probability(found, sample.spacing).circumference
    except ValueError:  # no outline: all of HC is missed
        return overlap, np.nan, true.circumference
    edge = border_points(found, 0.5) * sample.spacing
    return overlap, KDTree(true.points(2000)).query(edge)[0].mean(), abs(hc - true.circumference)


results = {key: [measured(*pair) for pair in zip(probabilities(net), heads, strict=True)] for key, net in nets.items()}
means = np.array([[np.nanmean(results[stride, seed], axis=0) for seed in SEEDS] for stride in (32, 16, 8)])
lost = {stride: int(sum(np.isnan(results[stride, seed]).any(axis=1).sum() for seed in SEEDS)) for stride in (32, 16, 8)}
print("heads without an outline:", lost)

# %% key="table"
wider = student_t.ppf(0.975, len(SEEDS) - 1) / len(SEEDS) ** 0.5  # from spread to a 95 % interval
figure, panels = canvas(1, 2, width=11, height=2.8)
for which, (name, digits) in enumerate((("Dice", 3), ("border (mm)", 2), ("HC error (mm)", 1))):
    some = means[:, :, which]  # (strides, seeds)
    for stride, row in zip((32, 16, 8), some, strict=True):
        print(f"{name:13} {stride:2}s {row.mean():.{digits}f} ± {row.std(ddof=1):.{digits}f}", end="   ")
    print()
    for one, (first, second) in enumerate(((32, 16), (16, 8))):
        gap = some[one] - some[one + 1]
        reach = wider * gap.std(ddof=1)
        print(f"    {first}s less {second}s: {gap.mean():+.{digits}f}, 95 % from {gap.mean() - reach:+.{digits}f} to {gap.mean() + reach:+.{digits}f}")
    if which:
        dots({f"{stride}s": row for stride, row in zip((32, 16, 8), some)}, label=name, zero=True, ax=panels[which - 1])
show(figure)
reveal("05-strides")

# %% [markdown] key="explain-4"
# **Explain.** TODO
#
# **Change.** TODO
#
# ## 5 What a stride forbids
#
# Was it the stride, or the learning? Leave the network out. Take the scores themselves as what is learned,
# for each picture by itself, with the true mask as the goal. No FCN with that stride and a bilinear stamp can
# draw better than the best scores. Search them for the head, and for its **skull**, a line of 1 to 2 mm.

# %% key="best"
goals = {name: torch.from_numpy(np.stack([one.mask(name) for one in heads[:12]])).float()[:, None] for name in ("head", "skull")}


def best(goal, stride, steps=200):
    """Return the best probabilities that scores with this stride can give; goal (n, 1, 96, 160)."""
    up = UpBilinear(1, stride, learn=False)
    scores = torch.zeros(len(goal), 1, SHAPE[0] // stride, SHAPE[1] // stride, requires_grad=True)
    optimiser = torch.optim.Adam([scores], lr=0.5)
    for _step in range(steps):
        loss = bce_dice_loss(up(scores), goal)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return up(scores).sigmoid().detach()[:, 0].numpy()


predict("05-thin")

# %% key="thin"
for name, goal in goals.items():
    for stride in (32, 16, 8, 4):
        found = best(goal, stride)
        overlap = np.mean([dice(one > 0.5, true > 0.5) for one, true in zip(found, goal[:, 0].numpy(), strict=True)])
        print(name, stride, f"{overlap:.3f}")
reveal("05-thin")

# %% [markdown] key="explain-5"
# **Explain.** TODO
#
# **Change.** TODO

# %% [markdown] key="title"
# # 02 · Convolution
#
# *You write a kernel, let another one be learned, train a network that names planes, and find out what it
# knows of place.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 55 s on one processor core and 760 MB of memory, without a network
# connection. Reading and trying take about an hour. Run the cells one by one: Run All shows each result
# before you are asked. [Chapter 00](00_start.ipynb) says how a chapter works.
#
# ## You will be able to
#
# - **build** an edge map from nine weights, and let gradient descent find such weights;
# - **measure** in mm how far a network sees, by a formula and by experiment;
# - **tell apart** what a dense layer, a mean and a convolution know of place.

# %% key="setup" tags=["setup"]
import numpy as np
import torch
from fastai.torch_core import set_seed
from scipy.ndimage import maximum_filter
from torch import nn

from fetal_edu import learning, ops
from fetal_edu.figures import canvas, curves, feature_maps, number_table, overlay, show
from fetal_edu.learning import confusion, grouped_split, named_canvases, plane_learner, plane_loaders
from fetal_edu.lesson import check, forget, hint, predict, predictions, quiz, reveal
from fetal_edu.nets import PlaneCNN, count_parameters
from fetal_edu.phantom import draw, draw_head

# %% [markdown] key="why"
# ## Why a sonographer cares
#
# Head circumference is measured in one plane: the transthalamic. Tilt the probe a little, and the
# cerebellum comes into view: again a bright oval with a midline. The pictures show one fetus in both
# planes, with the true outline and its length.

# %% key="two-planes"
figure, panels = canvas(1, 2, height=3.6)
for plane, ax in zip(("transthalamic", "transcerebellar"), panels, strict=True):
    one = draw(plane, 7, weeks=21, difficulty=0.2)
    ellipse = one.truth["ellipse"]
    title = f"{plane}: {ellipse.circumference:.0f} mm"
    overlay(one.image, truth=ellipse, spacing=one.spacing, title=title, ax=ax)
show(figure)

# %% [markdown] key="loop-1"
# The wrong plane costs 11 mm, almost six days of gestational age. So before anything is measured, somebody
# has to name the plane. By the end of this chapter, a network does.
#
# ## 1 A kernel by hand
#
# A **kernel** is a small table of weights. Lay it on a picture, multiply each weight by the pixel beneath
# it, and add up. The sum is one number of a new map. Then move on by one pixel. That is a **convolution**.
#
# This kernel takes the mean of three pixels, less that of the three above. The window lies on the upper
# skull. A pixel is half a mm wide.

# %% key="window"
DOWN = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]], np.float32) / 3
head = draw_head(7, weeks=21, difficulty=0, shape=(128, 192))
window = 255 * head.image[13:16, 95:98]
figure, panels = canvas(1, 3, height=2.8)
number_table(window, title="window", ax=panels[0])
number_table(DOWN, digits=2, title="kernel DOWN", ax=panels[1])
number_table(window * DOWN, title="window × kernel", ax=panels[2])
show(figure)
print(f"they add up to {(window * DOWN).sum():.0f}: so much brighter it gets, downwards")
predict("02-edge")


# %% key="edges"
def filtered(picture, kernel):
    """Return a map of the picture's size; the border's pixels are repeated outwards."""
    wider = np.pad(picture, len(kernel) // 2, mode="edge")
    return ops.conv2d(wider[None, None], kernel[None, None])[0, 0]


edges = {"along the beam": filtered(head.image, DOWN), "across it": filtered(head.image, DOWN.T)}
ellipse, answers = head.truth["ellipse"], {}
points = ellipse.points(90)  # (90, 2), in mm
rows, columns = np.round(points / head.spacing).astype(int).T
turn = np.degrees(np.arctan2(points[:, 0] - ellipse.row, points[:, 1] - ellipse.column)) % 360
for name, answer in edges.items():
    strongest = 255 * maximum_filter(abs(answer), 5)[rows, columns]  # within 2 pixels, 1 mm
    answers[name] = np.sort(turn), strongest[turn.argsort()]
    print(f"{name:14} {strongest.mean():3.0f} grey levels, on average around the head")

# %% key="around"
edges["7 × 7 mean"] = filtered(head.image, np.full((7, 7), 1 / 49))
show(feature_maps(list(edges.values()), titles=list(edges), columns=3))
where = "place around the head (0 right, 90 below, 180 left, 270 above)"
show(curves(answers, x=where, y="answer (grey levels)"))
reveal("02-edge")

# %% [markdown] key="explain-1"
# **Explain.** Both kernels have the same weights; one is the other, turned. But the skull shines where it
# faces the beam, above and below, and fades along its sides ([chapter 01](01_ultrasound.ipynb)). So what a
# kernel finds depends on the physics, too. Brown is "brighter", violet "darker": a bright line answers
# twice.
#
# The third map comes from equal weights: a blur. It calms speckle and widens the skull.
#
# **Change.** Take `(DOWN + DOWN.T) / 2` as the first kernel. Where around the head does it answer most?
#
# ## 2 A kernel that is learned
#
# Nobody writes the kernels of a network. They begin by chance, and **gradient descent** changes them: it
# asks how the error grows with each weight, and takes a small step against it, again and again. Here the
# examples are a picture and its edge map by `DOWN`. Does the kernel come back?


# %% key="learn"
def learn(picture, steps):
    picture = torch.from_numpy(picture)[None, None]  # (1, 1, rows, columns)
    wanted = nn.functional.conv2d(picture, torch.from_numpy(DOWN)[None, None])
    set_seed(0)
    layer = nn.Conv2d(1, 1, kernel_size=3, bias=False)  # weights by chance
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.02)
    for _step in range(steps):
        loss = ((layer(picture) - wanted) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()  # how does the loss grow with each weight?
        optimiser.step()  # a small step against it
    return layer.weight[0, 0].detach().numpy(), float(100 * (loss / (wanted**2).mean()) ** 0.5)


predict("02-learn")

# %% key="learned"
piece = head.image[:64, 48:144].copy()  # the upper half of the skull
noise = np.random.default_rng(0).uniform(size=piece.shape).astype(np.float32)
tries = {"head, 200 steps": (piece, 200), "head, 2000 steps": (piece, 2000), "noise, 200 steps": (noise, 200)}
figure, panels = canvas(1, 4, width=12, height=3)
number_table(DOWN, digits=2, title="DOWN", ax=panels[0])
for (name, (picture, steps)), ax in zip(tries.items(), panels[1:], strict=True):
    kernel, off = learn(picture, steps)
    print(f"{name:16} map off by {off:4.2f} %, weights by up to {abs(kernel - DOWN).max():.2f}")
    number_table(kernel, digits=2, title=name, ax=ax)
show(figure)
reveal("02-learn")

# %% [markdown] key="explain-2"
# **Explain.** Neighbouring pixels of the head are alike: they share a resolution cell. What one weight has
# too much, its neighbour may have too little; the map hardly shows it, so the loss hardly pulls. In noise
# every pixel speaks for itself, and nine weights come back at once.
#
# So data decide how well a weight is known. Two trainings may end with other kernels and equal maps: look
# at maps, not at kernels.
#
# **Change.** Ask for `wanted.abs()`: add `.abs()` to the line that makes `wanted`. How far down does the
# error get? Why can't one kernel do that?
#
# ## 3 How far does a network see?
#
# A 3 × 3 kernel sees 1.5 mm of this picture, an eye of the fetus is 10 mm wide, its head 60. A network lays
# convolutions one over the other, sets negative numbers to zero between them (ReLU), and halves the maps by
# **max pooling**, which keeps the largest of 2 × 2 numbers ([chapter 03](03_pooling.ipynb)). The
# **receptive field** of a number is all that it sees of the picture.
#
# ### Explorer: what a number sees
#
# Move over any map, by mouse or arrow keys.
#
# 1. Find the largest number of the last map. How many mm does it see, and which part of the skull?
# 2. Go to a pixel of the image. How many numbers of each map does it reach?
# 3. Take `DOWN.T` for the second kernel. What is left of the skull?
#
# `print(explorer.describe())` says it in words.

# %% key="explorer"
from fetal_edu.widgets import Conv, LayerExplorer, MaxPool, Relu

corner = head.image[4:52, 24:72]  # 24 × 24 mm, the upper left of the skull
layers = [Conv(DOWN), Relu(), MaxPool(2), Conv(DOWN), Relu(), MaxPool(2)]
explorer = LayerExplorer(corner, layers, spacing=head.spacing)
explorer

# %% [markdown] key="field-text"
# Now the network that shall name planes: eight convolutions, three halvings. It gets smaller pictures, with
# a pixel about 1 mm wide.

# %% key="plan"
SIZE, PLANES = (64, 96), ("transthalamic", "transcerebellar", "abdomen", "4C", "face")


def two_conv(n_in, n_out):  # batch normalisation keeps the numbers in a range where training goes fast
    one, other = (nn.Conv2d(n, n_out, 3, padding=1, bias=False) for n in (n_in, n_out))
    return nn.Sequential(one, nn.BatchNorm2d(n_out), nn.ReLU(), other, nn.BatchNorm2d(n_out), nn.ReLU())


set_seed(0)
half = nn.MaxPool2d(2)
features = nn.Sequential(
    two_conv(1, 8), half, two_conv(8, 16), half, two_conv(16, 32), half, two_conv(32, 32)
).eval()
print("last maps:", tuple(features(torch.zeros(1, 1, *SIZE)).shape))  # batch, maps, rows, columns


# %% key="sight"
def seen_by_one(features, looks=20):
    """Return how strongly each pixel of 96 × 96 moves one number in the middle of the last maps."""
    total = torch.zeros(96, 96)
    for _look in range(looks):  # noise, many times: some paths are closed by a ReLU or a lost maximum
        picture = torch.rand(1, 1, 96, 96, requires_grad=True)
        number = features(picture)[0, :, 6, 6].sum()
        total += torch.autograd.grad(number, picture)[0][0, 0].abs()
    return total.numpy()


predict("02-field")

# %% key="field"
steps = (1, 2, 4, 8)  # mm from one number to the next, before and after each halving
formula = 1 + sum(2 * 2 * step for step in steps) + sum(1 * step for step in steps[:3])
share = seen_by_one(features).sum(axis=0)
share /= share.sum()
middle = np.count_nonzero(abs(np.cumsum(share) - 0.5) < 0.25)
print(f"by the formula {formula} mm, measured {np.count_nonzero(share)} mm; half of it in {middle} mm")
show(curves({"sum of each column": (np.arange(-52, 44), 100 * share)}, x="place (mm)", y="influence (%)"))
reveal("02-field")

# %% [markdown] key="explain-3"
# **Explain.** A 3 × 3 kernel reaches one step to each side, so it adds two steps. Behind three halvings a
# step is 8 mm. A pooling adds one. Formula and gradient agree: beyond 68 mm, no pixel has any influence.
#
# Within, influence is not even: many paths lead from the middle to the number, few from the rim. Half of it
# comes from 20 mm.
#
# **Change.** Without halving: `half = nn.Identity()`, and 48 in place of both 6 in `seen_by_one`. How many
# mm are left? After part 4, ask `seen_by_one(pooled.features)`: has training widened the view?
#
# ## 4 A network that names planes
#
# Seventy patients, each in five planes; 4C is the heart with its four chambers. Pictures of one patient
# share body, machine and gain. So the patients are split, not the pictures: whoever is tested was never
# seen.

# %% key="patients"
ages, samples = np.random.default_rng(2), []
for patient in range(70):
    weeks = ages.uniform(18, 24)
    samples += [draw(plane, patient, weeks=weeks, shape=SIZE) for plane in PLANES]
images, numbers = named_canvases(samples, PLANES, canvas=SIZE)  # (350, 1, 64, 96) bytes, (350,)
train, test = grouped_split([sample.group for sample in samples], share=0.28)
true, pixel_mm = numbers[test].numpy(), np.mean([sample.spacing[1] for sample in samples])
print(f"{len(train)} pictures to learn from, {len(test)} to test on, a pixel is {pixel_mm:.2f} mm on average")
figure, panels = canvas(2, 5, width=12, height=3.6)
for at, ax in zip(test, panels.ravel(), strict=False):
    overlay(samples[at].image, spacing=samples[at].spacing, title=samples[at].plane, ax=ax)
show(figure)

# %% [markdown] key="head-text"
# The last maps are 32 maps of 8 × 12 numbers. The **head** of the network makes five numbers of them, one
# for each plane; the largest one is the name. This head takes the mean of each map, and weights the means.


# %% key="hand"
class HandCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = features
        self.name = nn.Linear(32, len(PLANES))

    def forward(self, image):
        maps = self.features(image)  # (B, 32, 8, 12)
        means = maps.mean(dim=(2, 3))  # (B, 32)
        return self.name(means)  # (B, 5)


# %% key="agree"
mine, theirs = HandCNN().eval(), PlaneCNN(len(PLANES), size=SIZE, head="pooled").eval()
mine.load_state_dict(dict(zip(mine.state_dict(), theirs.state_dict().values(), strict=True)))
apart = (mine(images[:4] / 255) - theirs(images[:4] / 255)).abs().max()
print(f"{count_parameters(mine):,} weights, the library's {count_parameters(theirs):,}; {apart:.1g} apart")
predict("02-planes")


# %% key="train"
def taught(head, images=images, seed=0, progress=False):
    """Return a network with that head, after twelve passes over the pictures to learn from."""
    set_seed(seed)  # fixes the first weights and the order of the pictures
    loaders = plane_loaders((images[train], numbers[train]), (images[test], numbers[test]))
    net = PlaneCNN(len(PLANES), size=SIZE, head=head)
    plane_learner(loaders, net, bf16=False, progress=progress).fit_one_cycle(12, 4e-3)
    return net.eval()


def names(net, images):
    return learning.plane_probabilities(net, images).argmax(axis=1)


pooled = taught("pooled", progress=True)

# %% key="table"
named = names(pooled, images[test])
print(f"{np.mean(named == true):.0%} of {len(test)} pictures are named rightly; by guessing, 20 % would be")
table = confusion(true, named, len(PLANES))
show(number_table(table, rows=PLANES, columns=PLANES, down="true plane", across="named by the network"))
reveal("02-planes")

# %% key="maps"
picture = images[test[2]][None] / 255  # (1, 1, 64, 96), an abdomen
with torch.inference_mode():
    first, last = pooled.features[0](picture)[0], pooled.features(picture)[0]  # (8, 64, 96), (32, 8, 12)
    weights = pooled.head[2].weight[PLANES.index("abdomen")]  # (32,)
    evidence = (weights[:, None, None] * last).sum(dim=0)  # (8, 12); its mean, and a bias, make the number
liveliest = first.std(dim=(1, 2)).argsort(descending=True)
shown = [picture[0, 0], *first[liveliest[:3]], last[last.std(dim=(1, 2)).argmax()], evidence]
titles = ["picture", *["of the first maps"] * 3, "of the last maps", "for 'abdomen'"]
show(feature_maps([one.numpy() for one in shown], titles=titles, columns=3))

# %% [markdown] key="explain-4"
# **Explain.** In our runs with three seeds, about 80 % were right, and almost all that was wrong were the
# two planes of the head: there it does little better than a coin. What tells them apart is a cerebellum of
# 20 mm with faint borders, in a skull that looks the same. Adjacent planes are the hard ones, also for
# people.
#
# The first maps are edges and speckle. The last ones are coarse: one number for each 8 mm. The sixth map is
# what the head adds up for "abdomen", place by place.
#
# **Change.** `pooled = taught("pooled", seed=1)`, and the table again. Which errors stay?
#
# ## 5 Claim on trial: a dense layer forgets where
#
# The classical head is a **dense** (fully connected) layer: lay all 32 × 8 × 12 numbers in one row, and
# give each its own weight for each plane. Reviews say that such a layer can't keep where things are. The
# mean can't, for sure. Let us see.

# %% key="dense"
dense = taught("dense")
NETS = {"pooled": pooled, "dense": dense}
for name, net in NETS.items():
    right = np.mean(names(net, images[test]) == true)
    print(f"{name:6} {count_parameters(net.head):6,} weights in the head, {right:.0%} right")

ORDER = torch.from_numpy(np.random.default_rng(0).permutation(8 * 12))  # one and the same for all pictures


def shuffled(maps):  # (..., 8, 12)
    return maps.flatten(-2)[..., ORDER].reshape(maps.shape)


predict("02-shuffle")

# %% key="shuffle"
with torch.no_grad():
    for name, net in NETS.items():
        maps = net.features(images[test] / 255)  # (n, 32, 8, 12)
        found = net.head(shuffled(maps)).argmax(dim=1).numpy()
        print(f"{name:6} places shuffled: {np.mean(found == true):.0%} right")
    weights = shuffled(dense.head[1].weight.reshape(5, 32, 8, 12))
    again = shuffled(maps).flatten(1) @ weights.flatten(1).T + dense.head[1].bias
    print(f"dense, weights shuffled alike: outputs at most {(again - net.head(maps)).abs().max():.0e} apart")
reveal("02-shuffle")

# %% [markdown] key="more-text"
# Three more experiments:
#
# - **Shuffle the pixels** instead, one order for all pictures, and train anew.
# - **Move** the test pictures to the right.
# - **Ask for the place.** From the pooled network's last maps, fit a weighted sum that tells how far the
#   body's middle lies from the picture's, in mm: once from all numbers, once from the means.

# %% key="pixels"
pixels = torch.from_numpy(np.random.default_rng(1).permutation(64 * 96))
scrambled = images.flatten(2)[..., pixels].reshape(images.shape)
found = names(taught("pooled", scrambled), scrambled[test])
print(f"pixels shuffled, trained anew: {np.mean(found == true):.0%} right")


def moved(picture, by):  # to the right by so many pixels; what comes in is black
    return nn.functional.pad(picture, (32 + by, 32 - by))[..., 32:-32]


BY, lines = np.arange(0, 25, 4), {}
for name, net in NETS.items():
    right = [100 * np.mean(names(net, moved(images[test], int(by))) == true) for by in BY]
    lines[name] = BY * pixel_mm, right
show(curves(lines, x="moved to the right (mm)", y="right (%)"))

# %% key="place"
PART = dict(zip(PLANES, ("head", "head", "abdomen", "heart", "face"), strict=True))
by = np.random.default_rng(3).integers(-16, 17, len(samples))  # each picture moved by chance
columns = [np.nonzero(one.mask(PART[one.plane]))[1].mean() for one in samples]
place = (np.array(columns) + by - 47.5) * [one.spacing[1] for one in samples]  # mm from the middle
with torch.inference_mode():
    maps = [pooled.features(moved(one, int(n))[None] / 255) for one, n in zip(images, by, strict=True)]
    maps = torch.cat(maps).double()  # (350, 32, 8, 12)
for name, x in (("all numbers", maps.flatten(1).numpy()), ("means", maps.mean(dim=(2, 3)).numpy())):
    x, y = x - x[train].mean(axis=0), place - place[train].mean()
    fit = x[train].T @ np.linalg.solve(x[train] @ x[train].T + 100 * np.eye(len(train)), y[train])
    print(f"from {name:11}: off by {abs(x[test] @ fit - y[test]).mean():.1f} mm on average")
print(f"guessing the mean place: {abs(y[test]).mean():.1f} mm")

# %% [markdown] key="explain-5"
# **Explain.** Who forgets what?
#
# - **Both answers** hold no place: five numbers, whatever the head.
# - **The mean** forgets every place. A shuffle changes nothing, and a moved head keeps its name.
# - **The dense layer** knows each place by its own weights, like hooks in a cloakroom. It does not know
#   which hooks are neighbours: shuffle hooks and weights alike, and nothing has changed. What it has
#   learned at one place it can't use at another, so a moved head loses its name.
# - **Convolutions** live on neighbours. With shuffled pixels little more is left to learn than how grey a
#   picture is.
# - **The last maps** still hold the place, to about 4 mm. A dense layer could tell it, if it were asked;
#   the mean could not.
#
# So what is lost for certain is neighbourhood, and place in the answer. Chapter 05 will keep both: a
# network that answers with a map.
#
# **Change.** Show both a larger picture: `pooled(torch.zeros(1, 1, 80, 128))`, then `dense`. What does the
# message say?
#
# ## Exercises
#
# Write each body in place of the dots and run the cell. Stuck? Run `hint("convolve")` in a cell of its own;
# there are three hints for each. 1 and 2 are for everyone, 3 goes further.
#
# 1. **Convolution**, one map and one kernel. When it is right: what does `convolve(head.image, DOWN)` lose
#    against `edges["along the beam"]`, and where?
# 2. **Size of the output.** Then ask how large our last maps would be without padding: eight times
#    `output_size(n, 3, 1, 0)`, with `output_size(n, 2, 2, 0)` after each two, from 64 on.
# 3. **A convolution layer**: many maps in, many out, and a bias.


# %% key="convolve" tags=["exercise", "check"]
def convolve(image, kernel):
    """Lay `kernel` on each place of `image` where it fits wholly, multiply and add up; return all sums.

    The kernel is not turned.
    """
    # <solution>
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return (windows * kernel).sum(axis=(2, 3))
    # </solution>


check("convolve", convolve)


# %% key="output-size" tags=["exercise", "check"]
def output_size(size, kernel, stride, padding):
    """Return how many windows of `kernel` pixels fit into a row of `size` pixels.

    `padding` zeros are laid on either side; the first window begins at the first of them, and each next one
    `stride` pixels further.
    """
    # <solution>
    return (size + 2 * padding - kernel) // stride + 1
    # </solution>


check("output-size", output_size)


# %% key="convolve-channels" tags=["exercise", "check"]
def convolve_channels(maps, kernels, bias):
    """Return n_out maps, as large as the kernels leave them.

    `maps` is (n_in, rows, columns), `kernels` (n_out, n_in, height, width), `bias` (n_out,). Each output map
    adds up what its kernels find in all input maps, and its bias.
    """
    # <solution>
    each = [sum(convolve(m, k) for m, k in zip(maps, of, strict=True)) for of in kernels]
    return np.array(each) + np.asarray(bias)[:, None, None]
    # </solution>


check("convolve-channels", convolve_channels)

# %% [markdown] key="quiz-text"
# ## Quiz
#
# Every answer gets a comment, so a wrong one is worth a click too. Your five predictions stand below.

# %% key="quiz"
quiz("02")

# %% key="predictions"
predictions("02")

# %% [markdown] key="summary"
# ## Summary
#
# 1. A convolution lays one kernel on every place; what it finds in ultrasound depends on the beam, too.
# 2. Gradient descent finds kernels from examples, as well as the examples tell the weights apart.
# 3. Eight 3 × 3 kernels and three halvings see 68 pixels, most of all the middle ones.
# 4. A small network names far planes almost always, and adjacent planes little better than a coin.
# 5. A mean over the map forgets place; a dense layer knows places, but neither neighbours nor other sizes.
#
# ## Limits
#
# This is teaching material and not a medical device. The pictures are simulated, small and few, and show
# nothing but these five planes; a real examination shows many others. Nineteen test patients make one
# percent about one picture. Passes and sizes were chosen so that the chapter runs in class.
#
# ## Further reading
#
# - V. Dumoulin, F. Visin: A guide to convolution arithmetic for deep learning. 2016.
#   [10.48550/arXiv.1603.07285](https://doi.org/10.48550/arXiv.1603.07285)
# - W. Luo and others: Understanding the effective receptive field in deep convolutional neural networks.
#   NIPS
#   2016. [10.48550/arXiv.1701.04128](https://doi.org/10.48550/arXiv.1701.04128)
# - X. Burgos-Artizzu and others: Evaluation of deep convolutional neural networks for automatic
#   classification of common maternal fetal ultrasound planes. Sci Rep 2020, 10: 10200.
#   [10.1038/s41598-020-67076-5](https://doi.org/10.1038/s41598-020-67076-5)

# %% [markdown] key="title"
# # 02 · Convolution
#
# *You write a kernel, let another one be learned, train a network that names planes, and find out what it
# knows of place.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 55 s on one processor core and 710 MB of memory, without a network
# connection. Reading and trying take an hour and a half. Run the cells one by one: Run All shows each result
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
from sklearn.linear_model import Ridge
from torch import nn

from fetal_edu import learning, ops
from fetal_edu.figures import canvas, curves, feature_maps, number_table, overlay, show
from fetal_edu.learning import confusion, grouped_split, named_canvases, plane_learner, plane_loaders
from fetal_edu.lesson import check, forget, hint, predict, predictions, quiz, reveal
from fetal_edu.measure import weeks_from_hc
from fetal_edu.nets import PlaneCNN, count_parameters
from fetal_edu.phantom import draw, draw_head

# %% [markdown] key="why"
# ## Why a sonographer cares
#
# Head circumference, HC, is measured in one plane: the transthalamic. Tilt the probe a little, and the
# cerebellum comes into view, faintly, on the right. The pictures show one fetus in both planes, with the true
# outline, its length, and the age that belongs to such an HC.

# %% key="two-planes"
figure, panels = canvas(1, 2, height=3.6)
for plane, ax in zip(("transthalamic", "transcerebellar"), panels, strict=True):
    one = draw(plane, 7, weeks=21, difficulty=0.2)
    ellipse = one.truth["ellipse"]
    hc_mm = ellipse.circumference
    title = f"{plane}: {hc_mm:.1f} mm, {weeks_from_hc(hc_mm).value:.1f} weeks"
    overlay(one.image, truth=ellipse, spacing=one.spacing, title=title, ax=ax)
show(figure)

# %% [markdown] key="loop-1"
# The wrong plane costs almost 12 mm, and that is almost a week of gestational age. So before anything is
# measured, somebody has to name the plane. In part 4, a network does.
#
# ## 1 A kernel by hand
#
# A **kernel** is a small table of weights. Lay it on a picture, multiply each weight by the pixel beneath
# it, and add up. The sum is one number of a new map. Then move on by one pixel. That is a **convolution**.
#
# This kernel takes the mean of the three lower pixels, less the mean of the three upper ones. The window
# lies on the upper skull. A pixel is half a mm wide.

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
    return ops.conv2d(wider[None, None], kernel[None, None])[0, 0]  # one picture, one channel


edges = {"along the beam": filtered(head.image, DOWN), "across it": filtered(head.image, DOWN.T)}
outline = head.truth["ellipse"].points(90) / head.spacing  # pixels: right, below, left, above
rows, columns = np.round(outline).astype(int).T
answers = {}
for name, answer in edges.items():
    strongest = maximum_filter(abs(answer), 5)  # of the 5 × 5 pixels around each one, whatever the sign
    answers[name] = np.arange(90), 255 * strongest[rows, columns]
    print(f"{name:14} {answers[name][1].mean():3.0f} grey levels, on average around the head")

# %% key="around"
edges["7 × 7 mean"] = filtered(head.image, np.full((7, 7), 1 / 49))
shown = [answer[:, 16:] for answer in edges.values()]  # without the grey bar on the left
figure = feature_maps(shown, titles=list(edges), columns=3, shared=True)
show(figure, alt="Along the beam, the skull answers above and below; across it, faintly. The mean is a blur.")
ax = curves(answers, x="place on the skull", y="answer (grey levels)")
ax.set_xticks(np.arange(0, 91, 22.5), ["right", "below", "left", "above", "right"])
show(ax)
reveal("02-edge")

# %% [markdown] key="explain-1"
# **Explain.** Both kernels have the same weights; one is the other, turned. But the skull shines where it
# faces the beam, above and below, and fades on its sides ([chapter 01](01_ultrasound.ipynb)). So what a
# kernel finds depends on the physics, too. Orange means "it gets brighter", violet "darker", downwards in
# the first map and to the right in the second. A bright line answers twice.
#
# The third map, from equal weights, is a blur: it calms speckle and widens the skull.
#
# **Change.** In the cell with `edges`, take `(DOWN + DOWN.T) / 2` in place of the first `DOWN`. Where around
# the head does it answer most? Set it back and run both cells again: exercise 1 uses the map.
#
# ## 2 A kernel that is learned
#
# Nobody writes the kernels of a network. They begin as random numbers, and examples say what the map should
# be. The **loss** is one number: how far the map is from that. The **gradient** tells how fast the loss
# grows with each weight. **Gradient descent** moves each weight a little against its gradient, and repeats.
# Here the example is a picture and its edge map by `DOWN`.


# %% key="learn"
def learn(picture, steps):
    picture = torch.from_numpy(picture)[None, None]  # (1, 1, rows, columns)
    wanted = nn.functional.conv2d(picture, torch.from_numpy(DOWN)[None, None])
    set_seed(0)
    layer = nn.Conv2d(1, 1, kernel_size=3, bias=False)  # random weights
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.02)
    for _step in range(steps):
        loss = ((layer(picture) - wanted) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()  # the gradient: how fast the loss grows with each weight
        optimiser.step()  # a small step against it
    return layer.weight[0, 0].detach().numpy(), (loss / (wanted**2).mean()).sqrt().item()


predict("02-learn")

# %% key="learned"
piece = head.image[:64, 48:144].copy()  # the upper half of the skull
noise = np.random.default_rng(0).uniform(size=piece.shape).astype(np.float32)
tries = {"head, 200 steps": (piece, 200), "head, 2000 steps": (piece, 2000)}
tries["noise, 200 steps"] = (noise, 200)
figure, panels = canvas(1, 4, width=12, height=3)
number_table(DOWN, digits=2, title="DOWN", ax=panels[0])
for (name, (picture, steps)), ax in zip(tries.items(), panels[1:], strict=True):
    kernel, off = learn(picture, steps)  # off: as a share of the wanted map
    worst = abs(kernel - DOWN).max() / DOWN.max()
    print(f"{name:16} map off by {off:.1%}, weights by up to {worst:.0%} of the largest")
    number_table(kernel, digits=2, title=name, ax=ax)
show(figure)
reveal("02-learn")

# %% [markdown] key="explain-2"
# **Explain.** Look at the upper row after 200 steps: −0.40, −0.19 and −0.42 add up to −1.01. In `DOWN` it is
# −1. Neighbouring pixels of the head are alike, for they share a resolution cell. So what one weight has
# too much, its neighbour may have too little: the loss hardly changes. In noise, no pixel is like its
# neighbour, and all nine weights come back soon. On the head that takes 2000 steps.
#
# So different kernels can give nearly the same map: look at maps rather than at kernels.
#
# **Change.** Add `.abs()` at the end of the line that makes `wanted`. How small does the error get? Why
# can't one kernel do that? Then set it back.
#
# ## 3 How far does a network see?
#
# A 3 × 3 kernel sees 1.5 mm of this picture. The head is 66 mm long. So a network puts convolutions one
# behind the other. After each, **ReLU** sets negative numbers to zero. From time to time **max pooling**
# halves the maps: of 2 × 2 numbers it keeps the largest ([chapter 03](03_pooling.ipynb)). The **receptive
# field** of a number is all that it sees of the picture.
#
# ### Explorer: what a number sees
#
# Move over any map, by mouse or arrow keys. Layers, rows and columns are counted from 0.
#
# 1. Find the largest number of the last map. How many mm does it see, and which part of the skull?
# 2. Go to a pixel in the middle of the image. How many numbers of the last map does it reach?
# 3. Take `DOWN.T` for the second kernel. What is left of the skull?
#
# `print(explorer.describe())` says in words what is shown.

# %% key="explorer"
from fetal_edu.widgets import Conv, LayerExplorer, MaxPool, Relu

corner = head.image[4:52, 24:72]  # the upper left of the skull, half a mm a pixel
layers = [Conv(DOWN), Relu(), MaxPool(2), Conv(DOWN), Relu(), MaxPool(2)]
explorer = LayerExplorer(corner, layers, spacing=head.spacing)
explorer

# %% [markdown] key="field-text"
# Now the network that will name planes: eight convolutions, three halvings. How far does it see? For the
# experiment, PyTorch tells how strongly each pixel moves the numbers at one place of the last maps: the
# gradient.


# %% key="plan"
SIZE, PLANES = (64, 96), ("transthalamic", "transcerebellar", "abdomen", "4C", "face")


def two(n_in, n_out):
    layers = []
    for n in (n_in, n_out):
        kernels = nn.Conv2d(n, n_out, 3, padding=1, bias=False)  # zeros around: the maps keep their size
        layers += [kernels, nn.BatchNorm2d(n_out), nn.ReLU()]  # batch normalisation: training goes faster
    return nn.Sequential(*layers)


set_seed(0)
half = nn.MaxPool2d(2)
features = nn.Sequential(two(1, 8), half, two(8, 16), half, two(16, 32), half, two(32, 32)).eval()
print("last maps:", tuple(features(torch.zeros(1, 1, *SIZE)).shape))  # batch, maps, rows, columns


# %% key="sight"
def seen_by_one(features, looks=20):
    """Return how strongly each pixel of 96 × 96 moves the numbers in the middle of the last maps."""
    total = torch.zeros(96, 96)
    for _look in range(looks):  # noise, many times: some paths are closed by a ReLU or a lost maximum
        picture = torch.rand(1, 1, 96, 96, requires_grad=True)
        numbers = features(picture)[0, :, 6, 6]  # one place, all 32 maps
        total += torch.autograd.grad(numbers.sum(), picture)[0][0, 0].abs()
    return total.numpy()


predict("02-field")

# %% key="field"
steps = (1, 2, 4, 8)  # mm from one number to the next, before and after each halving
formula = 1 + sum(4 * step for step in steps) + sum(steps[:3])  # two kernels, two steps each; the halvings
share = seen_by_one(features).sum(axis=0)
share *= 100 / share.sum()  # % of the influence in each column
place = np.arange(96) - 52  # mm
seen, inner = place[share > 0], place[abs(np.cumsum(share) - 50) < 25]  # inner: from 25 to 75 %
print(f"by the formula {formula} mm, measured {len(seen)} mm; half of it in {len(inner)} mm")
lines = {"each column": (place, share), f"all: {len(seen)} mm": (seen, 0 * seen - 0.1)}
lines[f"half: {len(inner)} mm"] = inner, 0 * inner - 0.2
show(curves(lines, x="place (mm)", y="influence (%)"))
reveal("02-field")

# %% [markdown] key="explain-3"
# **Explain.** A 3 × 3 kernel reaches one step to each side, so it adds two steps; two kernels add four. A
# step is 1 mm at first and 8 mm behind three halvings: 4 + 8 + 16 + 32. A halving adds one step: 1 + 2 + 4.
# With the pixel itself, that makes 68 mm. The gradient agrees: outside, no pixel has any influence.
#
# Many paths lead from the middle to the number, few from the rim. So half of the influence comes from the 20
# columns in the middle.
#
# **Change.** Without halving: `half = nn.Identity()`, and 48 in place of both 6 in `seen_by_one`. How many
# mm does it measure? Set all back and run the three cells again: part 4 uses the network.
#
# ## 4 A network that names planes
#
# Seventy patients, each in five planes; 4C is the heart with its four chambers. Pictures of one patient
# share a body and a machine. So the patients are split, not the pictures: no test patient was seen before.

# %% key="patients"
ages, samples = np.random.default_rng(2), []
for patient in range(70):
    weeks = ages.uniform(18, 24)
    samples += [draw(plane, patient, weeks=weeks, shape=SIZE) for plane in PLANES]
images, numbers = named_canvases(samples, PLANES, canvas=SIZE)  # (350, 1, 64, 96) bytes, (350,)
train, test = grouped_split([sample.group for sample in samples], share=0.28)
true, pixel_mm = numbers[test].numpy(), np.mean([sample.spacing[1] for sample in samples])
print(f"{len(train)} pictures to learn from, {len(test)} to test on, pixels of {pixel_mm:.2f} mm on average")
figure, panels = canvas(2, 5, width=12, height=3.6)
for at, ax in zip(test, panels.ravel(), strict=False):
    overlay(samples[at].image, spacing=samples[at].spacing, title=samples[at].plane, ax=ax)
show(figure)

# %% [markdown] key="head-text"
# The last maps are 32 grids of 8 × 12 numbers. What makes an answer out of them is called the **head of the
# network** (nothing to do with the fetal head). It gives five scores; the largest one is the name. Our head
# takes the mean of each map: 32 numbers. A score is a weighted sum of them.
#
# The library's `PlaneCNN` is the same network: with its weights, ours gives the same scores. A fastai
# `Learner` trains it, in ten passes (**epochs**) over the pictures. After each, the table shows how the test
# patients do: `valid_loss`, and `share_right`, where 1 is all. We choose nothing by them.


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
# the same weights in the same order, under other names
mine.load_state_dict(dict(zip(mine.state_dict(), theirs.state_dict().values(), strict=True)))
apart = (mine(images[:4] / 255) - theirs(images[:4] / 255)).abs().max()
print(f"{count_parameters(mine):,} weights, library {count_parameters(theirs):,}; scores {apart:.1g} apart")
predict("02-planes")


# %% key="train"
def taught(head, images=images, seed=0, progress=False):
    """Return a network with that head, after ten passes over the pictures to learn from."""
    set_seed(seed)  # fixes the first weights and the order of the pictures
    loaders = plane_loaders((images[train], numbers[train]), (images[test], numbers[test]))
    net = PlaneCNN(len(PLANES), size=SIZE, head=head)
    plane_learner(loaders, net, bf16=False, progress=progress).fit_one_cycle(10, 4e-3)  # largest step
    return net.eval()


def names(net, images):
    return learning.plane_probabilities(net, images).argmax(axis=1)


pooled = taught("pooled", progress=True)

# %% key="table"
named = names(pooled, images[test])
right = named == true
print(f"{right.mean():.0%} of {len(test)} pictures are named rightly, by guessing 20%")
print(f"the two planes of the head: {right[true < 2].mean():.0%}, the others: {right[true > 1].mean():.0%}")
table = confusion(true, named, len(PLANES))
show(number_table(table, rows=PLANES, columns=PLANES, down="true plane", across="named by the network"))
reveal("02-planes")

# %% key="maps"
picture = images[test[7]][None] / 255  # (1, 1, 64, 96), an abdomen
with torch.inference_mode():
    first, last = pooled.features[0](picture)[0], pooled.features(picture)[0]  # (8, 64, 96), (32, 8, 12)
    weights = pooled.head[2].weight[2:]  # (3, 32), of abdomen, 4C and face
    evidence = (weights[:, :, None, None] * last).sum(dim=1).numpy()  # (3, 8, 12)
liveliest = first.std(dim=(1, 2)).argsort(descending=True)[:2]
shown = [picture[0, 0].numpy(), *first[liveliest].numpy()]
show(feature_maps(shown, titles=["picture", *["of the first maps"] * 2], columns=3))
titles = [f"for '{plane}': {one.mean():.1f}" for plane, one in zip(PLANES[2:], evidence, strict=True)]
figure = feature_maps(evidence, titles=titles, columns=3, shared=True)
show(figure, alt="The body speaks for 'abdomen', the rim below for '4C'. " + ", ".join(titles))

# %% [markdown] key="explain-4"
# **Explain.** With three seeds, that is, other first weights, 75 to 79 % were right. Most errors are between
# the two planes of the head: there the network is hardly better than a coin. What tells them apart is a
# cerebellum of 20 mm with faint borders, in the same skull.
#
# The first maps show edges and speckle. Below stands, for three names, what each place of the last maps
# adds: orange speaks for the name, violet against it. The mean, in the title, is the score, but for a
# constant.
#
# **Change.** In a cell of its own, `other = taught("pooled", seed=1)`, then
# `confusion(true, names(other, images[test]), 5)`. Which errors stay?
#
# ## 5 Claim on trial: a dense layer forgets where
#
# The classical head is a **dense** (fully connected) layer: lay all 32 × 8 × 12 numbers in one row, and
# give each number its own weight for each plane. The review that this course follows says that such a
# layer can't keep spatial relations. What about the mean, then?

# %% key="dense"
dense = taught("dense")
NETS = {"pooled": pooled, "dense": dense}
for name, net in NETS.items():
    right = np.mean(names(net, images[test]) == true)
    print(f"{name:6} {count_parameters(net.head):6,} weights in the head, {right:.0%} right")

ORDER = torch.from_numpy(np.random.default_rng(0).permutation(8 * 12))  # the same for all pictures


def shuffled(maps):  # (..., 8, 12)
    return maps.flatten(-2)[..., ORDER].reshape(maps.shape)


predict("02-shuffle")

# %% key="shuffle"
with torch.no_grad():
    for name, net in NETS.items():
        maps = net.features(images[test] / 255)  # (n, 32, 8, 12)
        found = net.head(shuffled(maps)).argmax(dim=1).numpy()
        print(f"{name:6} places shuffled: {np.mean(found == true):.0%} right")
    layer = dense.head[1]  # maps are still those of the dense network
    weights = shuffled(layer.weight.reshape(5, 32, 8, 12))
    again = shuffled(maps).flatten(1) @ weights.flatten(1).T + layer.bias
    apart = (again - dense.head(maps)).abs().max()
    print(f"dense, its weights shuffled alike: scores at most {apart:.6f} apart")
reveal("02-shuffle")

# %% [markdown] key="more-text"
# Three more experiments:
#
# - **Shuffle the pixels** instead, in one order for all pictures, and train anew.
# - **Move** the test pictures to the right.
# - **Ask for the place.** How many mm to the right of the picture's middle lies the middle of the body? A
#   weighted sum of the pooled network's last maps shall tell: once of all numbers, once of the means.

# %% key="pixels"
scrambled = images.flatten(2)[..., np.random.default_rng(1).permutation(64 * 96)].reshape(images.shape)
found = names(taught("pooled", scrambled), scrambled[test])
print(f"pixels shuffled, trained anew: {np.mean(found == true):.0%} right")


def moved(picture, by):  # to the right by so many pixels; what comes in is black
    return nn.functional.pad(picture, (32 + by, 32 - by))[..., 32:-32]


BY, lines = np.arange(0, 25, 4), {}
for name, net in NETS.items():
    right = [100 * np.mean(names(net, moved(images[test], int(by))) == true) for by in BY]
    lines[name] = BY * pixel_mm, right
lines["guessing"] = BY * pixel_mm, 20 + 0 * BY
show(curves(lines, x="moved to the right (mm)", y="named rightly (%)"))

# %% key="place"
PART = dict(zip(PLANES, ("head", "head", "abdomen", "heart", "face"), strict=True))
by = np.random.default_rng(3).integers(-16, 17, len(samples))  # each picture moved by chance
columns = [np.nonzero(one.mask(PART[one.plane]))[1].mean() for one in samples]
place = (np.array(columns) + by - 47.5) * [one.spacing[1] for one in samples]  # mm from the middle
with torch.inference_mode():
    maps = [pooled.features(moved(one, int(n))[None] / 255) for one, n in zip(images, by, strict=True)]
    maps = torch.cat(maps).double()  # (350, 32, 8, 12)
for name, x in {"all numbers": maps.flatten(1).numpy(), "means": maps.mean(dim=(2, 3)).numpy()}.items():
    fit = Ridge(alpha=100).fit(x[train], place[train])  # a weighted sum; alpha keeps the weights small
    print(f"from {name:11}: off by {abs(fit.predict(x[test]) - place[test]).mean():.1f} mm on average")
print(f"the mean place, always: {abs(place[test] - place[train].mean()).mean():.1f} mm")

# %% [markdown] key="explain-5"
# **Explain.** With unmoved pictures, both heads name equally well: 75 to 79 % with three seeds. Who forgets
# what?
#
# - **The mean** forgets every place. A shuffle changes nothing, and most moved bodies keep their names.
# - **The dense layer** has weights for each place, like numbered hooks in a cloakroom. Shuffle what hangs
#   there, and many names are wrong. Shuffle the weights alike, and all is as before: it does not know
#   which hooks are neighbours. What it has learned at one place it can't use at another: many moved bodies
#   lose their names.
# - **Convolutions** live on neighbours. With shuffled pixels, only about half was right.
# - **The last maps** still hold the place, to about 4 mm. A dense layer could tell it, if it were asked;
#   from the means, it is a guess.
#
# So the claim is half true: a dense layer keeps place, but not neighbourhood. Five scores hold neither.
# [Chapter 05](05_fcn.ipynb) will keep both: a network that answers with a map.
#
# **Change.** Show both a larger picture: `pooled(torch.zeros(1, 1, 80, 128))`, then `dense`. What happens?
#
# ## Exercises
#
# Write each body in place of the dots and run the cell. Stuck? Run `hint("convolve")` in a cell of its
# own, up to three times. 1 and 2 are for everyone, 3 goes further.
#
# 1. **Convolution**, one map and one kernel. When it is right: what does `convolve(head.image, DOWN)` lose
#    against `edges["along the beam"]`, and where?
# 2. **Size of the output.** When it is right: how many rows would our last maps have without padding? Begin
#    with 64; eight times `output_size(n, 3, 1, 0)`, and `output_size(n, 2, 2, 0)` after each two but the
#    last.
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
# Every answer gets a comment. Your five predictions stand below.

# %% key="quiz"
quiz("02")

# %% key="predictions"
predictions("02")

# %% [markdown] key="summary"
# ## Summary
#
# 1. A convolution lays one kernel on every place; what it finds in ultrasound depends on the beam, too.
# 2. Gradient descent finds kernels from examples; different kernels can give nearly the same map.
# 3. Eight 3 × 3 kernels and three halvings see 68 pixels, most of all the middle ones.
# 4. Our small network names different planes almost always, adjacent planes hardly better than a coin.
# 5. A mean over the map forgets place; a dense layer knows places, but neither neighbours nor other sizes.
#
# ## Limits
#
# This is teaching material and not a medical device. The pictures are simulated, small and few, and show
# nothing but these five planes. There are 95 test pictures, so one percent is one picture. Passes and sizes
# were chosen so that the chapter runs in class.
#
# ## Further reading
#
# - V. Dumoulin, F. Visin: A guide to convolution arithmetic for deep learning. 2016.
#   [10.48550/arXiv.1603.07285](https://doi.org/10.48550/arXiv.1603.07285)
# - W. Luo and others: Understanding the effective receptive field in deep convolutional neural networks
#   (NIPS 2016). [10.48550/arXiv.1701.04128](https://doi.org/10.48550/arXiv.1701.04128)
# - X. Burgos-Artizzu and others: Evaluation of deep convolutional neural networks for automatic
#   classification of common maternal fetal ultrasound planes. Sci Rep 2020, 10: 10200.
#   [10.1038/s41598-020-67076-5](https://doi.org/10.1038/s41598-020-67076-5)

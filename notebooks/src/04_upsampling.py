# %% [markdown] key="title"
# # 04 · Upsampling
#
# *You bring small maps back to full size in four ways, and measure in millimetres what becomes of an
# outline.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 15 s on one processor core and 490 MB of memory, without a network
# connection. Reading and trying take about an hour. Run the cells one by one: Run All shows each result
# before you are asked. [Chapter 00](00_start.ipynb) says how a chapter works.
#
# ## You will be able to
#
# - **build** interpolation, unpooling and transposed convolution by hand, and check them against torch's;
# - **measure** how far an outline lies from the truth, in mm, against the size of the pixels;
# - **explain** where checkerboards come from, and what takes them away.

# %% key="setup" tags=["setup"]
import numpy as np
import torch
from scipy.ndimage import distance_transform_edt
from scipy.spatial import KDTree
from torch import nn
from torch.nn import functional as F

from fetal_edu import ops
from fetal_edu.figures import canvas, curves, dots, feature_maps, overlay, show
from fetal_edu.learning.export import load_weights
from fetal_edu.lesson import check, forget, hint, predict, predictions, quiz, reveal
from fetal_edu.measure import Ellipse, fit_ellipse
from fetal_edu.measure.contour import border_points
from fetal_edu.phantom import draw_head, draw_heads

# %% [markdown] key="why"
# ## Why a sonographer cares
#
# A network that outlines a head halves its picture several times, as [chapter 03](03_pooling.ipynb) does. In
# the end one number stands for a square of 8 mm, say. The way back to full size is **upsampling**. Two
# readings of one head circumference, HC, by one observer can differ by 3 %, about 5 mm (Sarris, Ultrasound
# Obstet Gynecol 2012, 39: 266). Can squares of 8 mm be as good?
#
# What could such a number say? At best, the **share** of its square that lies inside the head, from 0 to 1.
# The right picture shows these shares for the true outline, an ellipse: 96 squares, black for 0 and white
# for 1.

# %% key="one-head"
clear = draw_head(7, weeks=21)
true = clear.truth["ellipse"]
share = ops.avg_pool2d(true.mask(clear.shape, clear.spacing), 32)  # (8, 12): the mean of each 32 × 32 pixels
wide = 32 * clear.spacing[0]
figure, (left, right) = canvas(1, 2, height=3.7)
overlay(clear.image, truth=true, spacing=clear.spacing, title="a head at 21 weeks", ax=left)
overlay(share, spacing=(wide, wide), title=f"shares of {wide:.0f} mm squares", ax=right)
show(figure)

# %% [markdown] key="loop-1"
# ## 1 Nearest and bilinear
#
# **Nearest**: a new pixel takes the value of the old pixel that it lies in. **Bilinear**: it mixes the old
# values around it, the nearer one the more. "Around" needs places: a value belongs to the centre of its
# pixel. Here four new pixels cover the same ground as two old ones, each number at its centre:
#
# ```
# old    |       0       |       8       |
# new    |   ?   |   ?   |   ?   |   ?   |
# ```
#
# The second new centre lies a quarter of the way from the 0 to the 8. The first lies before every old centre;
# there the outermost value stays.


# %% key="ask-centres"
def enlarge(image, scale, mode, corners=None):
    """Return what torch makes of one picture, (rows, columns); the Change below uses `corners`."""
    batch = torch.from_numpy(image)[None, None]  # (1, 1, rows, columns)
    return F.interpolate(batch, scale_factor=scale, mode=mode, align_corners=corners)[0, 0].numpy()


predict("04-centres")


# %% key="by-hand"
def bilinear_row(row):
    wider = np.pad(row, 1, mode="edge")  # 0 8 becomes 0 0 8 8: beyond the rim the value stays
    before, after = wider[:-2], wider[2:]
    new = [0.25 * before + 0.75 * row, 0.75 * row + 0.25 * after]  # left and right half of each old pixel
    return np.stack(new, axis=1).ravel()  # in turn: left, right, left, right


row = np.array([0.0, 8.0])
print("nearest: ", np.repeat(row, 2))
print("bilinear:", bilinear_row(row))
both = np.apply_along_axis(bilinear_row, 1, np.apply_along_axis(bilinear_row, 0, share))  # down, then across
print(f"the shares: {abs(both - enlarge(share, 2, 'bilinear')).max():.0g} from torch's bilinear, at most")
reveal("04-centres")

# %% [markdown] key="explain-1"
# **Explain.** A quarter of the way from 0 to 8 is 2, three quarters are 6. A picture is stretched down
# first, then across.
#
# **Change.** In a new cell, run `enlarge(np.array([[0.0, 8.0]]), 2, "bilinear", corners=True)`. This lays the
# outermost *centres* of old and new on each other, as some older software does. Part 2 says what it costs.
#
# ## 2 An outline in mm
#
# Now 32 times, back to full size. We draw the outline where the enlarged share crosses one half. Two things
# are measured: how far its points lie from the true outline, on average; and the error of HC, which is the
# circumference of the ellipse that fits the points best. Nearest's outline can only run along the sides of
# squares.


# %% key="ask-outline"
def outline(field, mm):
    """Return the points where a field crosses one half, (n, 2): rows and columns in mm."""
    return border_points(field, 0.5) * mm


def off(points, ellipse):
    """Return how far points are from the true outline, on average, and the error of HC, in mm."""
    distance, _which = KDTree(ellipse.points(4000)).query(points)  # to the nearest of 4000 true points
    return distance.mean(), fit_ellipse(points).circumference - ellipse.circumference


predict("04-outline")

# %% key="outline"
figure, panels = canvas(1, 2, height=4)
for mode, ax in zip(("nearest", "bilinear"), panels, strict=True):
    field = enlarge(share, 32, mode)
    points = outline(field, clear.spacing[0])
    title = "{}: {:.1f} mm off, HC {:+.1f} mm".format(mode, *off(points, true))
    overlay(field, truth=true, spacing=clear.spacing, title=title, ax=ax)
    ax.plot(points[:, 1], points[:, 0], color="#F0E442", lw=2)
show(figure, alt="Yellow, the outline found. Nearest: a stair. Bilinear: it hugs the true ellipse.")
reveal("04-outline")

# %% [markdown] key="many-text"
# The yellow outline is the one found. Was it luck? Take an ellipse at eight places and angles, and pixels of
# 1, 2, 4 and 8 mm. Two more ways come in. *Yes or no* rounds each share to 0 or 1 first, and then goes
# bilinear. *Corners* is bilinear with `corners=True`.

# %% key="many"
MM, SHAPE, SIZES = 0.25, (320, 384), (4, 8, 16, 32)  # a fine grid of 80 × 96 mm; coarse pixels in fine ones
WAYS = {
    "nearest": lambda share, n: enlarge(share, n, "nearest"),
    "bilinear": lambda share, n: enlarge(share, n, "bilinear"),
    "yes or no": lambda share, n: enlarge((share > 0.5) * 1.0, n, "bilinear"),
    "corners": lambda share, n: enlarge(share, n, "bilinear", corners=True),
}
rng = np.random.default_rng(0)
errors = {name: np.empty((4, 8, 2)) for name in WAYS}  # sizes × ellipses × (outline, HC)
for k in range(8):
    ellipse = Ellipse(*rng.uniform((38, 46), (42, 50)), 33, 25, rng.uniform(0, np.pi))
    for i, n in enumerate(SIZES):
        coarse = ops.avg_pool2d(ellipse.mask(SHAPE, (MM, MM)), n)
        for name, way in WAYS.items():
            errors[name][i, k] = off(outline(way(coarse, n), MM), ellipse)

# %% key="many-shown"
print(f"{'pixels of 1, 2, 4, 8 mm':24}{'outline off by (mm)':25}HC error (mm)")
for name, error in errors.items():
    distance, hc = error.mean(axis=1).T  # means of the eight ellipses, one for each size
    print(f"{name:24}{' '.join(f'{d:4.2f}' for d in distance):25}{' '.join(f'{e:+5.1f}' for e in hc)}")
lines = {name: (MM * np.array(SIZES), error[..., 0].mean(axis=1)) for name, error in errors.items()}
show(curves(lines, x="pixel (mm)", y="outline off by (mm)"))
ax = dots({name: error[-1, :, 1] for name, error in errors.items()}, label="HC error (mm), pixels of 8 mm")
ax.axvline(0, color="black", lw=1)
show(ax)

# %% [markdown] key="explain-2"
# **Explain.** A share of 0.3 says how far the border reaches into its square. Bilinear reads that: its
# outline is off by a twentieth of a pixel, nearest's by a fifth. *Yes or no* has thrown the shares away, and
# mixing can't bring them back.
#
# In the last figure, each dot is one ellipse. The fit averages nearest's stairs, so the mean error of HC is
# small; but one ellipse errs by almost 6 mm. Bilinear errs by about 2 mm, always to the same side: where an
# outline bends, mixing pulls it inwards. So yes, squares of 8 mm can be as good as an observer, if they hold
# shares.
#
# *Corners* stretches the picture: HC grows by 16 mm, and still by over 3 mm where pixels are 2 mm. Half a
# pixel in the wrong place costs more than nearest.
#
# **Change.** In `outline`, put 0.4 in place of 0.5. Run that cell and the next three. Which way does
# bilinear's HC go at 8 mm, and by how much? Then set it back and run that cell again: part 3 uses it.
#
# ## 3 Unpooling
#
# Max pooling can remember where each maximum stood: its **index**, counted along the rows from 0.
# **Unpooling** puts the maximum back there, and zeros elsewhere:
#
# ```
# before       pooled    index    unpooled
# 3 1 5 0      9 7       4 7      0 0 0 0
# 9 2 4 7                         9 0 0 7
# ```
#
# Below, a head is pooled by 8. Each maximum comes back to its place: one pixel in 64, and none where a square
# is all black. Can indices place an outline, too? Then we put each *share* at the index of its square's
# brightest pixel. Every other pixel takes the value of the nearest pixel that got one.

# %% key="unpool"
head = draw_head(7, weeks=21, shape=(128, 192))
values, indices = ops.max_pool2d(head.image, 8)  # (16, 24) each
back = ops.max_unpool2d(values, indices, head.shape)  # (128, 192)
bright = back > 0
same = (back == head.image)[bright].all()
print(f"{bright.mean():.1%} of the pixels are not 0. All have their old value: {same}")
figure, panels = canvas(1, 3, height=2.7)
shots = {"before": head.image, "pooled, then nearest": ops.upsample_nearest(values, 8), "unpooled": back}
for (title, shot), ax in zip(shots.items(), panels, strict=True):
    overlay(shot[8:56, 40:112], spacing=head.spacing, title=title, ax=ax)  # the upper skull
show(figure, alt="A skull; as blocks of 8 × 8 pixels; as single bright pixels, one for each block, on black.")


# %% key="ask-unpool"
N = 8  # pool by this


def at_indices(coarse, image):
    """Put each share at the index of its square's brightest pixel, and spread it from there."""
    _values, indices = ops.max_pool2d(image, N)
    known = ops.max_unpool2d(np.ones_like(coarse), indices, image.shape) > 0
    nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
    return ops.max_unpool2d(coarse, indices, image.shape)[tuple(nearest)]


predict("04-unpool")

# %% key="indices"
apart = {"nearest": [], "bilinear": [], "at the indices": []}
figure, panels = canvas(1, 3, height=2.9)
for one in [draw_head(seed, weeks=21, shape=(128, 192)) for seed in (0, 1, 2, 3, 4, 7)]:
    ellipse, mm = one.truth["ellipse"], one.spacing[0]
    coarse = ops.avg_pool2d(ellipse.mask(one.shape, one.spacing), N)
    fields = enlarge(coarse, N, "nearest"), enlarge(coarse, N, "bilinear"), at_indices(coarse, one.image)
    for (name, distances), field, ax in zip(apart.items(), fields, panels, strict=True):
        distances.append(off(outline(field, mm), ellipse)[0])
        if len(distances) == 6:  # the last head
            overlay(field, truth=ellipse, spacing=one.spacing, title=name, ax=ax)
for name, distances in apart.items():
    print(f"{name:14}: {np.mean(distances):.1f} mm off ({min(distances):.1f} to {max(distances):.1f})")
show(figure, alt="Shares and true outline. Nearest: blocks. Bilinear: smooth. At the indices: ragged.")
reveal("04-unpool")

# %% [markdown] key="explain-3"
# **Explain.** A maximum belongs to one pixel, and the index says which. A share belongs to its whole square.
# At the index it stands up to 3 mm from the square's middle, pulled towards bright bone. So a network that
# unpools needs convolutions afterwards, to fill the zeros and to move what stands wrong.
#
# **Change.** Put 4 for 8 where `N` is set. Run that cell and the next. Does the order of the three change?
#
# ## 4 Transposed convolution
#
# The fourth way has weights that can be trained. Each pixel **stamps** a kernel, as strong as the pixel. The
# **stride** says how far the stamp moves from one pixel to the next. Where stamps overlap, they add. Many
# call it deconvolution, but it undoes nothing.


# %% key="stamp"
def stamp_row(row, kernel, stride):
    """Return the sum of the stamps, one for each pixel of a row."""
    out = np.zeros((len(row) - 1) * stride + len(kernel))
    for i, value in enumerate(row):
        out[i * stride : i * stride + len(kernel)] += value * kernel
    return out


row, tent = np.array([0.0, 8.0, 4.0, 0.0]), np.array([1, 3, 3, 1]) / 4
print("stamp of the 8:", stamp_row(np.array([0.0, 8.0, 0.0, 0.0]), tent, 2))
print("stamp of the 4:", stamp_row(np.array([0.0, 0.0, 4.0, 0.0]), tent, 2))
print("sum of all:    ", stamp_row(row, tent, 2))
print("bilinear:         ", bilinear_row(row), "- the same but for the ends")

# %% key="counts"
for n in (3, 4):  # every pixel and every weight is 1: this counts the stamps
    image, kernel = np.ones((1, 1, 3, 6)), np.ones((1, 1, n, n))
    count = ops.conv_transpose2d(image, kernel, stride=2)[0, 0]
    theirs = F.conv_transpose2d(torch.from_numpy(image), torch.from_numpy(kernel), stride=2)[0, 0].numpy()
    print(f"stamps of kernel {n}; torch counts the same: {(count == theirs).all()}\n{count.astype(int)}")

# %% [markdown] key="even-text"
# So bilinear is one fixed stamp.
#
# With kernel 3, stride 2 gives 1, 2 or 4 stamps in turn: a **checkerboard**. With kernel 4, all pixels but
# the rim get four. Now three small networks double a head. Their weights are random, as before any training.
# Two end with a transposed convolution, of kernel 3 or 4. The third, *resize*, doubles by nearest and then
# convolves.

# %% key="decoder"
KINDS = ("kernel 3", "kernel 4", "resize")


def decoder(kind, seed, channels=8):
    """Return a network that doubles a picture, as yet untrained."""
    torch.manual_seed(seed)
    first = [nn.Conv2d(1, channels, 3, padding=1), nn.ReLU()]
    if kind == "resize":
        return nn.Sequential(*first, nn.Upsample(scale_factor=2), nn.Conv2d(channels, 1, 3, padding=1))
    n = int(kind[-1])
    up = nn.ConvTranspose2d(channels, 1, n, stride=2, padding=1, output_padding=n % 2)  # trims the rim
    return nn.Sequential(*first, up)


predict("04-even")


# %% key="random"
def pictures(n):
    """Return n heads, (n, 1, 48, 72), and the same at half the size."""
    heads = draw_heads(n, seed=n, shape=(48, 72))
    full = torch.from_numpy(np.stack([one.image for one in heads]))[:, None]
    return full, F.avg_pool2d(full, 2)


full, half = pictures(16)  # for training, in part 5
full_test, half_test = pictures(8)
with torch.inference_mode():
    outs = [decoder(kind, seed=1)(half_test)[0, 0].numpy() for kind in KINDS]  # (48, 72) each
shown = [out[:28, 15:57] - out.mean() for out in outs]  # around the upper skull
show(feature_maps(shown, titles=KINDS, columns=3))
reveal("04-even")

# %% [markdown] key="explain-4"
# **Explain.** One colour lies above the mean, one below. With both kernels they change from pixel to pixel.
# Nothing finer fits into a grid: signal theory calls that the **Nyquist frequency**, the limit behind the
# stripes of [chapter 03](03_pooling.ipynb). Resizing leaves a skull.
#
# There are four kinds of pixels: in odd or even rows, in odd or even columns. A transposed convolution gives
# each kind weights of its own, and random weights don't add up to the same. Equal *counts* are not yet equal
# *sums*. After resizing, all kinds share the same nine weights.
#
# **Change.** In a new cell, run `stamp_row(np.ones(6), np.array([1, 2, 1]) / 2, 2)`. The counts are unequal.
# And the sums?
#
# ## 5 Does training take it away?
#
# The three learn to give back the full picture from its half size, each with three seeds. `unlike` says how
# far apart the means of the four kinds of pixels lie, in grey levels of 255. We ask it of new heads, and of
# a plain grey picture, such as no training picture is.


# %% key="unlike"
def unlike(out):
    """Return how far apart the means of the four kinds lie, of out (pictures, 1, h, w) without its rim."""
    kinds = [out[:, 0, a::2, b::2][:, 2:-2, 2:-2].mean(dim=(1, 2)) for a in (0, 1) for b in (0, 1)]
    means = 255 * torch.stack(kinds)  # (4, pictures)
    return float((means.amax(dim=0) - means.amin(dim=0)).mean())


GREY = torch.full((1, 1, 24, 36), 0.5)
print(f"true pictures of heads, by chance: {unlike(full_test):.1f}")


# %% key="train"
def train(net, steps):
    """Let a network take so many steps, with eight pictures each."""
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    for _step in range(steps):
        some = torch.randint(0, len(half), (8,))
        loss = F.mse_loss(net(half[some]), full[some])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


predict("04-trained")


# %% key="trained"
figure, panels = canvas(1, 3, height=2.6)
for kind, ax in zip(KINDS, panels, strict=True):
    nets, done = [decoder(kind, seed) for seed in (0, 1, 2)], 0
    for more in (0, 50, 150):
        for net in nets:
            train(net, more)
        done += more
        with torch.inference_mode():
            heads, grey = (np.mean([unlike(net(given)) for net in nets]) for given in (half_test, GREY))
        print(f"{kind}, after {done:3} steps: heads {heads:4.1f}, plain grey {grey:4.1f}")
    out = nets[0](GREY)[0, 0, 4:24, 4:36].detach().numpy()
    overlay(0.5 + 20 * (out - out.mean()), title=f"{kind}, contrast × 20", ax=ax)
show(figure, alt="What becomes of a plain grey after training. Kernels 3 and 4: a grid. Resize: plain grey.")
reveal("04-trained")

# %% [markdown] key="explain-5"
# **Explain.** Where training looks, it makes the sums agree: on heads, the pattern sank to about what true
# pictures have by chance. On plain grey, a few grey levels stayed in our runs. *Resize* has none there,
# before training and after: that is built in. Kernels 3 and 4 were alike in all this.
#
# **Change.** Train with `(0, 50, 950)` in place of `(0, 50, 150)`; it takes half a minute. What becomes of
# the plain grey?
#
# So is a transposed convolution a bad choice? Look into the U-Net with which
# [chapter 06](06_unet.ipynb) measures a real head; it learned from real heads and from simulated ones. It
# goes up by transposed convolutions of kernel 2, and two convolutions follow each. Of the many
# maps of a layer we show one: the median, when they are ranked by how unlike the four kinds are.


# %% key="unet"
def pattern(one):
    return unlike(torch.from_numpy(one)[None, None]) / (255 * one.std())


unet, layers = load_weights("head"), []
step = unet.ups[2]  # the third of four steps up
for layer in (step.enlarge, step.convs):  # keep what each of them gives
    layer.register_forward_hook(lambda _layer, _given, out: layers.append(out[0].numpy()))
with torch.inference_mode():
    unet(torch.from_numpy(head.image)[None, None])
ranked = [sorted((one for one in maps if one.std() > 0), key=pattern) for maps in layers]
middle = [maps[len(maps) // 2] for maps in ranked]  # (64, 96) each
print("the kinds differ by", *(f"{pattern(one):.2f}" for one in middle), "standard deviations of the map")
shown = [one[8:40, 12:60] for one in middle]
show(feature_maps(shown, titles=["transposed convolution", "two convolutions later"], columns=2))

# %% [markdown] key="explorer-text"
# The transposed convolution gives four answers for each pixel, and they differ: a grid. The two convolutions
# behind it blend them. (They end with a ReLU: nothing is below 0, hence the other colours.) Inside a network,
# a grid does no harm as long as layers follow that can take it away.
#
# ### Explorer: follow a pixel up
#
# A piece of the skull is halved and brought back. Point at a pixel, or go there with Tab and the arrow keys.
#
# 1. Which pixels of the last map get nothing, and which get their old value?
# 2. Put `Bilinear(2)` in place of `Unpool(0)`. How many old pixels does one new pixel mix?
# 3. Put `TransposedConv(np.ones((3, 3)))`. Find pixels that are made of one, two and four stamps.
#
# `print(explorer.describe())` says it in words.

# %% key="explorer"
from fetal_edu.widgets import Bilinear, LayerExplorer, MaxPool, Nearest, TransposedConv, Unpool

piece = head.image[12:36, 64:96]  # 12 × 16 mm of the upper skull
explorer = LayerExplorer(piece, [MaxPool(2), Unpool(0)], spacing=head.spacing)
explorer

# %% [markdown] key="exercises"
# ## Exercises
#
# Write each body in place of the dots and run the cell. Stuck? Run `hint("unpool")` in a cell of its
# own, up to three times. 1 and 2 are for everyone, 3 goes further.
#
# 1. **Unpooling.** Part 3 took it from the library. When it is right, `unpool(values, indices, head.shape)`
#    gives the right picture of part 3 again.
# 2. **Bilinear interpolation** by any whole factor, along both axes.
# 3. **Transposed convolution** in the plane. When it is right, ask it for the counts of part 4:
#    `transposed_conv(np.ones((3, 6)), np.ones((3, 3)), 2)`.


# %% key="ex-unpool" tags=["exercise", "check"]
def unpool(values, indices, shape):
    """Return a map of `shape`: each value where its index says, all else 0.

    `values` and `indices` are arrays of one shape, as max pooling gives them. An index counts the pixels
    of the large map along its rows, from 0.
    """
    # <solution>
    large = np.zeros(shape)
    large[np.divmod(indices, shape[1])] = values
    return large
    # </solution>


check("unpool", unpool)


# %% key="ex-bilinear" tags=["exercise", "check"]
def bilinear(image, scale):
    """Return `image`, (rows, columns), `scale` times as high and as wide.

    A value belongs to its pixel's centre. Along each axis, mix by distance between old centres; beyond
    the outermost ones, the outermost value stays. `scale` is a whole number.
    """

    # <solution>
    def longer(row):
        new, old = (np.arange(n) + 0.5 for n in (len(row) * scale, len(row)))  # centres
        return np.interp(new / scale, old, row)

    return np.apply_along_axis(longer, 1, np.apply_along_axis(longer, 0, image))
    # </solution>


check("bilinear", bilinear)


# %% key="ex-transposed" tags=["exercise", "check"]
def transposed_conv(image, kernel, stride):
    """Return what the kernel's stamps add up to, one stamp for each pixel of the image.

    `image` and `kernel` are arrays of (rows, columns). Each pixel stamps the kernel, multiplied by its
    value. The stamp moves by `stride`. The output is just large enough for all stamps.
    """
    # <solution>
    (height, width), (high, wide) = image.shape, kernel.shape
    out = np.zeros(((height - 1) * stride + high, (width - 1) * stride + wide))
    for (i, j), value in np.ndenumerate(image):
        out[i * stride : i * stride + high, j * stride : j * stride + wide] += value * kernel
    return out
    # </solution>


check("transposed-conv", transposed_conv)

# %% [markdown] key="quiz-text"
# ## Quiz
#
# Every answer gets a comment. Your five predictions stand below.

# %% key="quiz"
quiz("04")

# %% key="predictions"
predictions("04")

# %% [markdown] key="summary"
# ## Summary
#
# 1. A value belongs to its pixel's centre; half a pixel in the wrong place cost more than nearest did.
# 2. Bilinear keeps an outline to a twentieth of its pixels, if the small map holds shares; rounding throws
#    that away.
# 3. Unpooling brings a maximum back to its place, and leaves zeros elsewhere. For a share, the index is
#    the wrong place.
# 4. A transposed convolution adds up stamps. Bilinear is one fixed stamp.
# 5. Checkerboards come from unequal sums, not only from unequal counts. Training hides them where it looks;
#    resizing and then convolving leaves none on plain grey.
#
# ## Limits
#
# This is teaching material and not a medical device. The shares were exact; a network's are not. The one
# that chapter 06 trains errs by 3 mm of HC with pixels of 1.4 mm, where bilinear alone costs 0.1 mm. The
# outlines are smooth ellipses: a thin or jagged structure loses more. The networks of parts 4 and 5 are
# tiny, saw 16 simulated heads, and had three seeds. Their loss asks each pixel; with other losses, patterns
# may stay.
#
# ## Further reading
#
# - A. Odena, V. Dumoulin, C. Olah: Deconvolution and checkerboard artifacts. Distill 2016.
#   [10.23915/distill.00003](https://doi.org/10.23915/distill.00003)
# - V. Dumoulin, F. Visin: A guide to convolution arithmetic for deep learning. 2016.
#   [10.48550/arXiv.1603.07285](https://doi.org/10.48550/arXiv.1603.07285)
# - V. Badrinarayanan, A. Kendall, R. Cipolla: SegNet. IEEE Trans Pattern Anal Mach Intell 2017, 39: 2481.
#   [10.1109/TPAMI.2016.2644615](https://doi.org/10.1109/TPAMI.2016.2644615)

# %% [markdown] key="title"
# # 04 · Upsampling
#
# *You bring small maps back to full size in four ways, and measure in millimetres what each way does to an
# outline.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 18 s on one processor core and 500 MB of memory, without a network
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
# the end one number stands for a square of many millimetres. The way back to full size is **upsampling**, and
# only there the outline is drawn. Two readings of one head circumference, HC, by one observer can differ by
# 3 %, about 5 mm (Sarris, Ultrasound Obstet Gynecol 2012, 39: 266). Can squares of 8 mm be as good?
#
# On the right, each number is the **share** of its square that lies inside the true outline, an ellipse. A
# perfect network would say that.

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
# **Nearest**: a new pixel takes the value of the old pixel that it lies in. **Bilinear**: it mixes the
# values around it, the nearer one the more. For that we must know where a pixel is. Its value belongs to its
# centre, half a pixel from its corner.
#
# Make four pixels of two. Then the new centres lie a quarter and three quarters into each old pixel.

# %% key="ask-centres"
predict("04-centres")


# %% key="by-hand"
def nearest_row(row):
    return np.repeat(row, 2)


def bilinear_row(row):
    wider = np.pad(row, 1, mode="edge")  # the outermost values once more
    before, after = wider[:-2], wider[2:]
    new = np.stack([0.25 * before + 0.75 * row, 0.75 * row + 0.25 * after], axis=1)  # (n, 2)
    return new.ravel()  # (2 n,)


print("nearest: ", nearest_row(np.array([0.0, 8.0])))
print("bilinear:", bilinear_row(np.array([0.0, 8.0])))
reveal("04-centres")


# %% key="agree"
def both_axes(stretch, image):
    return np.apply_along_axis(stretch, 1, np.apply_along_axis(stretch, 0, image))


def enlarge(image, scale, mode, corners=None):
    """Return what torch makes of one picture."""
    batch = torch.from_numpy(image)[None, None]  # (1, 1, h, w)
    return F.interpolate(batch, scale_factor=scale, mode=mode, align_corners=corners)[0, 0].numpy()


rows = ("nearest", nearest_row, ops.upsample_nearest), ("bilinear", bilinear_row, ops.upsample_bilinear)
for mode, stretch, loop in rows:
    theirs = enlarge(share, 2, mode)
    mine, read = abs(both_axes(stretch, share) - theirs).max(), abs(loop(share, 2) - theirs).max()
    print(f"{mode}: by hand {mine:.0g} from torch, the course's loops in fetal_edu.ops {read:.0g}")

# %% [markdown] key="explain-1"
# **Explain.** The first new centre lies before the first old one; there the value stays. The second lies a
# quarter of the way from 0 to 8. Both rows end at the same rim: nothing moves.
#
# **Change.** Try `enlarge(np.array([[0.0, 8.0]]), 2, "bilinear", corners=True)`. That lays the outermost
# *centres* on each other, as older software does. Part 2 says what it costs.
#
# ## 2 An outline in mm
#
# Now back to full size, 32 times. The outline runs where the share crosses one half.


# %% key="ask-outline"
def outline(field, mm):
    """Return the points where a field crosses one half, (n, 2): rows and columns in mm."""
    return border_points(field, 0.5) * mm


def off(points, ellipse):
    """Return how far points are from the true outline, on average, and the error of HC, in mm."""
    distance = KDTree(ellipse.points(4000)).query(points)[0]
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
show(figure, alt="Left, nearest: the outline found is a stair. Right, bilinear: it hugs the true ellipse.")
reveal("04-outline")

# %% [markdown] key="many-text"
# Is that luck? Take an ellipse at eight places and angles, and pixels of 1, 2, 4 and 8 mm. Two more ways
# come in. *Yes or no* rounds each share to 0 or 1, and then goes bilinear. *Corners* is bilinear with
# `corners=True`.

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
named = {name: (MM * np.array(SIZES), error[..., 0].mean(axis=1)) for name, error in errors.items()}
show(curves(named, x="pixel (mm)", y="outline off by (mm)"))
for name, error in errors.items():
    print(f"{name:9} HC error at 1, 2, 4, 8 mm:", *(f"{hc:+5.1f}" for hc in error[..., 1].mean(axis=1)))
show(dots({name: error[-1, :, 1] for name, error in errors.items()}, label="HC error (mm), pixels of 8 mm"))

# %% [markdown] key="explain-2"
# **Explain.** A share of 0.3 says how far the border reaches into its square. Bilinear reads that: its
# outline is off by a twentieth of a pixel, nearest's by a fifth. *Yes or no* has thrown the shares away, and
# mixing can't bring them back.
#
# HC tells another story. The ellipse averages over nearest's stairs, so the mean error is small; but one head
# errs by almost 6 mm. Bilinear errs by 2 mm, always to the same side: where an outline bends, mixing pulls
# it inwards. So yes, squares of 8 mm can be as good as an observer, if they hold shares.
#
# *Corners* stretches the picture: 16 mm, and still over 3 mm where pixels are 2 mm. Half a pixel in the wrong
# place costs more than any way of mixing.
#
# **Change.** In `outline`, put 0.4 in place of 0.5, and run the cells from there on. Which way does HC go,
# and by how many mm?
#
# ## 3 Unpooling
#
# Max pooling can remember where each maximum stood: its **index**. **Unpooling** puts the maximum back there,
# and zeros elsewhere. Only places come over from the way down, no values: a lean cousin of the skip
# connections of [chapter 06](06_unet.ipynb). Pooling by 8 keeps the same maxima as three halvings.
#
# An echo comes back to its pixel, as you will see. And an outline? After that, each **share** goes to the
# index of its square's brightest echo, and each pixel takes the value of the nearest one that has any.

# %% key="unpool"
head = draw_head(7, weeks=21, shape=(128, 192))
values, indices = ops.max_pool2d(head.image, 8)  # (16, 24) each
back = ops.max_unpool2d(values, indices, head.shape)  # (128, 192)
theirs = F.max_unpool2d(*F.max_pool2d(torch.from_numpy(head.image)[None], 8, return_indices=True), 8)[0]
print(f"by the course's loops and by torch: {abs(back - theirs.numpy()).max():.0g} apart")
bright = back > 0
print(f"{bright.mean():.1%} of the pixels are not 0; old value: {(back == head.image)[bright].all()}")
figure, panels = canvas(1, 3, height=2.7)
shots = {"before": head.image, "nearest": ops.upsample_nearest(values, 8), "unpooled": back}
for (title, shot), ax in zip(shots.items(), panels, strict=True):
    overlay(shot[8:56, 40:112], spacing=head.spacing, title=title, ax=ax)  # the upper skull
show(figure, alt="A skull; as blocks of 8 × 8 pixels; as single bright pixels, one for each block, on black.")
predict("04-unpool")


# %% key="indices"
def spread_out(sparse, known):  # each pixel takes the value of the nearest known one
    return sparse[tuple(distance_transform_edt(~known, return_distances=False, return_indices=True))]


apart = {"nearest": [], "bilinear": [], "at the indices": []}
for one in [draw_head(seed, weeks=21, shape=(128, 192)) for seed in range(6)]:
    ellipse, indices = one.truth["ellipse"], ops.max_pool2d(one.image, 8)[1]
    coarse = ops.avg_pool2d(ellipse.mask(one.shape, one.spacing), 8)
    known = ops.max_unpool2d(np.ones_like(coarse), indices, one.shape) > 0
    fields = {name: enlarge(coarse, 8, name) for name in ("nearest", "bilinear")}
    fields["at the indices"] = spread_out(ops.max_unpool2d(coarse, indices, one.shape), known)
    for name, field in fields.items():
        apart[name].append(off(outline(field, one.spacing[0]), ellipse)[0])
show(dots(apart, label="outline off by (mm), pixels of 4 to 5 mm", zero=True))
reveal("04-unpool")

# %% [markdown] key="explain-3"
# **Explain.** A maximum belongs to a pixel; there, its index is exact. A share belongs to its whole square.
# At the index it stands up to 4 mm from the square's middle, pulled towards bright bone. So a network that
# unpools needs convolutions afterwards, to fill the zeros and to move what stands wrong.
#
# **Change.** Pool by 4 in place of 8, everywhere in the last cell. Does the order of the three change?
#
# ## 4 Transposed convolution
#
# The fourth way has weights that can be trained. Each pixel **stamps** a kernel, as strong as the pixel. The
# **stride** says how far the stamp moves. Where stamps overlap, they add. The review that this course
# follows calls it deconvolution, as many do; but it undoes nothing.


# %% key="stamp"
def stamp_row(row, kernel, stride):
    """Return the sum of the stamps, one for each pixel of a row."""
    out = np.zeros((len(row) - 1) * stride + len(kernel))
    for i, value in enumerate(row):
        out[i * stride : i * stride + len(kernel)] += value * kernel
    return out


row, tent = np.array([0.0, 8.0, 4.0, 0.0]), np.array([1, 3, 3, 1]) / 4
print("stamps of 1 3 3 1, each / 4:", stamp_row(row, tent, 2)[1:-1])
print("bilinear:                   ", bilinear_row(row))
for n in (3, 4):  # every pixel and every weight is 1: this counts the stamps
    count = ops.conv_transpose2d(np.ones((1, 1, 4, 6)), np.ones((1, 1, n, n)), stride=2)[0, 0]
    theirs = F.conv_transpose2d(torch.ones(1, 1, 4, 6), torch.ones(1, 1, n, n), stride=2)[0, 0].numpy()
    print(f"stamps of kernel {n}, torch {abs(count - theirs).max():.0g} apart:\n{count.astype(int)}")

# %% [markdown] key="even-text"
# So bilinear is one fixed stamp. Fully convolutional networks (chapter 05) start from it, and training
# changes it.
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
    up = nn.ConvTranspose2d(channels, 1, n, stride=2, padding=1, output_padding=n % 2)  # twice the size
    return nn.Sequential(*first, up)


predict("04-even")

# %% key="random"
study, test = (
    torch.from_numpy(np.stack([one.image for one in draw_heads(n, seed=n, shape=(48, 72))]))[:, None]
    for n in (16, 8)
)  # (16, 1, 48, 72), (8, 1, 48, 72)
half, half_test = F.avg_pool2d(study, 2), F.avg_pool2d(test, 2)  # what the networks get
with torch.inference_mode():
    outs = {kind: decoder(kind, seed=1)(half_test)[0, 0].numpy() for kind in KINDS}  # (48, 72)
shown = [out[:28, 15:57] - out.mean() for out in outs.values()]  # around the upper skull
show(feature_maps(shown, titles=KINDS, columns=3))

# %% key="spectrum"
spectra = {}
for name, out in (outs | {"true picture": test[0, 0].numpy()}).items():
    inner = out[4:-4, 4:-4] - out[4:-4, 4:-4].mean()
    loud = abs(np.fft.rfft(inner, axis=1)).mean(axis=0)[1:]  # how strong is each wave along the rows?
    spectra[name] = (np.fft.rfftfreq(64)[1:], 20 * np.log10(loud / loud.max()))
ax = curves(spectra, x="waves per pixel", y="strength (dB)")
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=4, frameon=False)  # off the curves
show(ax)
reveal("04-even")

# %% [markdown] key="explain-4"
# **Explain.** A wave of two pixels, 0.5 per pixel, is the finest that a grid can hold. A checkerboard lives
# there, with either kernel. There are four kinds of pixels: in even or odd rows, in even or odd columns. A
# transposed convolution gives each kind weights of its own, and random ones don't add up to the same. An even
# *count* is not yet an even *sum*. After resizing, all kinds share the same nine weights.
#
# **Change.** Stamp a row of ones with `np.array([1, 2, 1]) / 2`, stride 2. The counts are uneven. And the
# sums?
#
# ## 5 Does training take it away?
#
# The three learn to give back the full picture from its half size, each with three seeds. `unlike` says how
# far apart the means of the four kinds of pixels lie, in grey levels of 255: on new heads, and on an even
# grey.


# %% key="unlike"
def unlike(out):
    """Return how far apart the means of the four kinds lie, of out (pictures, 1, h, w) without its rim."""
    kinds = [out[:, 0, a::2, b::2][:, 2:-2, 2:-2].mean(dim=(1, 2)) for a in (0, 1) for b in (0, 1)]
    means = 255 * torch.stack(kinds)  # (4, pictures)
    return float((means.amax(dim=0) - means.amin(dim=0)).mean())


def median_unlike(maps):
    """Return how unlike the kinds are in the median one of maps (channels, h, w), in standard deviations."""
    return np.median([unlike(one[None, None]) / (255 * one.std()) for one in maps if one.std() > 0])


# %% key="train"
def train(net, steps):
    """Let a network take so many steps, with eight pictures each."""
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    for _step in range(steps):
        some = torch.randint(0, len(half), (8,))
        loss = F.mse_loss(net(half[some]), study[some])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


predict("04-trained")


# %% key="trained"
GREY = torch.full((1, 1, 24, 36), 0.5)
figure, panels = canvas(1, 3, height=2.6)
for kind, ax in zip(KINDS, panels, strict=True):
    nets = [decoder(kind, seed) for seed in (0, 1, 2)]
    for steps in (0, 50, 150):
        for net in nets:
            train(net, steps)
        with torch.inference_mode():
            heads, even = (np.mean([unlike(net(given)) for net in nets]) for given in (half_test, GREY))
        print(f"{kind}, {steps:3} more steps: heads {heads:4.1f}, even grey {even:4.1f}")
    out = nets[0](GREY)[0, 0, 4:24, 4:36].detach().numpy()
    overlay(0.5 + 20 * (out - out.mean()), title=f"{kind}, contrast × 20", ax=ax)
show(figure, alt="What becomes of an even grey after training. Kernels 3 and 4: a grid. Resize: even grey.")
print(f"for comparison, true pictures of heads: {unlike(test):.1f}")
reveal("04-trained")

# %% [markdown] key="explain-5"
# **Explain.** Where training looks, it makes the sums agree: on heads, the pattern sank to what true pictures
# have by chance. On an even grey, which no head shows, one to six grey levels stayed in our runs. *Resize*
# has none there, before training and after: that is built in. Kernels 3 and 4 were alike in all this.
#
# So is a transposed convolution a bad choice? The course's U-Net, trained on real heads, goes up by four of
# them, of kernel 2. Look inside: again how unlike the four kinds are, now as a part of each map's
# standard deviation. A dot is the median map of a level.

# %% key="unet"
unet, inside = load_weights("head"), {"transposed convolution": [], "two convolutions later": []}
for up in unet.ups:
    for layer, kept in zip((up.enlarge, up.convs), inside.values(), strict=True):  # keep what each gives
        layer.register_forward_hook(lambda _layer, _given, out, kept=kept: kept.append(out[0]))
with torch.inference_mode():
    answer = unet(torch.from_numpy(head.image)[None, None])[0]
inside["the outline's map"] = [answer]
unlikes = {name: [median_unlike(maps) for maps in levels] for name, levels in inside.items()}
show(dots(unlikes, label="how unlike the four kinds are (standard deviations)", zero=True))

# %% [markdown] key="explorer-text"
# The four kinds differ by half a standard deviation and more: four kinds of pixels, four answers from one.
# The two convolutions behind each step blend them. Here the checkerboard is no fault, but a stage of work.
#
# **Change.** Train with `(0, 50, 950)` in place of `(0, 50, 150)`. What becomes of the even grey?
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
# Write each body in place of the dots and run the cell. Stuck? Run `hint("unpool")` in a cell of its own;
# there are three hints for each. 1 and 2 are for everyone, 3 goes further.
#
# 1. **Unpooling.** Part 3 took it from the library.
# 2. **Bilinear interpolation** by any whole factor, along both axes.
# 3. **Transposed convolution** in the plane. When it is right, ask it for the counts of part 4:
#    `transposed_conv(np.ones((4, 6)), np.ones((3, 3)), 2)`.


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

    A value belongs to its pixel's centre. Between old centres, mix by distance along both axes; beyond
    the outermost ones, the value at the nearest place between centres stays.
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
# Every answer gets a comment, so a wrong one is worth a click too. Your five predictions stand below.

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
#    resizing and then convolving has none on even maps.
#
# ## Limits
#
# This is teaching material and not a medical device. The shares were exact; a network's are not. The one of
# chapter 06 errs by 3 mm of HC with pixels of 1.4 mm, where bilinear alone costs 0.1 mm. The outlines are
# smooth ellipses: a thin or jagged structure loses more. The networks of parts 4 and 5 are tiny, saw 16
# simulated heads, and had three seeds. Their loss asks each pixel; with other losses, patterns may stay.
#
# ## Further reading
#
# - A. Odena, V. Dumoulin, C. Olah: Deconvolution and checkerboard artifacts. Distill 2016.
#   [10.23915/distill.00003](https://doi.org/10.23915/distill.00003)
# - V. Dumoulin, F. Visin: A guide to convolution arithmetic for deep learning. 2016.
#   [10.48550/arXiv.1603.07285](https://doi.org/10.48550/arXiv.1603.07285)
# - V. Badrinarayanan, A. Kendall, R. Cipolla: SegNet. IEEE Trans Pattern Anal Mach Intell 2017, 39: 2481.
#   [10.1109/TPAMI.2016.2644615](https://doi.org/10.1109/TPAMI.2016.2644615)

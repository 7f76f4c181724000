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
# On the right, each number is the **share** of its square that lies in the head. A perfect network would say
# that.

# %% key="one-head"
clear = draw_head(7, weeks=21)
true = clear.truth["ellipse"]
share = ops.avg_pool2d(clear.mask("head"), 32)  # (8, 12): the mean of each 32 × 32 pixels
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


def enlarge(image, scale, mode, corners=None):  # torch's, for one picture
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
predict("04-outline")


# %% key="outline"
def outline(field, mm):
    return border_points(field, 0.5) * mm  # (n, 2): rows and columns in mm


def off(points, ellipse):  # the mean distance from the true outline, and the error of HC, in mm
    distance = KDTree(ellipse.points(4000)).query(points)[0]
    return distance.mean(), fit_ellipse(points).circumference - ellipse.circumference


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
# **Explain.** A share of 0.3 says that the border cuts off three tenths of its square. Bilinear reads that:
# its outline is off by a twentieth of a pixel, nearest by a fifth. *Yes or no* has thrown the shares away,
# and bilinear can't bring them back.
#
# HC tells another story. The ellipse averages over nearest's stairs, so its mean error is small, but one head
# errs by up to 6 mm. Bilinear errs by 2 mm, always inwards: mixing rounds, and a rounded outline shrinks.
# *Corners* stretches the picture: 16 mm, and still over 3 mm where pixels are 2 mm. Half a pixel in the
# wrong place costs more than any way of mixing.
#
# **Change.** Set `border_points(field, 0.4)`. Which way does HC go, and by how many mm?
#
# ## 3 Unpooling
#
# Max pooling can remember where each maximum stood: its **index**. **Unpooling** puts the maximum back there,
# and zeros elsewhere. Only places come over from the encoder, no values: a lean skip connection
# ([SegNet](https://doi.org/10.1109/TPAMI.2016.2644615)). Pooling by 8 keeps the maxima of three halvings.

# %% key="unpool"
head = draw_head(7, weeks=21, shape=(128, 192))
values, indices = ops.max_pool2d(head.image, 8)  # (16, 24) each
back = ops.max_unpool2d(values, indices, head.shape)  # (128, 192)
pooled = F.max_pool2d(torch.from_numpy(head.image)[None, None], 8, return_indices=True)
print(f"by loops and by torch: {abs(back - F.max_unpool2d(*pooled, 8)[0, 0].numpy()).max():.0g} apart")
print(f"{(back > 0).mean():.1%} of the pixels have a value, each in its old place: {(head.image[back > 0] == back[back > 0]).all()}")
figure, panels = canvas(1, 3, height=2.7)
shots = {"before": head.image, "nearest": ops.upsample_nearest(values, 8), "unpooled": back}
for (title, shot), ax in zip(shots.items(), panels, strict=True):
    overlay(shot[8:56, 40:112], spacing=head.spacing, title=title, ax=ax)
show(figure, alt="A skull; as blocks of 8 × 8 pixels; as single bright pixels, one for each block, on black.")

# %% [markdown] key="unpool-text"
# An echo comes back to the pixel. And an outline? Give each **share** the index of its square's brightest
# echo. Then let each pixel take the value of the nearest one that has any.

# %% key="ask-unpool"
predict("04-unpool")


# %% key="indices"
def spread_out(sparse, known):  # each pixel takes the value of the nearest known one
    place = distance_transform_edt(~known, return_distances=False, return_indices=True)
    return sparse[tuple(place)]


apart = {"nearest": [], "bilinear": [], "at the indices": []}
for one in [draw_head(seed, weeks=21, shape=(128, 192)) for seed in range(6)]:
    coarse, indices = ops.avg_pool2d(one.mask("head"), 8), ops.max_pool2d(one.image, 8)[1]
    known = ops.max_unpool2d(np.ones_like(coarse), indices, one.shape) > 0
    fields = {name: enlarge(coarse, 8, name) for name in ("nearest", "bilinear")}
    fields["at the indices"] = spread_out(ops.max_unpool2d(coarse, indices, one.shape), known)
    for name, field in fields.items():
        apart[name].append(off(outline(field, one.spacing[0]), one.truth["ellipse"])[0])
show(dots(apart, label="outline off by (mm), pixels of 4 mm", zero=True))
reveal("04-unpool")

# %% [markdown] key="explain-3"
# **Explain.** A maximum belongs to a pixel; there, its index is exact. A share belongs to its whole square.
# At the index it stands up to 3 mm from the square's middle, pulled towards bright bone. So a network that
# unpools needs convolutions afterwards, to fill the zeros and to move what stands wrong.
#
# **Change.** Pool by 4 in place of 8, everywhere in the last cell. Does the order of the three change?
#
# ## 4 Transposed convolution
#
# The fourth way has weights that can be trained. Each pixel **stamps** a kernel, as strong as the pixel. The
# **stride** says how far the stamp moves. Where stamps overlap, they add. People also call it
# deconvolution, but it undoes nothing.


# %% key="stamp"
def stamp_row(row, kernel, stride):
    out = np.zeros((len(row) - 1) * stride + len(kernel))
    for i, value in enumerate(row):
        out[i * stride : i * stride + len(kernel)] += value * kernel
    return out


row, tent = np.array([0.0, 8.0, 4.0, 0.0]), np.array([1, 3, 3, 1]) / 4
print("stamped 1 3 3 1, each / 4:", stamp_row(row, tent, 2)[1:-1])
print("bilinear:                 ", bilinear_row(row))
ones = torch.ones(1, 1, 4, 6)
for n in (3, 4):
    count = ops.conv_transpose2d(ones, np.ones((1, 1, n, n)), stride=2)[0, 0]
    theirs = F.conv_transpose2d(ones, torch.ones(1, 1, n, n), stride=2)[0, 0].numpy()
    print(f"kernel {n}: how many stamps does each pixel get? torch {abs(count - theirs).max():.0g} apart")
    print(count.astype(int))

# %% [markdown] key="even-text"
# So bilinear is one fixed stamp. Fully convolutional networks (chapter 05) start from it, and training
# changes it.
#
# With kernel 3, stride 2 gives 1, 2 or 4 stamps in turn: a **checkerboard**. With kernel 4, all pixels but
# the rim get four. Now three small networks double a head. Their weights are random, as before any training.
# Two end with a transposed convolution, of kernel 3 or 4. The third, *resize*, doubles by nearest and then
# convolves.

# %% key="ask-even"
predict("04-even")


# %% key="decoder"
def decoder(kind, seed, channels=8):
    torch.manual_seed(seed)
    first = [nn.Conv2d(1, channels, 3, padding=1), nn.ReLU()]
    if kind == "resize":
        return nn.Sequential(*first, nn.Upsample(scale_factor=2), nn.Conv2d(channels, 1, 3, padding=1))
    n = int(kind[-1])
    up = nn.ConvTranspose2d(channels, 1, n, stride=2, padding=1, output_padding=n % 2)  # twice the size
    return nn.Sequential(*first, up)


KINDS = ("kernel 3", "kernel 4", "resize")
study, test = (
    torch.from_numpy(np.stack([one.image for one in draw_heads(n, seed=n, shape=(48, 72))]))[:, None]
    for n in (16, 8)
)  # (16, 1, 48, 72), (8, 1, 48, 72)
half, half_test = F.avg_pool2d(study, 2), F.avg_pool2d(test, 2)  # what the networks get

# %% key="random"
with torch.inference_mode():
    outs = {kind: decoder(kind, seed=1)(half_test)[0, 0].numpy() for kind in KINDS}  # (48, 72)
show(feature_maps([out - out.mean() for out in outs.values()], titles=KINDS, columns=3))
spectra = {}
for name, out in (outs | {"true picture": test[0, 0].numpy()}).items():
    inner = out[4:-4, 4:-4] - out[4:-4, 4:-4].mean()
    loud = abs(np.fft.rfft(inner, axis=1)).mean(axis=0)[1:]  # how strong is each wave along the rows?
    spectra[name] = (np.fft.rfftfreq(64)[1:], 20 * np.log10(loud / loud.max()))
show(curves(spectra, x="waves per pixel", y="strength (dB)"))
reveal("04-even")

# %% [markdown] key="explain-4"
# **Explain.** A wave of two pixels, 0.5 per pixel, is the finest that a grid can hold. A checkerboard lives
# there, with either kernel. An even *count* makes an even *sum* only if all weights are alike. There are four
# kinds of pixels, in even or odd rows and columns, and each kind gets weights of its own. After resizing, all
# kinds get the same nine.
#
# **Change.** Other weights: `seed=2`. Is kernel 3 always the stronger one?
#
# ## 5 Does training take it away?
#
# The three learn to give back the full picture from its half size, each with three seeds. `unlike` says how
# far apart the means of the four kinds of pixels lie, in grey levels of 255: on new heads, and on an even
# grey.

# %% key="ask-trained"
predict("04-trained")


# %% key="train"
def unlike(out):  # (pictures, 1, h, w); the rim is left out
    kinds = [out[:, 0, a::2, b::2][:, 2:-2, 2:-2].mean(dim=(1, 2)) for a in (0, 1) for b in (0, 1)]
    means = 255 * torch.stack(kinds)  # (4, pictures)
    return float((means.amax(dim=0) - means.amin(dim=0)).mean())


def train(net, steps):
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
    for _step in range(steps):
        some = torch.randint(0, len(half), (8,))
        loss = F.mse_loss(net(half[some]), study[some])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


# %% key="trained"
GREY = torch.full((1, 1, 24, 36), 0.5)
print(f"the true pictures: {unlike(test):.1f}")
trained = {}
for kind in KINDS:
    nets = [decoder(kind, seed) for seed in (0, 1, 2)]
    for steps in (0, 50, 150):
        for net in nets:
            train(net, steps)
        with torch.inference_mode():
            heads, even = ([unlike(net(given)) for net in nets] for given in (half_test, GREY))
        print(f"{kind}, {steps:3} more steps: heads {np.mean(heads):5.1f}, even grey {np.mean(even):5.1f}")
    trained[kind] = nets[0](GREY)[0, 0, 4:24, 4:36].detach().numpy()
figure, panels = canvas(1, 3, height=2.6)
for (kind, out), ax in zip(trained.items(), panels, strict=True):
    overlay(0.5 + 20 * (out - out.mean()), title=f"{kind}, 20 × contrast", ax=ax)
show(figure)
reveal("04-trained")

# %% key="unet"
unet, inside = load_weights("head"), {"transposed convolution": [], "two convolutions later": []}
for up in unet.ups:
    for layer, kept in zip((up.enlarge, up.convs), inside.values(), strict=True):
        layer.register_forward_hook(lambda _layer, _given, out, kept=kept: kept.append(out[0]))
with torch.inference_mode():
    answer = unet(torch.from_numpy(head.image)[None, None])
levels = {name: [np.median([unlike(c[None, None]) / (255 * c.std()) for c in out if c.std() > 0]) for out in outs] for name, outs in inside.items()}
for name, values in levels.items():
    print(f"after {name}:", *(f"{one:.2f}" for one in values))
print(f"in the answer: {unlike(answer) / (255 * answer.std()):.3f}")

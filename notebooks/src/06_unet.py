# %% [markdown] key="title"
# # 06 · U-Net and skip connections
#
# *You build the network that outlines a head, measure the outline in millimetres, and find out what its
# skip connections are for.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 77 s on one processor core and 620 MB of memory, without a network
# connection. Reading and trying take about an hour. Run the cells one by one: Run All shows each result
# before you are asked. [Chapter 00](00_start.ipynb) says how a chapter works.
#
# ## You will be able to
#
# - **build** a U-Net from three blocks and check it against the library's, number by number;
# - **measure** a head, from probabilities to a circumference in mm and an age in weeks;
# - **tell apart** a lesion and an ablation, and say what each can prove about a skip connection.

# %% key="setup" tags=["setup"]
import numpy as np
import torch
from fastai.torch_core import set_seed
from torch import nn

from fetal_edu import figures, measure
from fetal_edu.data import data_folder, hc18
from fetal_edu.figures import canvas, dots, feature_maps, growth_chart, loss_curve, overlay, show
from fetal_edu.learning import canvases, head_learner, head_loaders, split_hc18
from fetal_edu.lesson import check, forget, hint, predict, predictions, quiz, reveal
from fetal_edu.measure import fit_probability, format_weeks, weeks_from_hc
from fetal_edu.nets import UNet, count_parameters
from fetal_edu.phantom import draw_head, draw_heads
from fetal_edu.runtime import read_head
from fetal_edu.sample import Value

# %% [markdown] key="why"
# ## Why a sonographer cares
#
# At the 20-week scan a sonographer draws an ellipse around the skull. Its length is the head
# circumference, HC. From HC, a growth chart gives the gestational age, in weeks of pregnancy; here 1 mm is
# about half a day. Two readings by one observer can differ by 3 %, about 5 mm
# (Sarris, Ultrasound Obstet Gynecol 2012, 39: 266).
#
# The picture below is simulated, so the true outline is known exactly: the outer border of the skull. The
# skull is bright above and below, where the beam meets it head-on, and almost gone at the sides.

# %% key="one-head"
clear = draw_head(7, weeks=21)
hc_mm = clear.truth["hc_mm"]
show(overlay(clear.image, truth=clear.truth["ellipse"], spacing=clear.spacing, title=f"HC {hc_mm:.0f} mm"))

# %% [markdown] key="loop-1"
# ## 1 What three halvings leave
#
# A network that labels every pixel turns the picture into **feature maps**, the maps of [chapter
# 02](02_convolution.ipynb): how strongly is some pattern present at each place? It halves them several
# times. Only then does one number see enough of the body to tell *what* is there. Our network takes 48 × 72
# pixels and halves them three times.

# %% key="small-head"
SHAPE = (48, 72)
head = draw_head(7, weeks=21, shape=SHAPE)
show(overlay(head.image, spacing=head.spacing, title=f"one pixel: {head.spacing[1]:.1f} mm"))
predict("06-coarse")

# %% key="coarse"
image = torch.from_numpy(head.image)[None, None]  # (1, 1, 48, 72): batch, channels, height, width
coarse = image
for _halving in range(3):
    coarse = nn.functional.avg_pool2d(coarse, 2)  # the mean of each 2 × 2 numbers
wide = head.spacing[1] * image.shape[-1] / coarse.shape[-1]
figure, (left, right) = canvas(1, 2, height=3.6)
overlay(head.image, spacing=head.spacing, title=f"one pixel: {head.spacing[1]:.1f} mm", ax=left)
overlay(coarse[0, 0].numpy(), spacing=(wide, wide), title=f"one number: {wide:.0f} mm", ax=right)
show(figure)
reveal("06-coarse")

# %% [markdown] key="explain-1"
# **Explain.** One number now stands for a square of 11 mm, and fine position is gone. A trained network
# can keep it in its **channels**, many maps side by side, but must learn to write and to read it there. A
# **skip connection** offers a short way: it hands on the map from before a halving, past everything below.
#
# **Change.** Halve only twice: `range(2)`. Can you see the skull again?
#
# ## 2 Three blocks make a U-Net
#
# Each box of the diagram holds feature maps: channels × height × width. Down the left, the **encoder** gains
# channels and loses size. Up the right, the **decoder** brings the size back. The dashed arrows are the skip
# connections, numbered from full size down.
#
# - `two_conv`: two **convolutions** of 3 × 3. Behind each, **batch normalisation** brings every channel to
#   one mean and spread, to speed up training ([chapter 08](08_little_data.ipynb) tries it); ReLU sets
#   negative numbers to zero.
# - `down`: **max pooling** of 2 × 2 ([chapter 03](03_pooling.ipynb)). Then `two_conv`.
# - `HandUp`: a **transposed convolution** ([chapter 04](04_upsampling.ipynb)) stamps 2 × 2 pixels for each
#   one, and brings the channels down to `n_out`. `torch.cat` puts the skip beside the result, along the
#   channels. Then `two_conv`.

# %% key="diagram"
CHANNELS = (8, 16, 32, 48)
show(figures.unet_diagram(CHANNELS, SHAPE))


def two_conv(n_in, n_out):
    one, other = (nn.Conv2d(n, n_out, 3, padding=1, bias=False) for n in (n_in, n_out))
    return nn.Sequential(one, nn.BatchNorm2d(n_out), nn.ReLU(), other, nn.BatchNorm2d(n_out), nn.ReLU())


def down(n_in, n_out):
    return nn.Sequential(nn.MaxPool2d(2), two_conv(n_in, n_out))


predict("06-join")


# %% key="up"
class HandUp(nn.Module):
    def __init__(self, n_in, n_skip, n_out):
        super().__init__()
        self.enlarge = nn.ConvTranspose2d(n_in, n_out, kernel_size=2, stride=2)
        self.convs = two_conv(n_skip + n_out, n_out)

    def forward(self, below, skip):
        larger = self.enlarge(below)  # (B, n_out, 2H, 2W)
        joined = torch.cat([skip, larger], dim=1)  # (B, n_skip + n_out, 2H, 2W)
        return self.convs(joined)  # (B, n_out, 2H, 2W)


block = HandUp(32, 16, 16)
print("channels into two_conv:", block.convs[0].in_channels)
reveal("06-join")

# %% [markdown] key="explain-2"
# **Explain.** The transposed convolution has already brought 32 channels down to 16. The maps are not
# added: they lie side by side, and the next convolution learns how to mix them.
#
# Now the whole network: `__init__` holds the layers, `forward` leads through them. Follow it in the diagram
# with a finger. Behind `#` stands a shape: pictures in the batch, channels, height, width. At the end a 1 × 1
# convolution turns 8 channels into one number for each pixel.
#
# The library's `UNet` is the same network for any number of levels, its blocks are `TwoConv`, `Down` and
# `Up`. To prove it, the second cell below copies its weights into yours, in order, and gives both the same
# picture. `eval()` tells batch normalisation to use what it has stored, not the batch at hand.


# %% key="hand-unet"
class HandUNet(nn.Module):
    def __init__(self, c=CHANNELS):
        super().__init__()
        self.first = two_conv(1, c[0])
        self.downs = nn.ModuleList(down(c[i], c[i + 1]) for i in (0, 1, 2))
        self.ups = nn.ModuleList(HandUp(c[i], c[i - 1], c[i - 1]) for i in (3, 2, 1))
        self.last = nn.Conv2d(c[0], 1, kernel_size=1)

    def forward(self, image):
        skip_0 = self.first(image)  # (B, 8, H, W)
        skip_1 = self.downs[0](skip_0)  # (B, 16, H/2, W/2)
        skip_2 = self.downs[1](skip_1)  # (B, 32, H/4, W/4)
        deep = self.downs[2](skip_2)  # (B, 48, H/8, W/8)
        up = self.ups[1](self.ups[0](deep, skip_2), skip_1)  # (B, 16, H/2, W/2)
        return self.last(self.ups[2](up, skip_0))  # (B, 1, H, W)


# %% key="agree"
set_seed(0)
theirs, mine = UNet(CHANNELS).eval(), HandUNet().eval()
copied = zip(mine.state_dict(), theirs.state_dict().values(), strict=True)
mine.load_state_dict(dict(copied))
with torch.inference_mode():
    apart = (mine(image) - theirs(image)).abs().max()
print(f"{count_parameters(mine):,} weights, theirs {count_parameters(theirs):,}")
print(f"the outputs differ by at most {apart:.1g}")

# %% [markdown] key="change-2"
# **Change.** Give the library's network 50 rows: `theirs(torch.zeros(1, 1, 50, 72))`. Read the last line of
# the message. Then try `mine`. Which message helps more?
#
# ## 3 Train, then measure
#
# The simulator draws 120 heads to learn from and 60 to test on: other seeds, so other heads. Ages,
# probes, shadows and gain (brightness) vary. A fastai `Learner` runs the training. The loss asks each pixel
# (cross-entropy) and the overlap as a whole: **Dice** is twice the shared area, divided by the sum of both
# areas, and at best 1. After each pass (epoch), the table shows how the test heads do: `valid_loss` and
# `dice_on_canvas`. Nothing is chosen by them.

# %% key="draw"
study, test = draw_heads(120, seed=1, shape=SHAPE), draw_heads(60, seed=2, shape=SHAPE)
study_maps, test_maps = canvases(study, canvas=SHAPE), canvases(test, canvas=SHAPE)  # (n, 1, 48, 72) bytes
test_images = test_maps[0].float() / 255  # (60, 1, 48, 72)
loaders = head_loaders(study_maps, test_maps, batch_size=8)
pixel_mm = np.mean([sample.spacing[0] for sample in test])
print(f"{len(study)} heads to learn from, {len(test)} to test on, one pixel is {pixel_mm:.1f} mm on average")
predict("06-hc")


# %% key="train"
def train(channels, *, skips, seed, progress=False):
    set_seed(seed)  # fixes the first weights and the order of the heads
    net = UNet(channels, skips=skips)
    learner = head_learner(loaders, net, bf16=False, progress=progress)  # float32 on every machine
    learner.fit_one_cycle(12, 8e-3)  # 12 passes; the steps grow, up to a rate of 0.008, and shrink
    return net.eval(), learner.recorder


unet, history = train(CHANNELS, skips=True, seed=0, progress=True)
show(loss_curve([float(loss) for loss in history.losses], valid=[row[1] for row in history.values]))

# %% [markdown] key="measure-text"
# The dashed line is the test heads. The solid one is a running mean, so it lags behind.
#
# Now one head, step by step. The network gives a number for each pixel, and `sigmoid` turns it into a
# probability. The line where it crosses one half is the outline. An ellipse is fitted to that line **in
# millimetres**, and its circumference is HC. An equation of the INTERGROWTH-21st study turns HC into
# weeks; 20+6 means 20 weeks and 6 days.


# %% key="one-reading"
def probabilities(net, images, gates=None):
    with torch.inference_mode():
        return net(images, gates=gates).sigmoid()[:, 0].numpy()  # (B, 48, 72)


found = probabilities(unet, image)[0]
ellipse = fit_probability(found, head.spacing)
weeks = weeks_from_hc(ellipse.circumference)
print(f"HC {ellipse.circumference:.1f} mm, true {head.truth['hc_mm']:.1f} mm")
print(f"{format_weeks(weeks.value)} weeks, drawn at {format_weeks(head.truth['ga_weeks'])}")
true = head.truth["ellipse"]
show(overlay(head.image, mask=found > 0.5, ellipse=ellipse, truth=true, spacing=head.spacing))
show(growth_chart(hc=Value(ellipse.circumference, "mm"), ga=weeks))


# %% key="all-readings"
def hc_error(probability, sample):
    try:
        hc = fit_probability(probability, sample.spacing).circumference
    except ValueError:
        hc = 0.0  # no outline found: the whole HC is missed
    return hc - sample.truth["hc_mm"]


def hc_errors(maps):
    return np.array([hc_error(p, sample) for p, sample in zip(maps, test, strict=True)])


errors = hc_errors(probabilities(unet, test_images))
print(f"mean error {np.abs(errors).mean():.1f} mm, {np.mean(errors > 0):.0%} of the heads too large")
reveal("06-hc")

# %% [markdown] key="explain-3"
# **Explain.** Divide by 2π: the mean radius is off by about half a mm. The outline runs *between* pixels,
# where the probability crosses one half. And the ellipse averages over more than a hundred such places:
# errors outwards and inwards cancel. In Dice they add up.
#
# In the growth chart, nine of ten healthy babies lie in the grey band
# ([source](https://doi.org/10.1016/S0140-6736%2814%2961490-2)). So one HC fits about two weeks of ages,
# the bar: far more than the network errs.
#
# **Change.** Fit at another level: `fit_probability(found, head.spacing, level=0.2)`. How many mm, and so
# how many days, does that choice cost?
#
# ## 4 Lesion: close a skip in the trained network
#
# What travels over the skips? Look at two channels of each; dark blue is zero. At full size you see edges.
# Further down, the maps are coarser and follow the head only roughly.
#
# `gates` multiplies each skip: 1 is open, 0 is closed. Closing a gate in a finished network is a
# **lesion**, a word from the study of the brain: damage one part, see what fails. A head without an outline
# is *lost*: all of its HC counts as error.

# %% key="skip-maps"
with torch.inference_mode():
    maps = [unet.first(image)]  # (1, 8, 48, 72)
    for step in unet.downs:
        maps.append(step(maps[-1]))  # (1, 16, 24, 36), (1, 32, 12, 18), (1, 48, 6, 9)
pairs = [maps[level][0, channel].numpy() for channel in (0, 1) for level in (0, 1, 2)]
names = [f"skip {level}, channel {channel}" for channel in (0, 1) for level in (0, 1, 2)]
show(feature_maps(pairs, titles=names, columns=3))
predict("06-lesion")


# %% key="lesion"
def mean_dice(maps):
    return np.mean([measure.dice(p > 0.5, s.mask("head")) for p, s in zip(maps, test, strict=True)])


GATES = {"all open": (1, 1, 1), "skip 0 closed": (0, 1, 1), "skip 1 closed": (1, 0, 1)}
GATES |= {"skip 2 closed": (1, 1, 0), "all closed": (0, 0, 0)}
for name, gates in GATES.items():
    maps = probabilities(unet, test_images, gates=torch.tensor(gates, dtype=torch.float32))
    wrong = hc_errors(maps)
    lost = sum(wrong == [-sample.truth["hc_mm"] for sample in test])
    print(f"{name:14} Dice {mean_dice(maps):.3f}  mean HC error {np.abs(wrong).mean():5.1f} mm  lost {lost}")
reveal("06-lesion")

# %% [markdown] key="explain-4"
# **Explain.** In all our runs closing skip 0 hurt least. The fine edges travel there, but skip 1 still
# brings a map of half the size, fine enough for a large, smooth outline. Which of the other two hurts more
# depends on the run and the measure: one lost head adds over 1 mm to the mean.
#
# ### Explorer: the gates by hand
#
# Each slider is a gate of the trained network. At first all are closed, and you see the head that suffers
# most from it.
#
# 1. Open one gate alone. Which one brings most of the head back?
# 2. Go through the heads. Do some hardly care?
# 3. **Change.** Set all gates to one half. Is the damage half as large?
#
# `print(explorer.describe())` says it in words.


# %% key="explorer"
from fetal_edu.widgets import GateExplorer


def with_gates(number, gates):
    one = test_images[number : number + 1]  # (1, 1, 48, 72)
    return probabilities(unet, one, gates=torch.tensor(gates))[0]


closed = torch.zeros(3)
harm = np.abs(hc_errors(probabilities(unet, test_images, gates=closed))) - np.abs(errors)
worst = int(np.argmax(np.where(np.abs(errors) < 5, harm, 0)))  # of those found well while all are open
explorer = GateExplorer(test, with_gates, gates=(0.0, 0.0, 0.0), head=worst + 1)
explorer

# %% [markdown] key="loop-5"
# Does this damage prove that a head can't be outlined without skips? No: the decoder was trained *with*
# them, and now gets zeros instead. A lesion shows what **this network** relies on, not what the **task**
# needs.
#
# ## 5 Ablation: train without skips
#
# To ask what the task needs, train a network that never had skips: an **ablation**. Without skips the
# decoder has fewer weights. To be fair, the rival gets more channels, until the counts nearly agree. One
# training may be luck, so each gets three, with three seeds: other first weights, another order of the
# heads. Five more trainings take about a minute.
#
# Look at the **unsure rim** too: how wide is the band where the probability lies between 0.1 and 0.9?

# %% key="equal"
RIVAL = (9, 17, 34, 51)
for channels in (CHANNELS, RIVAL, (10, 20, 40, 60)):
    print(channels, f"{count_parameters(UNet(channels, skips=False)):,} weights without skips")
print(f"the U-Net has {count_parameters(unet):,}: the second comes nearest")


def rim_mm(probability, sample):  # area of the unsure pixels, divided by the length of the outline
    unsure = (probability > 0.1) & (probability < 0.9)
    return unsure.sum() * sample.spacing[0] * sample.spacing[1] / sample.truth["hc_mm"]


predict("06-ablation")


# %% key="ablation"
def score(net, gates=None):
    maps = probabilities(net, test_images, gates=gates)
    rim = np.mean([rim_mm(p, sample) for p, sample in zip(maps, test, strict=True)])
    return np.abs(hc_errors(maps)).mean(), mean_dice(maps), rim


networks = {"with skips": [unet], "without skips": []}
for name, channels, seeds in (("with skips", CHANNELS, (1, 2)), ("without skips", RIVAL, (0, 1, 2))):
    for seed in seeds:
        networks[name].append(train(channels, skips=name == "with skips", seed=seed)[0])
        print(f"{name}, seed {seed}: trained")

# %% key="table"
scores = {name: [score(net) for net in three] for name, three in networks.items()}
scores["lesion"] = [score(net, gates=closed) for net in networks["with skips"]]
print("mean ± standard deviation of three seeds, 60 test heads")
print("               HC error (mm)  unsure rim (mm)  Dice")
for name, rows in scores.items():
    (hc, overlap, rim), sd = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1)
    print(f"{name:14} {hc:4.1f} ± {sd[0]:3.1f}     {rim:.2f} ± {sd[2]:.2f}      {overlap:.3f} ± {sd[1]:.3f}")
shown = {name: [row[0] for row in scores[name]] for name in networks}
show(dots(shown, label="mean HC error (mm); the bar is the mean of three", zero=True))
reveal("06-ablation")

# %% [markdown] key="explain-5"
# **Explain.** In our runs the mean error was 3.1 mm with skips and 4.3 mm without, but the dots
# overlapped. Dice fell by 0.01. With all gates closed, the three with skips erred by 8 to 12 mm. Your
# numbers differ a little: processors round differently.
#
# So a network that never had skips carries position through the narrow bottom. What it loses is
# sharpness: its unsure rim is twice as wide.
#
# Three seeds can't settle the millimetres: they may be luck. A head is large and smooth, the easiest case
# for a network without skips. Thin structures may suffer more, as in [chapter 05](05_fcn.ipynb).
#
# **Change.** Repeat the lesions of part 4 with `networks["with skips"][1]` in place of `unet`: the same
# training, another seed. Which of your findings stay?
#
# ## A real head
#
# The course brings a U-Net of five levels and 0.9 million weights, trained on real heads of the public
# HC18 set and on simulated ones. If you have HC18 (`fetal-edu data add hc18 FOLDER`), the next cell
# measures a real head that was held out from training, otherwise a simulated one. In brackets stand
# intervals: that of HC held 95 % of the held-out heads of its size, that of the age is the growth chart's.
#
# Then take a small head: write `< 97` in place of `> 150`. Its interval is wider, because small heads came
# out worse, and it gets no age: the chart begins at 14 weeks.

# %% key="real" tags=["real"]
real = data_folder("hc18") is not None
held_out = split_hc18(hc18())[1] if real else [draw_head(11, weeks=age) for age in (22, 13)]
sample = next(one for one in held_out if one.truth["hc_mm"] > 150)
reading = read_head(sample)
print("a real head:" if real else "HC18 is not on this machine; a simulated head:", sample.origin)
print(f"HC: {reading.values['hc']}, {'annotated' if real else 'true'} {sample.truth['hc_mm']:.1f} mm")
print("age:", reading.values["ga"])
print("quality:", reading.quality, *reading.notes)
show(overlay(sample.image, ellipse=reading.ellipse, truth=sample.truth["ellipse"], spacing=sample.spacing))

# %% [markdown] key="exercises"
# ## Exercises
#
# Write each body in place of the dots and run the cell. Stuck? Run `hint("dice")` in a cell of its
# own, up to three times. 1 and 2 are for everyone, 3 and 4 go further.
#
# 1. **Crop and concatenate.** The U-Net of 2015 did not pad its convolutions. Each cost it a rim, so the
#    encoder's map had to be cropped to the decoder's size.
# 2. **Dice.** Count what part 3 took from the library.
# 3. **Receptive field** (chapter 02). How far does one output pixel see? Then ask for our own network: does
#    it see more than the 72 pixels that our pictures are wide?
#
#    ```python
#    level_down, level_up = [(2, 2), (3, 1), (3, 1)], [(1, 0.5), (3, 1), (3, 1)]
#    receptive_field([(3, 1), (3, 1)] + level_down * 3 + level_up * 3)
#    ```
#
# 4. **Ellipse to circumference.** The last step from an outline to HC.


# %% key="crop-concat" tags=["exercise", "check"]
def crop_and_concatenate(encoder, decoder):
    """Cut the middle out of `encoder`, as large as `decoder`, and join the two: encoder's channels first.

    Both are arrays of (channels, height, width). If a margin is odd, the lower or right side loses one more.
    """
    # <solution>
    height, width = decoder.shape[1:]
    top, left = (encoder.shape[1] - height) // 2, (encoder.shape[2] - width) // 2
    middle = encoder[:, top : top + height, left : left + width]  # (n, height, width)
    return np.concatenate([middle, decoder])  # (n + m, height, width)
    # </solution>


check("crop-concat", crop_and_concatenate)


# %% key="dice" tags=["exercise", "check"]
def dice(first, second):
    """Return twice the shared pixels over the pixels of both masks together.

    Both are bool arrays of one shape. Two empty masks agree: their overlap is complete.
    """
    # <solution>
    total = first.sum() + second.sum()
    return 2 * (first & second).sum() / total if total else 1.0
    # </solution>


check("dice", dice)


# %% key="receptive-field" tags=["exercise", "check"]
def receptive_field(layers):
    """Return how many pixels of the picture one output pixel sees, along one row.

    `layers` lists (kernel, stride) from the picture on: a 3 × 3 convolution is (3, 1), a 2 × 2 pooling
    (2, 2), an up-sampling by 2 is (1, 0.5). Where output pixels differ, return their mean.
    """
    # <solution>
    field, step = 1, 1
    for kernel, stride in layers:
        field, step = field + (kernel - 1) * step, step * stride
    return field
    # </solution>


check("receptive-field", receptive_field)


# %% key="circumference" tags=["exercise", "check"]
def circumference_mm(height, width, spacing):
    """Return the circumference in mm of an upright ellipse, `height` by `width` pixels.

    `spacing` is (mm per row, mm per column); a and b are the half axes in mm. Ramanujan's formula:
    pi (a + b) (1 + 3h / (10 + sqrt(4 - 3h))) with h = ((a - b) / (a + b))²
    """
    # <solution>
    a, b = height / 2 * spacing[0], width / 2 * spacing[1]
    h = ((a - b) / (a + b)) ** 2
    return np.pi * (a + b) * (1 + 3 * h / (10 + np.sqrt(4 - 3 * h)))
    # </solution>


check("circumference", circumference_mm)

# %% [markdown] key="quiz-text"
# ## Quiz
#
# Every answer gets a comment. Your five predictions stand below.

# %% key="quiz"
quiz("06")

# %% key="predictions"
predictions("06")

# %% [markdown] key="summary"
# ## Summary
#
# 1. Three halvings make one number stand for a square eight pixels wide; a skip connection brings back the
#    map before a halving.
# 2. `TwoConv`, `Down` and `Up` are the whole U-Net; `Up` puts skip and decoder side by side, it does not
#    add them.
# 3. Probability, outline, ellipse in mm, HC, weeks: each step can be checked, and HC can err by less than
#    Dice suggests.
# 4. A lesion asks what this network relies on. An ablation, at equal weights and over several seeds, asks
#    what the task needs.
# 5. For a large smooth head, skips buy a sharper rim and perhaps better millimetres; the task is possible
#    without.
#
# ## Limits
#
# This is teaching material and not a medical device. The pictures are simulated and small, each holds one
# head; sixty test heads and three seeds are few. Channels and passes were chosen so that the chapter runs in
# class. Weeks from a growth chart are those of an average baby of that size: a head small for its age dates
# too young.
#
# ## Further reading
#
# - O. Ronneberger, P. Fischer, T. Brox: U-Net: convolutional networks for biomedical image segmentation.
#   MICCAI 2015. [10.1007/978-3-319-24574-4_28](https://doi.org/10.1007/978-3-319-24574-4_28)
# - T. van den Heuvel and others: Automated measurement of fetal head circumference using 2D ultrasound
#   images (the HC18 set). PLoS ONE 2018.
#   [10.1371/journal.pone.0200412](https://doi.org/10.1371/journal.pone.0200412)
# - A. Papageorghiou and others: Ultrasound-based gestational-age estimation in late pregnancy. Ultrasound
#   Obstet Gynecol 2016. [10.1002/uog.15894](https://doi.org/10.1002/uog.15894)

# %% [markdown] key="title"
# # 00 · Start here
#
# *In a quarter of an hour you look at a head, make a prediction, write one function, and know where
# everything is.*

# %% [markdown] key="cost"
# **Measured cost.** Run All takes 2 s on one processor core and 210 MB of memory, without a network
# connection. Reading and trying take 10 to 15 minutes.
#
# Click into the first cell below. Shift+Enter runs it and goes to the next. Go on like that, one cell at a
# time. A star, `[*]`, means that a cell is still running; a number, that it is done. The first cell only
# loads what this chapter uses, and shows nothing.

# %% key="setup" tags=["setup"]
from fetal_edu.figures import canvas, overlay, show
from fetal_edu.lesson import check, forget, hint, local_store, predict, predictions, quiz, reveal
from fetal_edu.phantom import draw_head

# %% key="first-head"
head = draw_head(7, weeks=21)
show(overlay(head.image, truth=head.truth["ellipse"], spacing=head.spacing))
print(f"head circumference (HC): {head.truth['hc_mm']:.1f} mm")

# %% [markdown] key="what-it-is"
# This is a fetal head at 21 weeks, as ultrasound shows it. It is no patient's: a **simulator** drew it from
# the physics of sound in the body. So we know the true outline exactly. The dashed line is that outline, the
# outer border of the skull. Its length is the **head circumference**, HC. From HC, a growth chart tells how
# many weeks the pregnancy has lasted.
#
# **Change.** In the cell above, replace 21 by 30 and run it again: an older head. Replace 7 by another
# number: another head. Then set both back.
#
# ## How a chapter works
#
# A chapter goes in loops of four steps:
#
# - **Predict.** A question with choices. Choose before you run the next cell: click, or go there with Tab and
#   press Space. A wrong guess costs nothing, and you will remember the answer better.
# - **Run.** The next cell shows what happens, and compares it with what you chose.
# - **Explain.** The text says why.
# - **Change.** You change something, run it again, and watch.
#
# Here is the first loop. The picture above has 256 × 384 pixels, rows × columns. Soon you will draw the same
# head with half as many along each side.

# %% key="predict"
predict("00-half")

# %% key="half"
small = draw_head(7, weeks=21, shape=(128, 192))
figure, panels = canvas(1, 2, height=3.6)
for sample, ax in zip((head, small), panels, strict=True):
    pixels = int(sample.mask("head").any(axis=0).sum())  # columns that the head reaches
    print(f"{pixels} pixels of {sample.spacing[1]:.3f} mm: {pixels * sample.spacing[1]:.1f} mm wide")
    overlay(sample.image, spacing=sample.spacing, title=f"{pixels} pixels wide", ax=ax)
show(figure)
reveal("00-half")

# %% [markdown] key="explain"
# **Explain.** Half as many pixels, and each covers twice the width: the head stays as wide as it is. How
# much of the body one pixel covers is the **spacing**, in mm. Each picture of this course carries its own. A
# picture without it can't be measured.
#
# **Change.** How few pixels are enough for you to see a head? Try `shape=(32, 48)`.
#
# ## A first exercise
#
# Pixels are not always square: `spacing` holds two numbers, mm per row and mm per column. Write the
# function below in place of the three dots, and run the cell. The last line, `check`, tries it on several
# cases. It tells you that all is right, or where to look. A crash or an endless loop does no harm.
#
# Stuck? Run `hint("length-mm")` in a cell of its own; **+** in the bar above makes one. There are three
# hints.


# %% key="length-mm" tags=["exercise", "check"]
def length_mm(start, end, spacing):
    """Return the length in mm of the straight line from `start` to `end`.

    Both are pixels, (row, column). `spacing` is (mm per row, mm per column).
    """
    # <solution>
    down = (end[0] - start[0]) * spacing[0]
    across = (end[1] - start[1]) * spacing[1]
    return (down**2 + across**2) ** 0.5
    # </solution>


check("length-mm", length_mm)

# %% [markdown] key="quiz-text"
# ## A first quiz
#
# A chapter ends with four questions; this one has a single one. Every answer gets a comment, the wrong ones
# too. You can answer as often as you like.

# %% key="quiz"
quiz("00")

# %% [markdown] key="kept-text"
# ## Your answers
#
# At the end of a chapter you see what you predicted beside what came out.
#
# Predictions, tries and quiz answers are kept on this machine only, in the folder that the next cell prints.
# Nothing is sent anywhere. `forget("00")` deletes the predictions of this chapter, so that you can start
# afresh. If you delete the folder, all answers are gone. On Binder they go when the session ends.

# %% key="predictions"
print("Your answers are kept in", local_store().folder)
predictions("00")

# %% [markdown] key="course"
# ## What is in the course
#
# | No. | Chapter | State |
# |---|---|---|
# | 00 | start here | you are here |
# | 01 | [how ultrasound sees](01_ultrasound.ipynb): from one echo to a picture | ready |
# | 02 | [convolution](02_convolution.ipynb): name planes, see how far a network sees | ready |
# | 03 | [pooling](03_pooling.ipynb): what each halving leaves | ready |
# | 04 | [upsampling](04_upsampling.ipynb): back to full size | ready |
# | 05 | [fully convolutional networks](05_fcn.ipynb): find a heart in a map | ready |
# | 06 | [U-Net and skip connections](06_unet.ipynb): outline a head, measure it | ready |
# | 07 | [CNN + RNN](07_recurrence.ipynb): what a memory adds | ready |
# | 08 | [little data](08_little_data.ipynb): what helps eight outlined heads | ready |
# | 09 | [the head](09_head.ipynb): five published systems on trial | ready |
# | 10 | [the abdomen](10_abdomen.ipynb): three published systems on trial | ready |
# | 11, 12 | the reviewed systems for heart and volumes | planned |
# | 13 | real images | planned |
#
# - **Dashboards** need no code: [all of them](/voila/render/dashboards/index.ipynb), or at once
#   [measure a head](/voila/render/dashboards/segment.ipynb), on a sample or on an image of your own. (The
#   links work inside JupyterLab; elsewhere open `dashboards/index.ipynb`.)
# - **Solutions** lie in the folder `solutions`, under the same names. Try `check` and three hints first.
# - **On the command line**, `fetal-edu measure IMAGE` measures a head, and `fetal-edu doctor` says what is
#   installed.
#
# ## Limits
#
# This is teaching material and not a medical device: never decide about a patient by it. The simulator draws
# what matters for learning; real images are harder. Each chapter says what it does not show.
#
# **Next:** [01 · How ultrasound sees](01_ultrasound.ipynb). It takes about an hour and asks for NumPy only.
# From [02 · Convolution](02_convolution.ipynb) on you need a little PyTorch. Each chapter leans on those
# before it, and links to the one that explains a term.

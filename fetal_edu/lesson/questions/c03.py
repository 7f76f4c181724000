"""What chapter 03 asks, pooling."""

from __future__ import annotations

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "03-slit",
        _(
            "You max-pool the whole picture three times: a number then covers 1, 2, 4 mm. What stands where "
            "the slit was, at 4 mm?"
        ),
        (
            Option(
                _("numbers darker than brain"), _("The slit's pixels are dark, but the darkest never wins.")
            ),
            Option(_("the grey of brain"), _("A mean could come out so. The largest is no mixture.")),
            Option(
                _("numbers brighter than brain"),
                _("Every window of 4 mm reaches into a bright wall."),
                right=True,
            ),
        ),
    ),
    Item(
        "03-lift",
        _(
            "The largest of four independent numbers was 1.57 times the mean. Now take speckle, and four "
            "neighbouring pixels of 0.5 mm. The resolution cell is 0.4 mm high and 1 mm wide. Their largest "
            "is, on average:"
        ),
        (
            Option(
                _("less than 1.57 times the mean"),
                _("Pixels side by side share a cell, and are alike."),
                right=True,
            ),
            Option(_("1.57 times the mean"), _("So it would be if each pixel were a new throw of the dice.")),
            Option(_("more than 1.57 times the mean"), _("For that, neighbours would have to differ more.")),
        ),
    ),
    Item(
        "03-layer",
        _(
            "You halve three times by the mean. Of the bright layer's 12 dB, 5 are left. Is one number of "
            "the layer now easier to tell from tissue than one pixel was?"
        ),
        (
            Option(
                _("harder: the contrast is less"),
                _("Contrast is only one of two things. What became of the spread?"),
            ),
            Option(
                _("as hard as before: both lose alike"),
                _("The layer's contrast fell to less than a half. And the spread?"),
            ),
            Option(
                _("easier: speckle loses even more"),
                _("Its spread fell to a fifth, the contrast to less than a half."),
                right=True,
            ),
        ),
    ),
    Item(
        "03-place",
        _(
            "The layer climbs by 0.5 mm at a time. A row of the max-pooled map is 4 mm high. How does the "
            "brightest row follow?"
        ),
        (
            Option(_("by 0.5 mm at a time"), _("The map has a row every 4 mm, and none between.")),
            Option(
                _("it waits, then jumps: up to 2 mm off"),
                _("Wherever in its window the layer lies, the maximum is the same."),
                right=True,
            ),
            Option(
                _("it waits, then jumps: up to 4 mm off"), _("That is the jump. From mid-window, it is half.")
            ),
        ),
    ),
    Item(
        "03-shift",
        _(
            "You move the head by one pixel, 0.5 mm, and max-pool three times. Moved back, how far is its "
            "map from that of the still head, in % of the map's spread?"
        ),
        (
            Option(
                _("1 % or less: the maximum stays"),
                _("It stays while its pixel does. But of eight rows, one leaves the window and one enters."),
            ),
            Option(
                _("about a fifth"),
                _("In many windows, the brightest pixel leaves or a brighter one enters."),
                right=True,
            ),
            Option(
                _("about as much as its spread, 100 %"),
                _("So far apart are maps that have little in common."),
            ),
        ),
    ),
)

QUIZ = (
    Item(
        "03-size",
        _("A map has 75 rows and 101 columns. What is its size after `nn.MaxPool2d(2)`?"),
        (
            Option(_("37 × 50"), _("Halved and rounded down: the last row and column are lost."), right=True),
            Option(_("38 × 51"), _("That would need windows that are cut off; PyTorch leaves them out.")),
            Option(_("74 × 100"), _("So it would be with a stride of 1. Without a word, it is the size: 2.")),
            Option(_("25 × 33"), _("For that the window would have to be 3 wide.")),
        ),
    ),
    Item(
        "03-fluid",
        _(
            "A network should find a vessel of 2 mm, dark in bright tissue. Its first layer is a max pooling "
            "to 4 mm. What helps most?"
        ),
        (
            Option(_("More channels after the pooling"), _("What is lost by then, no channel brings back.")),
            Option(
                _("Windows of 3 × 3 in place of 2 × 2"),
                _("Then even fewer windows lie in the dark as a whole."),
            ),
            Option(_("More gain, so that all is brighter"), _("The walls get brighter, too, and still win.")),
            Option(
                _("A convolution before the pooling"),
                _("A kernel can turn dark between bright into a large number, and large numbers survive."),
                right=True,
            ),
        ),
    ),
    Item(
        "03-why",
        _("What does pooling give to the convolutions behind it, at the same kernel size?"),
        (
            Option(
                _("More weights to learn with"), _("Pooling has none, and a 3 × 3 kernel keeps its nine.")
            ),
            Option(_("A finer view of small structures"), _("Coarser: one step is now two pixels long.")),
            Option(
                _("A wider view in mm, for less computing"),
                _("Twice as wide with each halving, at a quarter of the places."),
                right=True,
            ),
            Option(
                _("Independence of small shifts"),
                _("In part 5, one pixel changed the map by a fifth of its spread."),
            ),
        ),
    ),
    Item(
        "03-order",
        _("Why does blur pooling blur before it leaves out rows and columns, and not after?"),
        (
            Option(
                _("Because that order is the faster one"),
                _("It is slower: the blur has four times as many places to visit."),
            ),
            Option(
                _("So that what is left out leaves a trace"),
                _("The blur hands it on to its neighbours. Afterwards there is nothing to hand on."),
                right=True,
            ),
            Option(
                _("For no reason: both orders give the same"),
                _("Try it in exercise 2: with `picture[::2, ::2]` first, `check` finds another map."),
            ),
            Option(_("So that the map does not get too small"), _("Both orders give the same size.")),
        ),
    ),
)

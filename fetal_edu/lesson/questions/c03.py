"""What chapter 03 asks, pooling."""

from __future__ import annotations

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "03-slit",
        _(
            "You max-pool the whole picture once, twice, three times: a number is then 1, 2, 4 mm wide. What "
            "stands where the slit was, at 4 mm?"
        ),
        (
            Option(_("numbers darker than brain"), _("The pixels were dark, but the darkest never wins.")),
            Option(_("the grey of brain"), _("That would be a fair mixture. The largest is not fair.")),
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
            "The largest of four independent grains is on average 1.57 times their mean. Now take speckle, "
            "and four neighbours of 0.5 mm. The resolution cell is 0.4 mm high and 1 mm wide. The largest of "
            "these four is:"
        ),
        (
            Option(
                _("less than 1.57 times the mean"),
                _("Pixels side by side share a cell, and are alike."),
                right=True,
            ),
            Option(_("1.57 times the mean"), _("That holds if each pixel is a new throw of the dice.")),
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
            Option(_("harder: less contrast"), _("Contrast is half of it. What became of the speckle?")),
            Option(_("as hard as before"), _("That would be so if speckle had lost as much as the layer.")),
            Option(
                _("easier: speckle has lost even more"),
                _("Its spread fell to a fifth, the contrast to less than a half."),
                right=True,
            ),
        ),
    ),
    Item(
        "03-place",
        _(
            "The layer climbs by 0.5 mm at a time; a row of the max-pooled map is 4 mm high. How does the "
            "brightest row follow?"
        ),
        (
            Option(_("by 0.5 mm at a time"), _("A row can't be the brightest by halves.")),
            Option(
                _("it waits, then jumps: up to 2 mm off"),
                _("Within one window, the maximum says nothing of the place."),
                right=True,
            ),
            Option(
                _("it waits, then jumps: up to 4 mm off"), _("That is the jump. The error is half of it.")
            ),
        ),
    ),
    Item(
        "03-shift",
        _(
            "You move the head by one pixel, 0.5 mm, and halve three times by max pooling. Moved back, how "
            "far is its map from that of the still head, in % of the map's spread?"
        ),
        (
            Option(
                _("1 % or less: the maximum stays"),
                _("It stays while its pixel stays in the window. But one row in eight enters or leaves."),
            ),
            Option(
                _("about a fifth"),
                _("Where a window's brightest pixel leaves or a brighter one enters, its number changes."),
                right=True,
            ),
            Option(
                _("about as much as its spread, 100 %"),
                _("Then two maps would hardly have a thing in common."),
            ),
        ),
    ),
)

QUIZ = (
    Item(
        "03-size",
        _("A map has 75 rows and 101 columns. What is its size after `nn.MaxPool2d(2)`?"),
        (
            Option(_("38 × 51"), _("That would need windows that are cut off; PyTorch leaves them out.")),
            Option(_("37 × 50"), _("Halved and rounded down: the last row and column are lost."), right=True),
            Option(_("74 × 100"), _("So it would be with a stride of 1. Without a word, it is the size: 2.")),
            Option(_("25 × 33"), _("For that the window would have to be 3 wide.")),
        ),
    ),
    Item(
        "03-fluid",
        _(
            "A network shall find a vessel of 2 mm, dark in bright tissue. Its first layer is a max pooling "
            "to 4 mm. What helps most?"
        ),
        (
            Option(
                _("A convolution before the pooling"),
                _("A kernel can make of dark between bright a large number, and large numbers survive."),
                right=True,
            ),
            Option(_("More channels after the pooling"), _("What is lost by then, no channel brings back.")),
            Option(
                _("Windows of 3 × 3 in place of 2 × 2"),
                _("Then even fewer windows lie in the dark as a whole."),
            ),
            Option(_("More gain"), _("Then the bright walls win by even more.")),
        ),
    ),
    Item(
        "03-why",
        _("What does pooling give to the convolutions behind it, at the same kernel size?"),
        (
            Option(
                _("More weights to learn with"), _("Pooling has none, and a 3 × 3 kernel keeps its nine.")
            ),
            Option(_("A finer view"), _("Coarser: one step is now two pixels long.")),
            Option(
                _("A wider view in mm, for less computing"),
                _("Twice as wide with each halving, at a quarter of the places."),
                right=True,
            ),
            Option(_("Independence of every shift"), _("Part 5 measured it: maps change with each pixel.")),
        ),
    ),
    Item(
        "03-order",
        _("Why does blur pooling blur before it leaves out rows and columns, and not after?"),
        (
            Option(
                _("It is faster"),
                _("It is slower: the blur has four times as many places to visit."),
            ),
            Option(
                _("What is left out has to leave its trace first"),
                _("Afterwards there is nothing left of it to blur."),
                right=True,
            ),
            Option(
                _("It makes no difference"),
                _("Try it: `picture[::2, ::2]` first is a mistake in exercise 2."),
            ),
            Option(_("Else the map would be too small"), _("Both orders give the same size.")),
        ),
    ),
)

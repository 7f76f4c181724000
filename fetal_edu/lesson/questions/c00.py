"""What chapter 00 asks, start here."""

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "00-half",
        _("The same head, drawn with 128 × 192 pixels: how wide is it now?"),
        (
            Option(
                _("half as many pixels, half as many millimetres"),
                _("The picture has changed, the head has not."),
            ),
            Option(
                _("half as many pixels, as many millimetres as before"),
                _("Each pixel now covers twice the width."),
                right=True,
            ),
            Option(
                _("as many pixels, as many millimetres as before"),
                _("The picture has half as many columns, and so has the head in it."),
            ),
        ),
    ),
)

QUIZ = (
    Item(
        "00-uneven",
        _(
            "A picture has 0.4 mm per row and 0.2 mm per column. Line A goes 100 pixels down, line B 150 "
            "pixels across. Which is longer in the body?"
        ),
        (
            Option(
                _("A"),
                _("100 steps of 0.4 mm are 40 mm, 150 steps of 0.2 mm are 30 mm."),
                right=True,
            ),
            Option(
                _("B, it has more pixels"),
                _("It has, but pixels are no unit of length: multiply each line by its own spacing."),
            ),
            Option(
                _("B, across each pixel counts 0.4 mm"),
                _("The two spacings have changed places: down takes mm per row, across mm per column."),
            ),
            Option(
                _("That can't be known without the mean spacing"),
                _("The mean belongs to neither direction. Multiply each line by the spacing of its own."),
            ),
        ),
    ),
)

"""Quiz of chapter 00, start here."""

from gettext import gettext as _

from ..question import Item, Option

__all__ = ["ITEMS"]

ITEMS = (
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
                _("On the screen it is. But pixels are no unit of length: multiply each by its own spacing."),
            ),
            Option(
                _("Both, as one pixel is one pixel"),
                _("A pixel is twice as high as it is wide here. Multiply each line by its own spacing."),
            ),
            Option(
                _("That can't be known without the mean spacing"),
                _(
                    "The mean of the two belongs to neither direction. Down takes mm per row, across mm "
                    "per column."
                ),
            ),
        ),
    ),
)

"""What chapter 05 asks, fully convolutional networks."""

from __future__ import annotations

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "05-larger",
        _(
            "A crop's maps have 4 × 4 numbers, a whole frame's 12 × 20. The dense layer would refuse them. "
            "What does the convolution with the same weights answer?"
        ),
        (
            Option(
                _("nothing: it refuses them, too"),
                _("A dense layer would. A kernel slides over any maps that are not smaller than itself."),
            ),
            Option(
                _("two scores for the whole frame"),
                _("So it would be after a mean or a maximum. A convolution only slides."),
            ),
            Option(
                _("two scores at each of 9 × 17 places"),
                _("So often a kernel of 4 × 4 fits into maps of 12 × 20."),
                right=True,
            ),
        ),
    ),
    Item(
        "05-work",
        _(
            "For the same 153 answers, how many multiplications does the whole frame need, against cutting "
            "out each crop?"
        ),
        (
            Option(_("as many: the answers are the same"), _("The same answers, and most steps shared.")),
            Option(_("about half"), _("The crops overlap by more than that.")),
            Option(
                _("less than a tenth"),
                _("A pixel lies in up to 64 crops; the frame convolves it once."),
                right=True,
            ),
        ),
    ),
    Item(
        "05-place",
        _(
            "The heat map is stretched over the whole picture, though crops end at its rim. Where does a "
            "heart near the left border then appear?"
        ),
        (
            Option(
                _("too near to the border"),
                _("The first cells speak for pixels 15 from the rim, and are drawn at the rim."),
                right=True,
            ),
            Option(_("too near to the middle"), _("The map was made larger, not smaller.")),
            Option(_("at its place"), _("Only a heart in the very middle stays where it is.")),
        ),
    ),
    Item(
        "05-strides",
        _("Equal training, three seeds. What do you expect for the border of the head, in mm?"),
        (
            Option(
                _("each halving of the stride halves it"),
                _("That would be so if the stride were all that an error comes from."),
            ),
            Option(
                _("32s clearly worse; 16s and 8s about alike"),
                _("One step finer helped much, the next one little."),
                right=True,
            ),
            Option(
                _("16s clearly best; 32s and 8s worse"),
                _("So it was reported for fetal hearts. For our heads, 8s is no worse."),
            ),
        ),
    ),
    Item(
        "05-thin",
        _(
            "The best scores of stride 8, 5 mm apart, draw a head with a Dice above 0.99. And the skull, a "
            "line of 1 mm?"
        ),
        (
            Option(
                _("above 0.9 as well"), _("A skull is smooth, too, but both its borders lie in one cell.")
            ),
            Option(
                _("about 0.6"),
                _("It gets lost where it runs between two rows of scores."),
                right=True,
            ),
            Option(_("close to zero"), _("That is how it is at stride 32.")),
        ),
    ),
)

QUIZ = (
    Item(
        "05-kernels",
        _(
            "The last maps are 64 maps of 5 × 7 numbers. A dense layer makes ten scores of them. As a "
            "convolution, it has:"
        ),
        (
            Option(
                _("10 kernels of 1 × 1, each over 64 maps"), _("Those have 640 weights, 35 times too few.")
            ),
            Option(
                _("10 kernels of 5 × 7, each over 64 maps"),
                _("One for each score, as large as the maps: 22,400 weights, as before."),
                right=True,
            ),
            Option(
                _("64 kernels of 5 × 7, each over 10 maps"),
                _("Maps come in and scores go out, not reversed."),
            ),
            Option(_("64 kernels of 3 × 3"), _("A kernel that small does not see all the dense layer saw.")),
        ),
    ),
    Item(
        "05-cells",
        _(
            "A network for crops of 36 × 36 pixels has a stride of 8 and no padding. How large is its heat "
            "map for a picture of 100 × 148 pixels?"
        ),
        (
            Option(_("65 × 113"), _("That is every place where a crop fits in; but it moves by 8.")),
            Option(_("12 × 18"), _("The picture through the stride. But a crop has to lie inside wholly.")),
            Option(_("9 × 15"), _("(100 - 36) / 8 + 1 down, (148 - 36) / 8 + 1 across."), right=True),
            Option(_("2 × 4"), _("So many crops lie side by side without overlap.")),
        ),
    ),
    Item(
        "05-agree",
        _(
            "A network pads its maps with zeros. You slide it over a frame, and compare with crops that you "
            "cut out. The two:"
        ),
        (
            Option(
                _("differ, wherever a number sees a crop's rim"),
                _("Beyond its rim a crop has zeros, and the frame has tissue there."),
                right=True,
            ),
            Option(
                _("agree, since the weights are the same"),
                _("So they do without padding. With it, a crop's rim is a border."),
            ),
            Option(
                _("agree, provided that the stride is 1"),
                _("The stride says where the crops lie, not what they see."),
            ),
            Option(
                _("can't be compared, for lack of cells"),
                _("There is one cell for each crop that lies on the stride."),
            ),
        ),
    ),
    Item(
        "05-lacks",
        _("An FCN-8s should mark a vessel that is two pixels wide. What helps most?"),
        (
            Option(
                _("More passes over the pictures"),
                _("Part 5: no training beats the best scores, and those lose a thin line."),
            ),
            Option(
                _("More maps at stride 32"),
                _("They say better what is there, and as roughly as before where."),
            ),
            Option(_("A larger last stamp"), _("It would be smoother still.")),
            Option(
                _("Maps of finer strides on the way up"),
                _("So does the U-Net, with channels of features and not scores alone: chapter 06."),
                right=True,
            ),
        ),
    ),
)

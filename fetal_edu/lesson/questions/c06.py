"""What chapter 06 asks, U-Net and skip connections."""

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "06-coarse",
        _(
            "Here a pixel is 1.4 mm wide. How wide is the square that one number stands for after three "
            "halvings?"
        ),
        (
            Option(_("one pixel, 1.4 mm"), _("A halving makes one number out of 2 × 2.")),
            Option(_("three pixels, about 4 mm"), _("You counted the halvings, but they multiply.")),
            Option(
                _("eight pixels, about 11 mm"),
                _("Each halving doubles the width, and 2 × 2 × 2 is 8."),
                right=True,
            ),
        ),
    ),
    Item(
        "06-join",
        _("32 channels come from below, 16 over the skip, and `n_out` is 16. How many enter `two_conv`?"),
        (
            Option(_("16"), _("You added the maps. They lie side by side.")),
            Option(_("32"), _("16 come over the skip and 16 from below."), right=True),
            Option(_("48"), _("Those 32 come down to 16 before they are joined.")),
        ),
    ),
    Item(
        "06-hc",
        _("After twelve passes over 120 heads: by how much is HC wrong, on average over the 60 test heads?"),
        (
            Option(
                _("around 10 mm"),
                _("That would be a whole pixel all around."),
            ),
            Option(
                _("around 3 mm"),
                _("That is about a third of a pixel all around: an outline is finer than its pixels."),
                right=True,
            ),
            Option(
                _("around half a mm"),
                _("That would be a twentieth of a pixel all around: speckle alone moves the border more."),
            ),
        ),
    ),
    Item(
        "06-lesion",
        _("You close one skip at a time. Which one hurts least?"),
        (
            Option(
                _("skip 0, full size, with the fine edges"),
                _("A smooth outline can do without the finest edges."),
                right=True,
            ),
            Option(_("skip 1, half the size"), _("It carries what an outline needs.")),
            Option(_("skip 2, the coarsest"), _("Coarse as it is, it says where the head lies.")),
        ),
    ),
    Item(
        "06-ablation",
        _(
            "With all gates closed, the error of HC became several times larger. How large is it in a "
            "network that never had skips?"
        ),
        (
            Option(_("as large as with the gates closed"), _("Who never had skips never leans on them.")),
            Option(
                _("somewhat larger than with skips"),
                _("The task is possible without skips, and a little harder."),
                right=True,
            ),
            Option(_("as small as with skips"), _("Compare all the dots, not the best one of each.")),
        ),
    ),
)

QUIZ = (
    Item(
        "06-skip",
        _("What does a skip connection hand to the decoder?"),
        (
            Option(
                _("The picture itself, shrunk to the decoder's size"),
                _(
                    "The decoder gets what the encoder has made of the picture: many channels, not one of "
                    "grey."
                ),
            ),
            Option(
                _("The encoder's weights, so that the decoder need not learn its own"),
                _("No weight travels. A skip carries a feature map, another one for each picture."),
            ),
            Option(
                _("The encoder's map of the same size, from before the halving"),
                _("It is laid beside the decoder's own map, and the next convolution mixes the two."),
                right=True,
            ),
            Option(
                _("The sum of encoder and decoder, so that gradients pass"),
                _("Adding is what a ResNet does. A U-Net keeps the channels of both side by side."),
            ),
        ),
    ),
    Item(
        "06-lesion",
        _(
            "You close all skips of a trained U-Net, and the error of HC becomes many times larger. What "
            "does that prove?"
        ),
        (
            Option(
                _("A head can't be outlined without skips"),
                _(
                    "That is a question about the task. To answer it, train a network that never had "
                    "skips: an ablation."
                ),
            ),
            Option(
                _("This network relies on its skips"),
                _("That, and no more. Its decoder was trained with them and now gets zeros."),
                right=True,
            ),
            Option(
                _("The other layers have learned nothing"),
                _(
                    "They have learned to work together with the skips. Alone they get numbers they never "
                    "met."
                ),
            ),
            Option(
                _("The network has learned the training heads by heart"),
                _("Overfitting shows on new heads with the skips open. This damage says nothing about it."),
            ),
        ),
    ),
    Item(
        "06-dice-mm",
        _(
            "Two networks reach the same Dice of 0.97 on the same heads. One errs by 1 mm of HC, the other "
            "by 5 mm. How can that be?"
        ),
        (
            Option(
                _("One of the two numbers must be wrong"),
                _("Both can be right: they ask different questions. Think of where the wrong pixels lie."),
            ),
            Option(
                _("Dice was computed in pixels and HC in mm"),
                _("Dice has no unit: it is the same number in pixels and in mm."),
            ),
            Option(
                _("The one with 1 mm was lucky, over many heads they would agree"),
                _(
                    "An outline that is always a little too large stays too large, however many heads "
                    "there are."
                ),
            ),
            Option(
                _("One errs inwards and outwards in turn, the other always outwards"),
                _(
                    "Dice counts wrong pixels on either side alike. In the circumference they cancel, or "
                    "add up."
                ),
                right=True,
            ),
        ),
    ),
    Item(
        "06-fair",
        _(
            "You compare a U-Net with a network without skips, and want to know what the skips are worth. "
            "Which comparison is fair?"
        ),
        (
            Option(
                _("Equal numbers of weights, several seeds each, the same test heads"),
                _(
                    "Then size and luck are no longer explanations, or at least you see how much luck "
                    "there is."
                ),
                right=True,
            ),
            Option(
                _("The same channels in both, one training each"),
                _("Without skips the decoder has fewer weights, and one training may be luck."),
            ),
            Option(
                _("The best of five trainings against the best of five"),
                _("The best of five shows luck at its largest. Show all five, with their spread."),
            ),
            Option(
                _("The same trained network, with its skips open and closed"),
                _(
                    "That is a lesion. It shows what this network relies on, not what skips are worth in "
                    "training."
                ),
            ),
        ),
    ),
)

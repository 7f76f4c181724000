"""What chapter 02 asks, convolution."""

from __future__ import annotations

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "02-edge",
        _(
            "`DOWN` answers to edges along the beam. Its twin, turned by 90°, answers to edges across it. "
            "On average around the skull, who answers more strongly?"
        ),
        (
            Option(
                _("both alike: edges on all sides"),
                _("Of a painted oval, nearly. But bone sends most back where it faces the beam."),
            ),
            Option(
                _("DOWN, along the beam"),
                _("The skull sends most back where it faces the beam: above and below."),
                right=True,
            ),
            Option(
                _("its twin, across the beam"),
                _("Its edges are on the sides. There the bone lies along the beam, and fades."),
            ),
        ),
    ),
    Item(
        "02-learn",
        _("After 200 steps on the head, the learned map is off by about 3 %. And the kernel's weights?"),
        (
            Option(
                _("some by more than 10 % of the largest weight"),
                _("Errors of neighbouring weights cancel where neighbouring pixels are alike."),
                right=True,
            ),
            Option(
                _("none by more than 10 % of the largest weight"),
                _("A map is made of sums: one weight too large and one too small can cancel."),
            ),
            Option(
                _("all: the kernel comes back turned upside down"),
                _("Then it would answer to each edge with the wrong sign, and the loss would be large."),
            ),
        ),
    ),
    Item(
        "02-field",
        _(
            "Eight 3 × 3 convolutions, two at each size, and a halving after each two but the last. How wide "
            "is the square that one number of the last maps sees? A pixel is 1 mm wide."
        ),
        (
            Option(_("17 mm"), _("One, and eight times two more: that forgets the halvings.")),
            Option(
                _("24 mm"), _("The last kernel alone is that wide, and it looks at numbers that look, too.")
            ),
            Option(
                _("68 mm"),
                _("Each kernel adds two steps, and after each halving a step is twice as long."),
                right=True,
            ),
        ),
    ),
    Item(
        "02-planes",
        _("Ten passes over 255 pictures are to come. Which planes will the network confuse most?"),
        (
            Option(
                _("transthalamic and transcerebellar"),
                _("The same skull; what differs is small and faint."),
                right=True,
            ),
            Option(
                _("abdomen and 4C, both of the trunk"), _("Heart and stomach are dark, but differ in shape.")
            ),
            Option(_("face and head, both with a skull"), _("Two dark eyes are hard to overlook.")),
        ),
    ),
    Item(
        "02-shuffle",
        _(
            "The 96 places of the last maps are shuffled, in one order for all maps and pictures. Nothing is "
            "trained anew. Which network names planes as well as before?"
        ),
        (
            Option(
                _("both: all numbers are still there"),
                _("They are, but in the dense network they meet the weights of other places."),
            ),
            Option(
                _("the pooled one only"),
                _("A mean does not ask where. A dense layer's weights each belong to a place."),
                right=True,
            ),
            Option(_("the dense one only"), _("It has weights for places; now they meet other places.")),
            Option(_("neither"), _("The mean of the same numbers in another order is the same.")),
        ),
    ),
)

QUIZ = (
    Item(
        "02-weights",
        _(
            "A convolution layer takes 16 maps of 64 × 96 and makes 32, with 3 × 3 kernels and biases. How "
            "many weights does it learn?"
        ),
        (
            Option(
                _("320"),
                _("One kernel for each output map. But it has one for each of the 16 input maps."),
            ),
            Option(
                _("4640"),
                _("32 × 16 kernels of 9 weights, and 32 biases. They are the same at every place."),
                right=True,
            ),
            Option(
                _("28 million"),
                _("So many if each place had its own. But a kernel is the same at every place."),
            ),
            Option(
                _("5120"),
                _("That gives each of the 512 kernels a bias. But a bias belongs to an output map."),
            ),
        ),
    ),
    Item(
        "02-field",
        _(
            "Pixels of 0.5 mm. Two 3 × 3 convolutions, a 2 × 2 pooling, one more 3 × 3 convolution. How wide "
            "is the receptive field?"
        ),
        (
            Option(_("3.5 mm"), _("That is three convolutions without the pooling.")),
            Option(_("10 mm"), _("Ten pixels, but a pixel is half a mm.")),
            Option(
                _("5 mm"),
                _("Three pixels, five, six with the pooling; then two steps of two pixels: ten, or 5 mm."),
                right=True,
            ),
            Option(
                _("3 mm"),
                _("The last kernel covers three numbers a mm apart. But each has seen pixels around it."),
            ),
        ),
    ),
    Item(
        "02-split",
        _(
            "A network names planes: 95 % right in the test, 80 % on the patients of the next month. The "
            "pictures, several of each patient, had been split by chance. What is the likeliest reason?"
        ),
        (
            Option(
                _("It had seen the test patients in training"),
                _("In other pictures, of the same body and machine. Split by patient, and this can't be."),
                right=True,
            ),
            Option(
                _("The test set was too small to trust"),
                _("Then the number would be uncertain, and could be off to either side."),
            ),
            Option(
                _("The network forgot over the month"),
                _("Weights don't change once training is over."),
            ),
            Option(
                _("It needs a dense head to keep patients apart"),
                _("Patients should not be kept apart: planes should."),
            ),
        ),
    ),
    Item(
        "02-moved",
        _(
            "A network with a dense head was trained on bodies in the middle of the picture. Now they lie "
            "25 mm to the right, and most names are wrong. What helps?"
        ),
        (
            Option(
                _("Larger kernels in the first layer"),
                _("They see farther, but the head's weights are tied to places all the same."),
            ),
            Option(
                _("One more dense layer behind the first"),
                _("The first one is tied to places already. A second one can't undo it."),
            ),
            Option(
                _("Shuffling the last maps, in one fixed order"),
                _("That only gives the places other numbers."),
            ),
            Option(
                _("Pictures moved at random in the training"),
                _("They teach the weights of all places. A mean over places helps, too."),
                right=True,
            ),
        ),
    ),
)

"""What chapter 04 asks, upsampling."""

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "04-centres",
        _("The row `0 8`, twice as long by bilinear interpolation. Which four numbers?"),
        (
            Option(
                _("0, 4, 8, 8"), _("Dividing the pixel's number by 2 moves the picture by a quarter pixel.")
            ),
            Option(_("0, 2.7, 5.3, 8"), _("You laid the outermost centres of both on each other.")),
            Option(_("0, 2, 6, 8"), _("A quarter and three quarters of the way."), right=True),
        ),
    ),
    Item(
        "04-outline",
        _("Pixels of 8 mm. How far is the bilinear outline from the true one, on average?"),
        (
            Option(_("around 4 mm"), _("That is half a pixel. Even nearest is better, on average.")),
            Option(
                _("around 2 mm"), _("That is nearest: its outline can only run along the sides of pixels.")
            ),
            Option(_("around half a mm"), _("A twentieth of a pixel: the shares tell."), right=True),
        ),
    ),
    Item(
        "04-unpool",
        _("Each share goes to its square's index and is spread from there. How good is the outline?"),
        (
            Option(_("finer than nearest"), _("The indices are fine, but they are not the shares' places.")),
            Option(_("like nearest"), _("Each share has moved, up to 4 mm, and the outline with it.")),
            Option(
                _("coarser than nearest"), _("A share is no echo: it has no brightest place."), right=True
            ),
        ),
    ),
    Item(
        "04-even",
        _("Kernels of random weights. Which outputs show a checkerboard?"),
        (
            Option(_("kernel 3 alone"), _("An even count of stamps is not an even sum.")),
            Option(_("kernels 3 and 4"), _("Each kind of pixel gets weights of its own."), right=True),
            Option(_("all three"), _("Resizing gives every kind of pixel the same nine weights.")),
        ),
    ),
    Item(
        "04-trained",
        _("After 200 steps on heads: where do kernels 3 and 4 still leave a checkerboard?"),
        (
            Option(_("nowhere"), _("Training looks at heads only.")),
            Option(
                _("hardly in new heads, but in an even grey"),
                _("It is gone where training has looked."),
                right=True,
            ),
            Option(_("in new heads, as before training"), _("Each wrong pixel adds to the loss.")),
        ),
    ),
)

QUIZ = (
    Item(
        "04-finer",
        _("How can the outline be twenty times finer than the pixels of 8 mm that it was made from?"),
        (
            Option(
                _("Bilinear interpolation adds detail that the small map has lost"),
                _("It adds nothing: it only mixes numbers that are there. What do those numbers say?"),
            ),
            Option(
                _("Each share says how far the border reaches into its square"),
                _("Round the shares to 0 or 1, and the same interpolation is hardly better than nearest."),
                right=True,
            ),
            Option(
                _("The ellipse that is fitted averages over many pixels"),
                _("That helps HC. But the distance was measured at the outline itself, before any fit."),
            ),
            Option(
                _("A head is larger than its pixels"),
                _("That it is for nearest, too, and there the outline shows stairs."),
            ),
        ),
    ),
    Item(
        "04-indices",
        _("What does unpooling know that nearest does not?"),
        (
            Option(
                _("The values that pooling has thrown away"),
                _("Those are gone. Unpooling leaves zeros in their place."),
            ),
            Option(
                _("How far the border reaches into each square"),
                _("No index says that. A share does, if the network has learned to give one."),
            ),
            Option(
                _("Weights that training has found"),
                _("Unpooling has none. A transposed convolution has."),
            ),
            Option(
                _("Where in its window each maximum stood"),
                _("Places and no values: that is what comes over from the encoder."),
                right=True,
            ),
        ),
    ),
    Item(
        "04-deconvolution",
        _("A transposed convolution is often called deconvolution. What does it do?"),
        (
            Option(
                _("It adds up stamps of a kernel, one for each pixel of the small map"),
                _("And training finds the kernel. Nothing is undone."),
                right=True,
            ),
            Option(
                _("It undoes a convolution and brings back its input"),
                _("Only the sizes come back. The input could be any of many that give the same small map."),
            ),
            Option(
                _("It turns the kernel over, so that edges become sharp again"),
                _("Turning belongs to another way of computing the same sum. It sharpens nothing."),
            ),
            Option(
                _("It repeats each pixel, then blurs"),
                _("That is resizing and a convolution: another way up, with weights used more evenly."),
            ),
        ),
    ),
    Item(
        "04-construction",
        _("Your decoder leaves a checkerboard. Which change makes it impossible on an even map?"),
        (
            Option(
                _("Kernel 4 in place of 3, so that each pixel gets as many stamps"),
                _("The count is even then. The sums are even only if the weights make them so."),
            ),
            Option(
                _("Training for longer"),
                _("It gets fainter where training looks, and nothing promises more elsewhere."),
            ),
            Option(
                _("Resize, then convolve"),
                _("Then each pixel of an even map gets the same sum, whatever the weights are."),
                right=True,
            ),
            Option(
                _("More channels, so that patterns cancel"),
                _("They add up at random. They may cancel in part, and need not."),
            ),
        ),
    ),
)

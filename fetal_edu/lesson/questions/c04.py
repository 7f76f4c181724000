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
                _("0, 4, 8, 8"),
                _("So it is if new pixel i lies at i / 2. Its centre lies a quarter of an old pixel before."),
            ),
            Option(
                _("0, 2.7, 5.3, 8"),
                _("You laid the outermost centres on each other. The new ones lie nearer to the rim."),
            ),
            Option(_("0, 2, 6, 8"), _("A quarter and three quarters of the way."), right=True),
        ),
    ),
    Item(
        "04-outline",
        _(
            "One head, pixels of 8 mm: nearest's outline is 1.6 mm from the true one, on average. And "
            "bilinear's, made of the same 96 numbers?"
        ),
        (
            Option(
                _("much nearer, around 0.4 mm"),
                _("A twentieth of a pixel: each share tells how far the border reaches in."),
                right=True,
            ),
            Option(
                _("as far: the numbers are the same"),
                _("They are. But nearest's outline runs only where squares meet, bilinear's between, too."),
            ),
            Option(
                _("farther, for mixing blurs the border"),
                _("The rim gets wider and softer, but half grey stays near the true border."),
            ),
        ),
    ),
    Item(
        "04-unpool",
        _("Each share goes to the index of its square and is spread from there. How good is the outline?"),
        (
            Option(
                _("nearer than nearest"),
                _("An index is a fine place, but it is an echo's place, not a share's."),
            ),
            Option(_("like nearest"), _("Each share has moved, by up to 3 mm, and the outline with it.")),
            Option(_("farther than nearest"), _("Each share was moved to the brightest echo."), right=True),
        ),
    ),
    Item(
        "04-even",
        _("Kernels of random weights. Which outputs show a checkerboard?"),
        (
            Option(_("kernel 3 alone"), _("Kernel 4 gives equal counts of stamps. Are the sums equal, too?")),
            Option(
                _("kernels 3 and 4"),
                _("In odd and even rows and columns, pixels are sums of different weights."),
                right=True,
            ),
            Option(_("all three"), _("After resizing, every pixel is a sum with the same nine weights.")),
        ),
    ),
    Item(
        "04-trained",
        _("After 200 steps on heads: where do kernels 3 and 4 still leave a checkerboard?"),
        (
            Option(_("nowhere any more"), _("The loss has seen heads only. It says nothing of plain grey.")),
            Option(
                _("in plain grey, hardly in new heads"),
                _("It is gone where training has looked."),
                right=True,
            ),
            Option(
                _("in both, much as before training"),
                _("In heads, a pattern adds to the loss at each pixel."),
            ),
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
                _("A head is many times larger than the pixels it is made of"),
                _("That it is for nearest, too, and there the outline shows stairs."),
            ),
        ),
    ),
    Item(
        "04-indices",
        _("What does unpooling know that nearest does not?"),
        (
            Option(
                _("The values that max pooling has thrown away"),
                _("They are gone. Unpooling leaves zeros in their places."),
            ),
            Option(
                _("How far the border reaches into each square"),
                _("No index says that. A share does, if the network has learned to give one."),
            ),
            Option(
                _("Weights that training on heads has found"),
                _("Unpooling has none. A transposed convolution has."),
            ),
            Option(
                _("Where in its window each maximum stood"),
                _("It keeps places, and no more values than nearest has."),
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
                _("Some programs do turn it, as one way to the same sum. That sharpens nothing."),
            ),
            Option(
                _("It repeats each pixel, then convolves, with a kernel found by training"),
                _("That is resizing and a convolution. There, every pixel is made with the same weights."),
            ),
        ),
    ),
    Item(
        "04-construction",
        _("Your network leaves a checkerboard on plain grey. Which change makes it impossible there?"),
        (
            Option(
                _("Kernel 4 in place of 3, so that each pixel gets as many stamps"),
                _("Then the counts are equal. The sums are equal only if the weights make them so."),
            ),
            Option(
                _("Training for longer, until the loss on heads falls no more"),
                _("It gets fainter where training looks, and nothing promises more elsewhere."),
            ),
            Option(
                _("Resize by nearest first, then convolve with a trained kernel"),
                _("Then each pixel of plain grey gets the same sum, whatever the weights are."),
                right=True,
            ),
            Option(
                _("More channels, so that their patterns cancel in the sum"),
                _("They add up at random. They may cancel in part, and need not."),
            ),
        ),
    ),
)

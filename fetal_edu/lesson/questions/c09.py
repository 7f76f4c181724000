"""What chapter 09 asks, five systems for the head."""

from __future__ import annotations

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "09-together",
        _(
            "Full run, five seeds: a bilinear network names three planes of the head, beside a plain one of "
            "as many weights. What of the bilinear one is larger, beyond doubt?"
        ),
        (
            Option(
                _("the share of planes named rightly"),
                _("+0.028, but anything from -0.062 to +0.137 fits these seeds."),
            ),
            Option(
                _("the area that speaks for the plane"),
                _("It is smaller, beyond doubt: 0.030 of the picture in place of 0.175."),
            ),
            Option(
                _("neither the share nor the area"),
                _("Of the share five seeds can't tell, and the area shrinks."),
                right=True,
            ),
        ),
    ),
    Item(
        "09-differences",
        _("Full run: which names most pictures rightly, six planes of the head and others?"),
        (
            Option(
                _("edges counted by direction (HOG), an SVM"),
                _("0.726 on average: only the SVM learns, which suits 60 patients a plane."),
                right=True,
            ),
            Option(
                _("a network with differences added"),
                _("0.664: more than without them (0.595), on average less than HOG and an SVM."),
            ),
            Option(_("a plain network with a layer more"), _("0.675: about as many as with differences.")),
        ),
    ),
    Item(
        "09-dents",
        _(
            "Six heads, each with only 40 % of the skull visible. What the network takes for head is "
            "measured along its line, and by Canny and an ellipse. How far off is HC, on average?"
        ),
        (
            Option(
                _("the ellipse over 10 mm too short, the line near the truth"),
                _("The line has dents and bulges; each makes it longer."),
            ),
            Option(
                _("the line over 10 mm too long, the ellipse near the truth"),
                _("Dents lengthen a line, here by 13 mm. An ellipse has none; it errs by 9 mm at most."),
                right=True,
            ),
            Option(
                _("both over 10 mm too short, for so much skull is missing"),
                _("A mask that is too small in places still has a longer line, for its dents."),
            ),
        ),
    ),
    Item(
        "09-product",
        _(
            "Full run: levels multiplied (against added up), supervised, and cut to the head's region. Which "
            "of these is shown to find the edge better?"
        ),
        (
            Option(
                _("the product and supervision"),
                _("Of both the intervals rule out a gain of 0.02 in F."),
            ),
            Option(
                _("the region alone of the three"),
                _("It leaves out two thirds of the false edges, and halves the error of HC."),
                right=True,
            ),
            Option(
                _("each of the three, a little"),
                _("Product and supervision found a little less, if anything."),
            ),
        ),
    ),
    Item(
        "09-again",
        _("Full run: three looks at 32 × 48 pixels, two of them, or one at 48 × 72. Which outlines best?"),
        (
            Option(_("three looks, two in a box"), _("Dice 0.972: the third adds nothing to the second.")),
            Option(_("two looks, one in a box"), _("0.972: in the box, a pixel is only 13 % smaller.")),
            Option(
                _("one look at more pixels"),
                _("0.977: all of the head gets more pixels, and no box can be wrong."),
                right=True,
            ),
        ),
    ),
)

QUIZ = (
    Item(
        "09-pooled",
        _("Two planes hold as many bones and slits; in one they lie together. What tells the planes apart?"),
        (
            Option(
                _("The outer product of maps"),
                _("It multiplies place by place before the mean: what lies together counts."),
                right=True,
            ),
            Option(_("The mean of each map alone"), _("As many of each give the same means.")),
            Option(_("The largest of each map"), _("Each is as strong in both planes.")),
            Option(_("The mean of all maps"), _("It knows even less than the mean of each.")),
        ),
    ),
    Item(
        "09-grain",
        _("Why does the skull stand out less in the differences of single pixels than in their grey levels?"),
        (
            Option(_("Differences are negative as well"), _("We took their sizes, without signs.")),
            Option(_("The skull has no edges in this view"), _("It has two, an outer one and an inner one.")),
            Option(
                _("Speckle differs from pixel to pixel"),
                _("So brain is full of differences too. Averages of 4 × 4 pixels calm it first."),
                right=True,
            ),
            Option(_("Kernels of 3 × 3 blur the picture"), _("These kernels subtract; they don't blur.")),
        ),
    ),
    Item(
        "09-spacing",
        _("An ellipse was fitted in pixels: 480 around. A row is 0.3 mm, a column 0.4 mm. How to get HC?"),
        (
            Option(_("480 times 0.35 mm"), _("A head that lies across has more columns in it than rows.")),
            Option(
                _("bring the points to mm, fit anew"),
                _("In mm the ellipse has another shape. Scale first, then fit."),
                right=True,
            ),
            Option(
                _("480 times the root of 0.12"),
                _("Right for areas, if squared. A length depends on its direction."),
            ),
            Option(_("480 times 0.4 mm, to be safe"), _("A length that is too large is no safer.")),
        ),
    ),
    Item(
        "09-equal",
        _("A paper adds attention to a U-Net, and Dice rises by 0.01. Which other network do you ask for?"),
        (
            Option(
                _("One with twice the attention"), _("It would still not tell what the weights alone buy.")
            ),
            Option(_("One that won a contest last year"), _("Too much differs then to blame one part.")),
            Option(_("The old one, trained twice as long"), _("Useful too, but it has fewer weights still.")),
            Option(
                _("A plain one with as many weights"),
                _("More weights alone may give the same. Then attention is not the reason."),
                right=True,
            ),
        ),
    ),
)

"""What chapter 10 asks, three systems for the abdomen."""

from __future__ import annotations

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "10-gain",
        _(
            "The picture is shown at half its grey levels, then with 0.1 more grey everywhere, then with "
            "11 dB more gain at the machine. When does the map of asymmetry stay as it was?"
        ),
        (
            Option(
                _("at half the grey levels, not else"),
                _("0.1 more everywhere is no wave: the filter lets no mean through."),
            ),
            Option(
                _("the first two times, not the third"),
                _(
                    "A factor and a constant fall out. But what gain drives beyond white is cut off, and "
                    "what it lifts out of black is new."
                ),
                right=True,
            ),
            Option(
                _("all three times, whatever is done"),
                _("Gain drives bright tissue beyond white: no edge is left. And black fills with echoes."),
            ),
        ),
    ),
    Item(
        "10-maps",
        _(
            "Full run, five seeds: both maps stand beside the picture, and the test pictures are too bright "
            "or too dim. How much more do boxes overlap the true ones than those of a finder without maps?"
        ),
        (
            Option(
                _("by less than 0.03, if at all"),
                _("+0.006 (-0.013 to +0.026): a gain of 0.03, worth having, is ruled out."),
                right=True,
            ),
            Option(
                _("by 0.03 or more, beyond doubt"),
                _("The interval ends at +0.026. To be safe from gain is not yet to find better."),
            ),
            Option(
                _("it can't be told, 0.03 may be"),
                _("Here it can: the interval is narrow, and ends at +0.026."),
            ),
        ),
    ),
    Item(
        "10-half",
        _(
            "A trunk is a circle of 60 points. Half of them are left, among 25 stray ones. Then 36 points of "
            "another circle come in, as of the womb's wall. Which circle wins the vote?"
        ),
        (
            Option(
                _("a circle by chance, then the wall's"),
                _("Stray points don't lie on one circle: no cell gets many of their votes."),
            ),
            Option(
                _("the trunk's, and again the trunk's"),
                _("The wall has 36 points, the trunk 30. A vote counts; it does not know who is who."),
            ),
            Option(
                _("the trunk's at first, then the wall's"),
                _("Stray points scatter their votes, another shape gathers them."),
                right=True,
            ),
        ),
    ),
    Item(
        "10-fails",
        _(
            "Full run: on undisturbed trunks the vote's AC errs by 4.3 %. What makes that worse, with an "
            "interval that leaves out zero?"
        ),
        (
            Option(
                _("a trunk pressed out of its ellipse"),
                _("+0.9 (-1.6 to +4.0): five seeds can't tell."),
            ),
            Option(
                _("scant fluid, and a pressed trunk"),
                _("So says the review. Of pressed trunks five seeds can't tell: +0.9 (-1.6 to +4.0)."),
            ),
            Option(
                _("scant fluid, and shadows of limbs"),
                _("+8.0 (+0.7 to +16.1), +7.1 (+2.4 to +12.4): skin's edge is gone, others come in."),
                right=True,
            ),
        ),
    ),
    Item(
        "10-few",
        _(
            "Full run, 10 pictures to learn from: the network alone reaches Dice 0.853, trees that judge the "
            "whole picture 0.809. What does the hybrid reach, the network with trees in its region?"
        ),
        (
            Option(
                _("0.83, between both of them"),
                _("Where two err at different places, their mean errs less than either."),
            ),
            Option(
                _("0.86, a bit above the network"),
                _("+0.004 (+0.000 to +0.006): the direction is certain, but 0.01 would be worth having."),
                right=True,
            ),
            Option(
                _("0.88, as with twice as many"),
                _("That is what the network reaches with 20 pictures; trees don't make up for ten."),
            ),
        ),
    ),
)

QUIZ = (
    Item(
        "10-offset",
        _(
            "6 dB more gain, and nothing is cut off at white or black. What becomes of grey levels and of "
            "symmetry?"
        ),
        (
            Option(
                _("Both are multiplied by one factor"),
                _("Echoes are; grey levels are their logarithm, where a factor becomes a constant."),
            ),
            Option(
                _("Grey levels stay; symmetry doubles"),
                _("Gain lifts grey levels; a share of the energy can't double."),
            ),
            Option(
                _("Grey levels rise alike; symmetry stays"),
                _("A constant is no wave, so the filter drops it."),
                right=True,
            ),
            Option(_("Both rise by the same constant"), _("Symmetry is a share of the energy, 0 to 1.")),
        ),
    ),
    Item(
        "10-kappa",
        _(
            "In two studies, two readers agree on 91 % of all planes. In study A half of the planes are "
            "standard, in study B nine tenths; readers err as ours do. Whose kappa is higher?"
        ),
        (
            Option(
                _("A's: there, chance agrees on less"),
                _("In B both nearly always say yes: by lot they would agree on 77 %, in A on 50 %."),
                right=True,
            ),
            Option(_("B's: more planes are standard there"), _("Then chance alone agrees on more.")),
            Option(_("both alike: they agree on 91 %"), _("Kappa counts what goes beyond chance.")),
            Option(_("neither: two readers are too few"), _("Kappa is made for just two.")),
        ),
    ),
    Item(
        "10-rival",
        _("A vote for circles answers radius 28, the trunk's is 20. Which cause is the likeliest?"),
        (
            Option(_("Stray points, all over the picture"), _("They scatter their votes over all cells.")),
            Option(_("One half of the trunk was not seen"), _("The other half still votes for 20.")),
            Option(_("Votes within half a pixel counted"), _("That may shift a radius by 1, not by 8.")),
            Option(
                _("Another shape with more edge points"),
                _("A wall, a shadow, a rim: what is ordered gathers votes, too."),
                right=True,
            ),
        ),
    ),
    Item(
        "10-left",
        _("Boosting has three trees. What is the fourth fitted to?"),
        (
            Option(_("The truth, like the first one"), _("Then it would repeat what the first one said.")),
            Option(
                _("The truth less what three say"),
                _("What is left. So each tree mends what the ones before got wrong."),
                right=True,
            ),
            Option(_("What the third alone has left"), _("Then the first two would be forgotten.")),
            Option(_("The mean of the three answers"), _("That would teach it nothing new.")),
        ),
    ),
)

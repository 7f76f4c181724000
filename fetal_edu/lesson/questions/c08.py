"""What chapter 08 asks, little data."""

from __future__ import annotations

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "08-double",
        _(
            "In the full run, with five seeds and more steps, 16 heads in place of 8 raise Dice by 0.13. By "
            "how much do 128 heads in place of 64?"
        ),
        (
            Option(_("by less than 0.02"), _("Each doubling buys less than the one before."), right=True),
            Option(
                _("by about 0.06, half of that"),
                _("64 heads have 0.95. With 0.06 more, Dice would be above 1."),
            ),
            Option(_("by 0.13, for it is a doubling too"), _("From 0.95 there is no room: Dice ends at 1.")),
        ),
    ),
    Item(
        "08-wavy",
        _(
            "Two networks learn from 32 heads: one from outlines wavy by 2 pixels, one from outlines too "
            "large by 2 pixels. Which errs more in HC?"
        ),
        (
            Option(
                _("the one that learned waves"), _("It errs by 12 mm. The other has a mistake with a sign.")
            ),
            Option(
                _("the one that learned too large"),
                _("It has learned the same mistake from each head, and an ellipse can't average it out."),
                right=True,
            ),
            Option(
                _("both by about as much"), _("Dice says so: 0.87 and 0.86. Millimetres tell them apart.")
            ),
        ),
    ),
    Item(
        "08-real",
        _(
            "Eight simulated heads, once as they are, once turned, moved and scaled. Tested on real heads, "
            "how much does that gain, beside simulated ones?"
        ),
        (
            Option(
                _("less: nothing real was learned from"),
                _("True, nothing was. But heads elsewhere and of other sizes are what real pictures bring."),
            ),
            Option(
                _("about as much"), _("Real heads lie elsewhere and look otherwise: more was missing there.")
            ),
            Option(
                _("several times as much"),
                _("Dice gains 0.40 on real heads and 0.10 on simulated ones."),
                right=True,
            ),
        ),
    ),
    Item(
        "08-cycle",
        _(
            "Textbooks say that one-cycle beats a constant rate. Full run, five seeds: what comes of "
            "one-cycle 0.008 against constant 0.003?"
        ),
        (
            Option(_("it wins, and the interval says so"), _("Its Dice is lower, by 0.012 on average.")),
            Option(
                _("five seeds can't tell"),
                _("-0.061 to +0.028: a small gain and a small loss both fit."),
                right=True,
            ),
            Option(_("it loses, and the interval says so"), _("It is lower, but the interval holds zero.")),
        ),
    ),
    Item(
        "08-equal",
        _(
            "80 steps on abdomens, then 40 on eight heads: in the full run Dice is 0.48 higher than after 40 "
            "steps on heads alone. What is left of that against 120 steps on heads alone?"
        ),
        (
            Option(_("nearly all of it"), _("Most was gained by steps, not by abdomens.")),
            Option(_("about one half"), _("More steps on heads alone gain 0.43 of the 0.48.")),
            Option(
                _("about one tenth"),
                _("0.05, and the interval holds zero: work, more than abdomens, made the difference."),
                right=True,
            ),
        ),
    ),
)

QUIZ = (
    Item(
        "08-verdict",
        _('A claim "Dropout helps" ends as: not reproduced, +0.007 (-0.031 to +0.059). What do you know?'),
        (
            Option(_("Dropout does not help."), _("Up to +0.059 fits these seeds as well.")),
            Option(_("Dropout does harm here."), _("The mean is above zero, and harm is not shown either.")),
            Option(
                _("A gain worth having is not ruled out."),
                _("So you can't tell: take more seeds."),
                right=True,
            ),
            Option(_("Dropout helps by 0.007."), _("That is the mean of five. Zero lies in the interval.")),
        ),
    ),
    Item(
        "08-pairs",
        _("Why are two ways to train compared seed by seed, and not mean by mean?"),
        (
            Option(
                _("What makes a seed hard for both falls out."),
                _("The same few heads and first weights serve both, so luck with them is no difference."),
                right=True,
            ),
            Option(
                _("Because means of five seeds are biased."), _("They are not. They only scatter widely.")
            ),
            Option(
                _("It makes the difference itself larger."), _("The mean difference is the same either way.")
            ),
            Option(
                _("So that fewer heads have to be tested."), _("The number of test heads does not change.")
            ),
        ),
    ),
    Item(
        "08-labels",
        _(
            "A student outlines all your heads, always along the outer edge of the scalp, not the skull. "
            "What helps?"
        ),
        (
            Option(_("Many more heads from this student"), _("They teach the same mistake more firmly.")),
            Option(
                _("One rule, and heads outlined anew"),
                _("What is wrong in the same way each time is learned."),
                right=True,
            ),
            Option(_("Turning and scaling these heads"), _("The outline turns along, and stays too large.")),
            Option(_("A lower learning rate, more steps"), _("Then the mistake is learned more slowly.")),
        ),
    ),
    Item(
        "08-fair",
        _("A paper says: transfer raised Dice by 0.4. What do you ask first?"),
        (
            Option(_("Which layers were frozen, and why?"), _("Frozen or not made a small difference here.")),
            Option(
                _("Was the loss one with overlap in it?"), _("Both arms use the same loss, whichever it is.")
            ),
            Option(_("How large were the pictures used?"), _("That is the same for both arms, one hopes.")),
            Option(
                _("Had the other arm as many steps in all?"),
                _("In part 5, steps explained nine tenths of the gain."),
                right=True,
            ),
        ),
    ),
)

"""What chapter 07 asks, CNN + RNN."""

from __future__ import annotations

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "07-fade",
        _(
            "A plain unit hears a single 1, then only zeros. Its weight on the state is 0.8. How much of its "
            "first state is left after ten steps?"
        ),
        (
            Option(_("about eight tenths"), _("That is one step. The next takes eight tenths of that.")),
            Option(
                _("about a tenth, or less"),
                _("0.8 ten times over is 0.11; tanh takes a little more."),
                right=True,
            ),
            Option(
                _("all: nothing came to overwrite it"), _("The weight acts at each step, also in silence.")
            ),
        ),
    ),
    Item(
        "07-spill",
        _(
            "A GRU that holds through dark pixels reads this row from left to right. What does its state "
            "show behind the right end of the line?"
        ),
        (
            Option(
                _("nothing: there is no line"),
                _("From the left, a gap and an end look alike until something bright comes, or does not."),
            ),
            Option(_("the gap, shifted"), _("A state does not move: it holds or fades.")),
            Option(
                _("a line that fades, as in the gap"),
                _("It can't know that no bright pixel will come. The way back knows."),
                right=True,
            ),
        ),
    ),
    Item(
        "07-reach",
        _(
            "The reader goes along all rows both ways, then along all columns of what came out. Which pixels "
            "can change the number in the middle?"
        ),
        (
            Option(
                _("all of the picture"), _("Along its row to the column, then along the column."), right=True
            ),
            Option(
                _("those of its row and of its column, a cross"),
                _("The columns read what the rows found: each place of the column knows of its whole row."),
            ),
            Option(
                _("a square of 13 × 13 around it"),
                _("That would be the field of six convolutions. A memory has no fixed one."),
            ),
        ),
    ),
    Item(
        "07-gaps",
        _("Three networks of equal size, and an ellipse. Which finds most of the outline in gaps?"),
        (
            Option(
                _("near, with most layers on what is there"),
                _("Deep in a gap it has faint differences alone."),
            ),
            Option(
                _("the ellipse, with no weights of its own"),
                _("It knows one thing that no network here was told: a head is an ellipse."),
                right=True,
            ),
            Option(_("far, with both ends in view"), _("It finds 75 %, and comes second.")),
            Option(
                _("rows and columns, with a memory"),
                _("It sees most and learns most slowly: after 300 steps it comes last."),
            ),
        ),
    ),
    Item(
        "07-sweep",
        _(
            "The CNN alone names six of ten frames rightly. What do an average over 5 frames, and an LSTM, "
            "make of it?"
        ),
        (
            Option(
                _("both about seven: neighbours vote, one way or the other"),
                _("Voting alone gained one frame in a hundred. What else can a memory do?"),
            ),
            Option(
                _("the average more than the LSTM: it has nothing to learn"),
                _("It can't overfit, nor can it learn what comes after 4C."),
            ),
            Option(
                _("the average hardly more than six, the LSTM more than seven"),
                _("60 % and 74 to 79 %. An LSTM can also learn which plane follows which."),
                right=True,
            ),
        ),
    ),
)

QUIZ = (
    Item(
        "07-gate",
        _("A GRU's keep gate (torch: update) is 1 for one unit. What is its new state?"),
        (
            Option(_("The proposal"), _("That is so where the gate is 0.")),
            Option(_("The old state"), _("All of it is kept, whatever comes in."), right=True),
            Option(_("The sum of both"), _("Old and new share one whole: their shares add up to 1.")),
            Option(_("0"), _("No gate erases: letting go means taking the proposal.")),
        ),
    ),
    Item(
        "07-both-ways",
        _("Why does a reader go along each row in both directions?"),
        (
            Option(
                _("To know what lies on both sides of a pixel"),
                _("One direction knows what came before. What follows may decide: gap or end?"),
                right=True,
            ),
            Option(_("To train twice as fast"), _("It takes twice the time.")),
            Option(
                _("To see the columns, too"),
                _("Both ways stay in one row. Columns take readers of their own."),
            ),
            Option(_("To halve the number of weights"), _("Each direction has weights of its own.")),
        ),
    ),
    Item(
        "07-equal",
        _(
            "A paper adds an LSTM behind a CNN, and accuracy grows by 2 %. What else could have brought "
            "that, if the CNN alone is the baseline?"
        ),
        (
            Option(_("Nothing: it is the memory"), _("The LSTM brought memory, but not memory alone.")),
            Option(_("A larger picture"), _("Both see the same frames.")),
            Option(
                _("A higher frame rate"),
                _("Both see the same sweeps, frame by frame."),
            ),
            Option(
                _("More weights, or mere averaging"),
                _("So a fair trial has a rival of equal size without memory, and an average."),
                right=True,
            ),
        ),
    ),
    Item(
        "07-live",
        _(
            "You want the name of the plane on the screen while the probe moves. Which of these can't do "
            "that without a delay?"
        ),
        (
            Option(_("An average of this frame and the two before"), _("It knows all it needs.")),
            Option(_("An LSTM that looks back"), _("Its state is at hand with each frame.")),
            Option(
                _("An average of two frames before and two after"),
                _("It waits for two frames to come. At 12 a second, that is a sixth of a second."),
                right=True,
            ),
            Option(_("A CNN on single frames"), _("It needs the present frame alone.")),
        ),
    ),
)

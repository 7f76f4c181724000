"""What chapter 01 asks, how ultrasound sees."""

from gettext import gettext as _

from ..item import Item, Option

__all__ = ["PREDICTIONS", "QUIZ"]

PREDICTIONS = (
    Item(
        "01-cell",
        _(
            "The envelope is 0.44 mm long at half its height. The sound leaves 22 mm of the probe at once, "
            "focused on 70 mm. How does the point look in the picture?"
        ),
        (
            Option(_("as a dot, as small as it is"), _("Nothing looks smaller than pulse and beam.")),
            Option(_("as a round blot"), _("Pulse and beam are two things, and not equally sharp.")),
            Option(
                _("as a blot, wider than high"),
                _("The beam is 1.2 mm wide there, almost three pulses."),
                right=True,
            ),
        ),
    ),
    Item(
        "01-many",
        _(
            "Ten scatterers lie in each cell. You add more, until it is a hundred. What becomes of the "
            "grain, measured as mean / std of the amplitude?"
        ),
        (
            Option(
                _("smoother: mean / std grows about threefold"),
                _("That holds for loudness that adds up. Waves also cancel."),
            ),
            Option(
                _("as grainy as before"),
                _("A hundred waves cancel as well as ten."),
                right=True,
            ),
            Option(_("grainier: mean / std falls"), _("Only the very few are worse: 0.1 or 1 in a cell.")),
        ),
    ),
    Item(
        "01-tilt",
        _("A bone plate faces the beam. You tilt it by 45°. How much weaker is its echo?"),
        (
            Option(_("not at all: it is the same bone"), _("R is the same; but where does the sound go?")),
            Option(_("3 dB, as cos 45°"), _("So it would be for a plate that scatters like chalk.")),
            Option(
                _("about 20 dB, a tenth of the amplitude"),
                _("The bone is a mirror: it sends the sound past the probe."),
                right=True,
            ),
        ),
    ),
    Item(
        "01-shadow",
        _("At 3.5 MHz, 3 mm of this bone cast a shadow 20 dB deep. And at 7 MHz?"),
        (
            Option(
                _("40 dB"),
                _("Attenuation in dB goes with the frequency."),
                right=True,
            ),
            Option(_("26 dB: twice as much"), _("6 dB is twice the amplitude, but here the dB double.")),
            Option(_("20 dB: it is the same bone"), _("The bone is the same, the sound is not.")),
        ),
    ),
    Item(
        "01-gain",
        _("You turn up the gain by 20 dB. How wide does one point become, where it is half white?"),
        (
            Option(_("as wide as before, only brighter"), _("That holds for a thing with edges.")),
            Option(
                _("wider, by less than 1 mm"),
                _("Its faint rim now reaches half white."),
                right=True,
            ),
            Option(
                _("ten times as wide"), _("The amplitude is ten times as high, but a blot falls steeply.")
            ),
        ),
    ),
)

QUIZ = (
    Item(
        "01-time",
        _("An echo comes back 52 microseconds after the pulse. How deep is the border, at 1.54 mm/µs?"),
        (
            Option(_("80 mm"), _("That is the whole way. The sound went there and back.")),
            Option(_("40 mm"), _("Half of 80 mm: the way there."), right=True),
            Option(_("160 mm"), _("The way has to be halved, not doubled.")),
            Option(
                _("It depends on the frequency"),
                _("Sound of all these frequencies is equally fast in tissue; only attenuation differs."),
            ),
        ),
    ),
    Item(
        "01-grain",
        _(
            "The liver shows a fine grain near the focus and a coarse one far below it. What is it that "
            "changes?"
        ),
        (
            Option(
                _("The liver has larger cells there"),
                _("Speckle shows no cells of the body: its grain is the resolution cell's."),
            ),
            Option(
                _("TGC amplifies more there"),
                _("It makes all grains of one depth brighter, none of them larger."),
            ),
            Option(
                _("The noise of the machine is coarser there"),
                _("Speckle is no noise: it is there again at the next look from the same place."),
            ),
            Option(
                _("The beam is wider there, and so is the resolution cell"),
                _("The same tissue, painted with a wider brush."),
                right=True,
            ),
        ),
    ),
    Item(
        "01-side",
        _("The sides of a skull are missing. What brings them into the picture?"),
        (
            Option(
                _("More gain"),
                _("What does not come back can't be amplified. Noise and tissue get brighter instead."),
            ),
            Option(
                _("A higher frequency"),
                _("It sharpens what is seen, but the mirror still throws the sound elsewhere."),
            ),
            Option(
                _("Looking from another direction"),
                _("Then other parts of the bone face the beam."),
                right=True,
            ),
            Option(
                _("A larger dynamic range"),
                _("It shows fainter echoes. From the sides there is hardly an echo of the border."),
            ),
        ),
    ),
    Item(
        "01-machines",
        _(
            "A rule takes each pixel above grey 0.5 for skull. It was made on one machine. On another, HC "
            "comes out 4 mm larger. What is the likeliest reason?"
        ),
        (
            Option(
                _("Gain and dynamic range: the same dB have another grey"),
                _(
                    "A level of grey is a place on the slope of a blot. With other settings it lies "
                    "elsewhere."
                ),
                right=True,
            ),
            Option(
                _("Sound is faster in the other machine"),
                _("The speed is the tissue's. All machines reckon with nearly the same number."),
            ),
            Option(
                _("The fetus is older"),
                _("It may be, but a change that comes with the machine points to the machine first."),
            ),
            Option(
                _("Speckle differs from picture to picture"),
                _("It scatters both ways, and evens out along the outline. It does not add 4 mm."),
            ),
        ),
    ),
)

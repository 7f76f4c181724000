"""Chapter 06: bring an encoder's map to the decoder's size and put the two side by side."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from ..exercise import Case, Exercise, Mutant

__all__ = ["EXERCISE"]


def spec(encoder, decoder):
    """Copy the middle of each encoder channel, then each decoder channel."""
    n, height, width = encoder.shape
    m, rows, columns = decoder.shape
    top, left = (height - rows) // 2, (width - columns) // 2
    joined = np.zeros((n + m, rows, columns))
    for row in range(rows):
        for column in range(columns):
            for channel in range(n):
                joined[channel, row, column] = encoder[channel, top + row, left + column]
            for channel in range(m):
                joined[n + channel, row, column] = decoder[channel, row, column]
    return joined


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw nothing to crop, even and odd margins, one axis only, other channel counts, a single pixel."""
    sizes = (
        ((1, 2, 2), (1, 2, 2), _("Where the sizes agree, nothing is cropped.")),
        ((1, 4, 4), (1, 2, 2), _("Each side loses as much as the side across from it.")),
        (
            (2, 5, 6),
            (2, 2, 3),
            _("Where an odd number is left over, the lower or right side loses one more."),
        ),
        ((1, 3, 5), (2, 3, 2), _("Here only columns are cropped.")),
        ((3, 7, 4), (1, 4, 4), _("Here only rows are cropped.")),
        ((2, 5, 5), (3, 1, 1), _("The channels of both maps come out, as many as went in together.")),
        ((3, 9, 8), (2, 4, 5), _("Rows and columns can have different margins.")),
    )
    for shape, smaller, holds in sizes:
        yield Case((rng.normal(size=shape).round(2), rng.normal(size=smaller).round(2)), holds)


def _margins(encoder, decoder) -> tuple[int, int]:
    return encoder.shape[1] - decoder.shape[1], encoder.shape[2] - decoder.shape[2]


def _cut(encoder, decoder, top: int, left: int) -> np.ndarray:
    return encoder[:, top : top + decoder.shape[1], left : left + decoder.shape[2]]


def _middle(encoder, decoder) -> np.ndarray:
    down, right = _margins(encoder, decoder)
    return _cut(encoder, decoder, down // 2, right // 2)


def _corner(encoder, decoder):
    return np.concatenate([_cut(encoder, decoder, 0, 0), decoder])


def _round_up(encoder, decoder):
    down, right = _margins(encoder, decoder)
    return np.concatenate([_cut(encoder, decoder, -(-down // 2), -(-right // 2)), decoder])


def _decoder_first(encoder, decoder):
    return np.concatenate([decoder, _middle(encoder, decoder)])


def _added(encoder, decoder):
    return _middle(encoder, decoder) + decoder  # one channel and three: numpy repeats the one


def _minus_top(encoder, decoder):
    down, right = _margins(encoder, decoder)
    top, left = down // 2, right // 2
    return np.concatenate([encoder[:, top:-top, left:-left], decoder])


def _under_each_other(encoder, decoder):
    return np.concatenate([_middle(encoder, decoder), decoder], axis=1)


def _channels_last(encoder, decoder):
    return np.concatenate([_middle(encoder, decoder), decoder], axis=2)


def _new_axis(encoder, decoder):
    return np.stack([_middle(encoder, decoder), decoder])


def _padded(encoder, decoder):
    down, right = _margins(encoder, decoder)
    around = ((0, 0), (down // 2, down - down // 2), (right // 2, right - right // 2))
    return np.concatenate([encoder, np.pad(decoder, around)])


def _rows_only(encoder, decoder):
    top = _margins(encoder, decoder)[0] // 2
    return np.concatenate([encoder[:, top : top + decoder.shape[1]], decoder])


def _squeezed(encoder, decoder):
    rows = np.arange(decoder.shape[1]) * encoder.shape[1] // decoder.shape[1]
    columns = np.arange(decoder.shape[2]) * encoder.shape[2] // decoder.shape[2]
    return np.concatenate([encoder[:, rows][:, :, columns], decoder])


EXERCISE = Exercise(
    key="crop-concat",
    chapter="06",
    name="crop_and_concatenate",
    title=_("Crop and concatenate"),
    task=_(
        "`encoder` and `decoder` are arrays of (channels, height, width); the decoder's map is not larger. "
        "Cut the middle out of the encoder's map, as large as the decoder's. If the margin is odd, the "
        "extra row or column goes at the lower or right side. Return one array: the encoder's channels, "
        "then the decoder's."
    ),
    spec=spec,
    cases=cases,
    mutants=(
        Mutant(
            "corner",
            _corner,
            _(
                "You cut out the upper left corner. Then the skip lies beside the wrong place of the "
                "decoder's map. Cut out the middle."
            ),
        ),
        Mutant(
            "round up",
            _round_up,
            _(
                "Nearly: where the margin is odd, you cut the extra row above. It goes below, and on the "
                "right."
            ),
        ),
        Mutant(
            "minus top",
            _minus_top,
            _(
                "You take off the same number at both ends, with a slice that ends at `-top`. That fails "
                "where the margin is odd, and where it is 0: `-0` is the beginning, so nothing is left. "
                "Count from the upper left on."
            ),
        ),
        Mutant(
            "decoder first",
            _decoder_first,
            _(
                "All channels are there, in the other order. The next convolution's weights are tied to "
                "places: weights that were learned in one order fail in the other. The encoder comes first."
            ),
        ),
        Mutant(
            "added",
            _added,
            _(
                "You add the two maps. That is how a ResNet does it. A U-Net keeps both side by side, so "
                "that the next convolution learns how to mix them; and the channel counts may differ."
            ),
        ),
        Mutant(
            "one under the other",
            _under_each_other,
            _("You join along the height, one picture under the other. Channels are axis 0."),
        ),
        Mutant(
            "along the width",
            _channels_last,
            _(
                "You join along the last axis. That holds the channels in a photograph's array, but here "
                "it is the width: torch and this course put channels first."
            ),
        ),
        Mutant(
            "new axis",
            _new_axis,
            _(
                "`stack` makes a new axis and wants equal shapes. Here the channels should lie one after the "
                "other on the axis that they have."
            ),
        ),
        Mutant(
            "padded",
            _padded,
            _(
                "You pad the decoder's map with zeros to the encoder's size. Some U-Nets do that, but here "
                "the larger map is cropped: zeros at the rim are no knowledge."
            ),
        ),
        Mutant(
            "rows only",
            _rows_only,
            _("You crop the rows and leave the columns. Width needs its own margin."),
        ),
        Mutant(
            "squeezed",
            _squeezed,
            _(
                "You squeeze the encoder's map to the smaller size. Then its edges lie at other places "
                "than the decoder's. Cropping keeps each pixel where it belongs."
            ),
        ),
    ),
    hints=(
        _("Two steps: cut, then join. Look at the shapes after each one."),
        _("The margin is the difference of the heights. Half of it, rounded down, lies above what you keep."),
        _(
            "Slice rows and columns from the upper left of the middle on, as many as the decoder has; then "
            "`np.concatenate` along the axis of the channels."
        ),
    ),
)

"""A picture with what was found on it and what is true."""

from __future__ import annotations

from gettext import gettext as _

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from fetal_edu.figures.style import COLOURS, LOOK, bare, canvas, describe, round_length
from fetal_edu.measure.ellipse import Ellipse

__all__ = ["overlay"]

CASING = 1.6  # points of black around a coloured line, so that it stands out on bright bone too


def overlay(
    image: np.ndarray,
    *,
    ellipse: Ellipse | None = None,
    mask: np.ndarray | None = None,
    spacing: tuple[float, float] | None = None,
    truth: Ellipse | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw an ultrasound picture with an outline, a mask and the true outline on it.

    Parameters
    ----------
    image : array, (rows, columns)
        Grey levels in 0..1.
    ellipse : Ellipse, optional
        The outline that was found, in mm; in pixels where `spacing` is None. A solid yellow line.
    mask : bool array of the image's shape, optional
        The pixels that were marked: a veil of orange.
    spacing : (float, float), optional
        Millimetres between rows and between columns. With it, the picture is drawn in true proportions
        and carries a scale bar.
    truth : Ellipse, optional
        The true outline, in the unit of `ellipse`. A dashed blue line.
    title : str, optional
    ax : Axes, optional
        A panel to draw on; without it, a new figure is made.

    Returns
    -------
    Axes
        The panel, with its description (`alt_text`). ``overlay(...).figure.savefig("head.png")`` saves it.

    Raises
    ------
    ValueError
        If the image is not two-dimensional or the mask has another shape.

    Examples
    --------
    >>> head = Ellipse(30, 40, 25, 20, 0.0)
    >>> ax = overlay(np.zeros((120, 160), np.float32), ellipse=head, spacing=(0.5, 0.5))
    >>> from fetal_edu.figures import alt_text
    >>> alt_text(ax)
    'Ultrasound picture, 60 x 80 mm. Found: a yellow ellipse 50.0 by 40.0 mm, circumference 141.8 mm.'
    """
    image = np.asarray(image)
    if image.ndim != 2:
        raise ValueError(f"image has shape {image.shape}: an overlay needs one picture, (rows, columns)")
    if mask is not None and mask.shape != image.shape:
        raise ValueError(f"mask has shape {mask.shape}, the image has {image.shape}")
    if ax is None:
        ax = _panel_for(image, spacing)
    with mpl.rc_context(LOOK):
        per_row, per_column = (1.0, 1.0) if spacing is None else spacing
        bottom, right = (image.shape[0] - 0.5) * per_row, (image.shape[1] - 0.5) * per_column
        extent = (
            -per_column / 2,
            right,
            bottom,
            -per_row / 2,
        )  # pixel centres lie on multiples of the spacing
        ax.imshow(image, vmin=0, vmax=1, extent=extent, aspect="equal")
        if mask is not None:
            _veil(ax, mask, extent)
        _outline(ax, ellipse, COLOURS["reading"], "-", _("found"))
        _outline(ax, truth, COLOURS["truth"], (0, (4, 2.5)), _("true"))  # dashes on top: both stay visible
        ax.set_xlim(extent[0], extent[1])
        ax.set_ylim(extent[2], extent[3])
        bare(ax)
        if spacing is not None:
            _scale_bar(ax, extent)
        if title:
            ax.set_title(title)
        _legend(ax)
    return describe(ax, _sentences(image, ellipse, mask, spacing, truth, title))


def _panel_for(image: np.ndarray, spacing: tuple[float, float] | None) -> Axes:
    """Open a new figure whose proportions fit the picture."""
    per_row, per_column = (1.0, 1.0) if spacing is None else spacing
    ratio = image.shape[0] * per_row / (image.shape[1] * per_column)
    return canvas(width=7.0, height=float(np.clip(7.0 * ratio, 1.5, 9.0)) + 0.7)[1]


def _veil(ax: Axes, mask: np.ndarray, extent: tuple[float, float, float, float]) -> None:
    colour = np.zeros((*mask.shape, 4))
    colour[..., :3] = mpl.colors.to_rgb(COLOURS["mask"])
    colour[..., 3] = 0.38 * (np.asarray(mask) > 0)
    ax.imshow(colour, extent=extent, aspect="equal")
    ax.plot([], [], "s", color=COLOURS["mask"], alpha=0.6, markersize=11, label=_("marked pixels"))


def _outline(ax: Axes, ellipse: Ellipse | None, colour: str, style: object, label: str) -> None:
    if ellipse is None:
        return
    points = ellipse.points(256)
    points = np.vstack([points, points[:1]])
    (line,) = ax.plot(points[:, 1], points[:, 0], color=colour, linestyle=style, linewidth=2.2, label=label)
    line.set_path_effects([withStroke(linewidth=2.2 + CASING, foreground="black")])


def _scale_bar(ax: Axes, extent: tuple[float, float, float, float]) -> None:
    left, right, bottom, top = extent
    length = round_length(0.3 * (right - left))
    x, y = right - 0.04 * (right - left), bottom - 0.05 * (bottom - top)
    casing = [withStroke(linewidth=3.5 + CASING, foreground="black")]
    ax.plot([x - length, x], [y, y], color="white", linewidth=3.5, solid_capstyle="butt", path_effects=casing)
    ax.text(
        x - length / 2,
        y - 0.02 * (bottom - top),
        _("{length:g} mm").format(length=length),
        color="white",
        ha="center",
        va="bottom",
        fontsize=12,
        path_effects=[withStroke(linewidth=2.5, foreground="black")],
    )


def _legend(ax: Axes) -> None:
    handles = ax.get_legend_handles_labels()[0]
    if not handles:
        return
    inches = ax.get_position().width * ax.figure.get_size_inches()[0]
    ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.01),
        ncols=3 if inches > 4.5 else 1,  # side by side under a small panel, it would squeeze the panel
        handlelength=1.6,
        facecolor="0.25",
        labelcolor="white",
    )


def _sentences(
    image: np.ndarray,
    ellipse: Ellipse | None,
    mask: np.ndarray | None,
    spacing: tuple[float, float] | None,
    truth: Ellipse | None,
    title: str | None,
) -> str:
    """Say in words what the panel shows."""
    unit = _("pixels") if spacing is None else _("mm")
    rows, columns = np.array(image.shape) * ((1, 1) if spacing is None else spacing)
    heading = f"{title}: " if title else ""
    told = [
        heading
        + _("Ultrasound picture, {rows:.0f} x {columns:.0f} {unit}.").format(
            rows=rows, columns=columns, unit=unit
        )
    ]
    if mask is not None:
        told.append(_("An orange veil covers {share:.0%} of it.").format(share=float(np.mean(mask > 0))))
    for name, outline in ((_("Found: a yellow ellipse"), ellipse), (_("True: a dashed blue ellipse"), truth)):
        if outline is not None:
            told.append(
                _("{name} {ofd:.1f} by {bpd:.1f} {unit}, circumference {hc:.1f} {unit}.").format(
                    name=name, ofd=outline.ofd, bpd=outline.bpd, hc=outline.circumference, unit=unit
                )
            )
    return " ".join(told)

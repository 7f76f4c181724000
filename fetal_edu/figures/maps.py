"""What a network holds inside: its feature maps side by side."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from fetal_edu.figures.style import LOOK, MAPS, bare, canvas, describe

__all__ = ["feature_maps"]


def feature_maps(
    maps: Sequence[np.ndarray],
    *,
    titles: Sequence[str] | None = None,
    columns: int = 4,
    title: str | None = None,
    shared: bool = False,
) -> Figure:
    """Draw feature maps in a grid, each on its own scale or all on a shared one.

    Maps with a sign run from violet over white (zero) to brown; the others from dark blue to yellow.

    Parameters
    ----------
    maps : sequence of arrays, each (rows, columns)
        An array (channels, rows, columns) works too. The maps may differ in size.
    titles : sequence of str, optional
        One for each map.
    columns : int
        Maps in a row.
    title : str, optional
        Over the whole figure.
    shared : bool
        One scale for all maps, up to the largest number of any: for maps whose strength is compared.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is no map, a map is not two-dimensional, or the titles don't match the maps.

    Examples
    --------
    >>> figure = feature_maps(np.zeros((3, 8, 12)), titles=["edges", "blobs", "bone"])
    >>> from fetal_edu.figures import alt_text
    >>> alt_text(figure)
    'Feature map edges, 8 x 12. Feature map blobs, 8 x 12. Feature map bone, 8 x 12.'
    """
    if len(maps) == 0 or any(np.ndim(one) != 2 for one in maps):
        raise ValueError("feature_maps needs maps of (rows, columns); take one image of a batch: maps[0]")
    names = [str(i) for i in range(len(maps))] if titles is None else list(titles)
    if len(names) != len(maps):
        raise ValueError(f"{len(names)} titles for {len(maps)} maps: give one for each")
    columns = min(columns, len(maps))
    rows = -(-len(maps) // columns)
    height = 9.0 / columns * np.shape(maps[0])[0] / np.shape(maps[0])[1]
    figure, panels = canvas(
        rows, columns, width=9.0, height=rows * (height + 0.42) + (0.45 if title else 0.0)
    )
    panels = np.atleast_1d(panels).ravel()
    largest = max(float(np.abs(one).max()) for one in maps)
    with mpl.rc_context(LOOK):
        for ax, one, name in zip(panels, maps, names, strict=False):
            one = np.asarray(one, float)
            signed = one.min() < 0
            top = max(largest if shared else float(np.abs(one).max()), 1e-12)
            kind = "signed" if signed else "positive"
            ax.imshow(one, cmap=MAPS[kind], vmin=-top if signed else 0.0, vmax=top, aspect="equal")
            ax.set_title(name, fontsize=12)
            bare(ax)
            describe(
                ax,
                _("Feature map {name}, {shape}.").format(name=name, shape=f"{one.shape[0]} x {one.shape[1]}"),
            )
        for ax in panels[len(maps) :]:
            ax.set_visible(False)
        if title:
            figure.suptitle(title)
    return figure

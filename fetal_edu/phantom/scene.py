"""A three-dimensional scene, painted structure over structure, and asked at any points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .boxes import Box, margin_of, meeting, rooms
from .grid import Grid
from .pose import Frame, Pose
from .shapes import Shape
from .texture import Ripple, Texture

__all__ = ["Maps", "Scene", "Structure", "Tissue"]


class Tissue(NamedTuple):
    """What sound meets.

    Parameters
    ----------
    impedance : float, MRayl
        A step in it reflects.
    attenuation : float, dB/cm/MHz, one way
    echo : float, dB
        Mean power of the speckle, relative to generic soft tissue.
    """

    impedance: float
    attenuation: float
    echo: float


class Maps(NamedTuple):
    """`Tissue` and label at many points: four arrays of one shape."""

    impedance: np.ndarray
    attenuation: np.ndarray
    echo: np.ndarray
    label: np.ndarray


@dataclass(frozen=True)
class Structure:
    """One stroke of the painter: a shape filled with a tissue.

    Parameters
    ----------
    shape : Shape
    tissue : Tissue
    label : int, optional
        What the pixels inside are called; None changes the tissue and keeps the label.
    edge : float, mm
        Width of the soft border.
    opacity : float
        1 replaces what lies below, 0.5 mixes half and half.
    textures : tuple of Texture
    ripple : Ripple, optional
        Bends the border; the label follows it.
    pose : Pose, optional
        The coordinates that the shape is drawn in; None = the scene's own.
    warp : callable, optional
        From these coordinates (three arrays) to those where the tissue lies at rest: the shape is drawn
        there. It has to be hashable, and its `reach` says how far tissue moves at most, in mm.
    """

    shape: Shape
    tissue: Tissue
    label: int | None = None
    edge: float = 0.4
    opacity: float = 1.0
    textures: tuple[Texture, ...] = ()
    ripple: Ripple | None = None
    pose: Pose | None = None
    warp: Callable[..., list[np.ndarray]] | None = None


@dataclass(frozen=True)
class Scene:
    """Anatomy as a list of strokes, later ones over earlier ones.

    The scene's axes are (down from the probe, across, out of the picture), in mm.

    Parameters
    ----------
    structures : tuple of Structure
    classes : mapping of name to label values
    plane : str
    outline : Shape, optional
        The border that is measured: the outer border of the skull. `outline_pose` places it.
    measured : str
        What the outline's circumference is called in a sample's truth: ``hc_mm``, ``ac_mm``.
    frame : Frame, optional
        What a sonographer brings into the middle of the picture.
    landmarks : mapping of name to (down, across, out) mm
        Points that an expert would click on.
    standard : mapping of plane to Pose
        Where the anatomy's standard planes lie: poses for a `View` of this scene.
    material : callable, optional
        From points (..., 3) of the scene to where that tissue lies at rest, mm. Speckle that is drawn there
        moves with the tissue; None = nothing moves.
    white : str
        The class that a sonographer turns the gain up for: it becomes white.
    truth : mapping
        What the anatomy was drawn with, for example ``ga_weeks``.
    tells : callable, optional
        ``tells(labels, pose) -> mapping``: what a picture's truth says besides, from its labels and the pose
        of its plane.
    group : str
        Name of the simulated patient.
    params : mapping
        What is needed to make this scene again.
    """

    structures: tuple[Structure, ...]
    classes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    plane: str = ""
    outline: Shape | None = None
    outline_pose: Pose = field(default_factory=Pose)
    measured: str = "hc_mm"
    frame: Frame | None = None
    landmarks: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    standard: Mapping[str, Pose] = field(default_factory=dict)
    material: Callable[[np.ndarray], np.ndarray] | None = None
    white: str = ""
    truth: Mapping[str, float] = field(default_factory=dict)
    tells: Callable[[np.ndarray, Pose], Mapping[str, object]] | None = None
    group: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def at(self, points_mm: np.ndarray) -> Maps:
        """Tissue and labels at points.

        Parameters
        ----------
        points_mm : array (..., 3)
            Down, across and out of the picture.

        Returns
        -------
        Maps
            Four arrays of shape ``points_mm.shape[:-1]``.

        Examples
        --------
        >>> from fetal_edu.phantom import Ellipsoid, Scene, Structure, Tissue
        >>> cyst = Structure(Ellipsoid((30, 0, 0), (5, 5, 5)), Tissue(1.52, 0.02, -40), label=1)
        >>> Scene((cyst,)).at(np.array([[30.0, 0.0, 0.0], [40.0, 0.0, 0.0]])).label.tolist()
        [1, 0]
        """
        return self._paint(points_mm, tissue=True)

    def labels(self, points_mm: np.ndarray) -> np.ndarray:
        """Labels alone, uint8: cheaper than `at`, and the same."""
        return self._paint(points_mm, tissue=False).label

    @cached_property
    def _rooms(self) -> tuple[np.ndarray, np.ndarray]:
        return rooms(self.structures)

    def _paint(self, points_mm: np.ndarray, *, tissue: bool) -> Maps:
        points = np.asarray(points_mm, np.float32)
        if points.ndim < 1 or points.shape[-1] != 3:
            raise ValueError(f"points have shape {points.shape}: the last axis needs three coordinates in mm")
        shape = points.shape[:-1]
        flat = points.reshape((-1, 1, 3) if points.ndim < 3 else (-1, points.shape[-2], 3))
        canvas = _Canvas(flat, tissue)
        for structure, box in zip(self.structures, canvas.boxes(*self._rooms), strict=True):
            if box is not None and (tissue or structure.label is not None):
                canvas.paint(structure, box)
        return Maps(*(layer.reshape(shape) for layer in canvas.layers))


class _Canvas:
    """Points laid out in rows and columns, and what has been painted on them so far."""

    def __init__(self, points: np.ndarray, tissue: bool) -> None:
        self.tissue = tissue
        self.axes = [np.ascontiguousarray(points[..., i]) for i in range(3)]
        shape = points.shape[:2]
        n = shape if tissue else (0, 0)
        generic = (1.63, 0.5, 0.0)
        self.maps = [np.full(n, value, np.float32) for value in generic]
        self.label = np.zeros(shape, np.uint8)
        self.grids: dict[object, Grid] = {}

    @property
    def layers(self) -> Maps:
        if not self.tissue:
            empty = np.zeros(self.label.shape, np.float32)
            return Maps(empty, empty, empty, self.label)
        return Maps(*self.maps, self.label)

    def boxes(self, low: np.ndarray, high: np.ndarray) -> list[Box | None]:
        """Rows and columns that each structure may touch, from the rooms that they take."""
        return meeting(low, high, self._grid(None, None).extents)

    def paint(self, structure: Structure, box: Box) -> None:
        ripple, margin = structure.ripple, margin_of(structure)
        grid = self._grid(structure.pose, structure.warp)
        distance = grid.distance(structure.shape, box)
        if ripple:
            distance = _bent(distance, ripple, margin, grid.local(box))
        if structure.label is not None:
            self.label[box][distance < 0] = structure.label
        if self.tissue:
            self._fill(structure, box, distance, grid.local(box))

    def _grid(self, pose: Pose | None, warp: Callable | None) -> Grid:
        if (pose, warp) not in self.grids:
            self.grids[pose, warp] = Grid(self.axes, pose, warp)
        return self.grids[pose, warp]

    def _fill(self, structure: Structure, box: Box, distance: np.ndarray, local: list[np.ndarray]) -> None:
        # A little more than what the soft edge touches: the rest of it is painted with nothing.
        touched = np.flatnonzero(distance < np.float32(1.0001 * structure.edge))
        if not touched.size:
            return
        if len(touched) < 0.6 * distance.size:
            # A shell or a line fills little of its box: only what it touches is asked and painted.
            amount = _amount(distance.reshape(-1)[touched], structure)
            local = [x.reshape(-1) if x.size == 1 else x.reshape(-1)[touched] for x in local]
            rows, columns = np.divmod(touched, box[1].stop - box[1].start)
            where = (rows + box[0].start) * self.label.shape[1] + (columns + box[1].start)
            for layer, value in zip(self.maps, _textured(structure, local), strict=True):
                below = layer.reshape(-1)[where]
                layer.reshape(-1)[where] = below + amount * (value - below)
            return
        amount = _amount(distance, structure)
        for layer, value in zip(self.maps, _textured(structure, local), strict=True):
            part = layer[box]
            change = value - part
            change *= amount
            part += change


def _amount(distance: np.ndarray, structure: Structure) -> np.ndarray:
    """How much of the tissue below is replaced: 0 outside the soft edge, the opacity inside."""
    amount = distance * np.float32(-0.5 / structure.edge)
    amount += np.float32(0.5)
    np.clip(amount, 0, 1, out=amount)
    if structure.opacity < 1:
        amount *= np.float32(structure.opacity)
    return amount


def _bent(distance: np.ndarray, ripple: Ripple, margin: float, local: list[np.ndarray]) -> np.ndarray:
    """Move a border by its ripple; farther off than `margin` nothing depends on it."""
    near = np.flatnonzero(np.abs(distance) < margin)
    if len(near) > 0.7 * distance.size:
        return distance + ripple.field(*local)
    moved = distance.copy()
    moved.reshape(-1)[near] += ripple.field(
        *(x.reshape(-1) if x.size == 1 else x.reshape(-1)[near] for x in local)
    )
    return moved


def _textured(structure: Structure, local: list[np.ndarray]) -> list[np.ndarray]:
    impedance, attenuation, echo = (np.float32(x) for x in structure.tissue)
    for texture in structure.textures:
        wave = texture.field(*local)
        if texture.echo:
            echo = echo + wave * np.float32(texture.echo)
        if texture.impedance:
            impedance = impedance + wave * np.float32(texture.impedance)
    return [impedance, attenuation, echo]

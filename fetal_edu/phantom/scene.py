"""A three-dimensional scene, painted structure over structure, and asked at any points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from scipy import fft

from .shapes import Shape, Shell

__all__ = ["Maps", "Pose", "Scene", "Structure", "Texture", "Tissue"]


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
class Pose:
    """Where a thing is and which way it looks.

    Parameters
    ----------
    origin : three floats, mm
        The thing's own (0, 0, 0), in the scene.
    axes : three rows of three floats
        Unit vectors of the thing's axes, in the scene.

    Examples
    --------
    >>> Pose((10.0, 0.0, 0.0)).to_scene(np.array([1.0, 2.0, 0.0])).tolist()
    [11.0, 2.0, 0.0]
    """

    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    axes: tuple[tuple[float, float, float], ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

    @classmethod
    def turned(cls, origin: tuple[float, float, float], angle: float) -> Pose:
        """A thing at `origin` whose first axis lies `angle` radians from the columns towards larger rows."""
        c, s = float(np.cos(angle)), float(np.sin(angle))
        return cls(origin, ((s, c, 0.0), (c, -s, 0.0), (0.0, 0.0, -1.0)))

    def to_scene(self, points: np.ndarray) -> np.ndarray:
        """From the thing's coordinates (..., 3) to the scene's, mm."""
        return points @ np.asarray(self.axes, points.dtype) + np.asarray(self.origin, points.dtype)

    def from_scene(self, points: np.ndarray) -> np.ndarray:
        """From the scene's coordinates (..., 3) to the thing's, mm."""
        return (points - np.asarray(self.origin, points.dtype)) @ np.asarray(self.axes, points.dtype).T


@dataclass(frozen=True)
class Texture:
    """A smooth random field that varies a tissue from place to place.

    Parameters
    ----------
    grain : three floats, mm
        Size of the blotches along the three axes of the structure's own coordinates.
    offset : three floats
        Where in the random field this texture starts: drawn, so that no two look alike.
    echo, impedance, border : float
        Standard deviation of what it adds: dB, MRayl, and mm by which it moves the structure's border.
    """

    grain: tuple[float, float, float]
    offset: tuple[float, float, float]
    echo: float = 0.0
    impedance: float = 0.0
    border: float = 0.0

    def field(self, u: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
        """The field itself: mean 0, standard deviation 1."""
        per_mm = [_BLOTCH / grain for grain in self.grain]
        i = u * np.float32(per_mm[0]) + np.float32(self.offset[0])
        j = v * np.float32(per_mm[1]) + np.float32(self.offset[1])
        # The third index drifts with the first two, so that a plane does not meet its own pattern again.
        k = i * np.float32(0.31) + j * np.float32(0.17) + (w * np.float32(per_mm[2]) + np.float32(self.offset[2]))
        index = (i.astype(np.int32) & _MASK) * _TILE + (j.astype(np.int32) & _MASK)
        return _tile().take(index * _TILE + (k.astype(np.int32) & _MASK))


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
    pose : Pose, optional
        The coordinates that the shape is drawn in; None = the scene's own.
    """

    shape: Shape
    tissue: Tissue
    label: int | None = None
    edge: float = 0.4
    opacity: float = 1.0
    textures: tuple[Texture, ...] = ()
    pose: Pose | None = None


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
    white : str
        The class that a sonographer turns the gain up for: it becomes white.
    truth : mapping
        What the anatomy was drawn with, for example ``ga_weeks``.
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
    white: str = ""
    truth: Mapping[str, float] = field(default_factory=dict)
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

    def _paint(self, points_mm: np.ndarray, *, tissue: bool) -> Maps:
        points = np.asarray(points_mm, np.float32)
        if points.ndim < 1 or points.shape[-1] != 3:
            raise ValueError(f"points have shape {points.shape}: three coordinates in mm are needed in the last axis")
        shape = points.shape[:-1]
        flat = points.reshape((-1, 1, 3) if points.ndim < 3 else (-1, points.shape[-2], 3))
        canvas = _Canvas(flat, tissue)
        for structure in self.structures:
            if tissue or structure.label is not None:
                canvas.paint(structure)
        return Maps(*(layer.reshape(shape) for layer in canvas.layers))


class _Canvas:
    """Points laid out in rows and columns, and what has been painted on them so far."""

    def __init__(self, points: np.ndarray, tissue: bool) -> None:
        self.points, self.tissue = points, tissue
        shape = points.shape[:2]
        n = shape if tissue else (0, 0)
        generic = (1.63, 0.5, 0.0)
        self.maps = [np.full(n, value, np.float32) for value in generic]
        self.label = np.zeros(shape, np.uint8)
        self.grids: dict[Pose | None, _Grid] = {}

    @property
    def layers(self) -> Maps:
        if not self.tissue:
            empty = np.zeros(self.label.shape, np.float32)
            return Maps(empty, empty, empty, self.label)
        return Maps(*self.maps, self.label)

    def paint(self, structure: Structure) -> None:
        if structure.pose not in self.grids:
            self.grids[structure.pose] = _Grid(self.points, structure.pose)
        grid = self.grids[structure.pose]
        ragged = [wave for wave in structure.textures if wave.border]
        margin = sum(4 * wave.border for wave in ragged) + (2 * structure.edge if self.tissue else 0.0)
        box = grid.box(structure.shape, margin)
        if box is None:
            return
        distance = grid.distance(structure.shape, box)
        for wave in ragged:
            distance = distance + wave.field(*grid.local(box)) * np.float32(wave.border)
        if structure.label is not None:
            self.label[box][distance < 0] = structure.label
        if self.tissue:
            self._fill(structure, box, distance, grid.local(box))

    def _fill(self, structure: Structure, box, distance, local) -> None:
        amount = np.clip(np.float32(0.5) - distance * np.float32(0.5 / structure.edge), 0, 1)
        if structure.opacity < 1:
            amount *= np.float32(structure.opacity)
        touched = amount > 0
        thin = structure.textures and np.count_nonzero(touched) < 0.6 * touched.size
        if thin:  # a shell fills little of its box: textures are then asked only where they show
            amount = amount[touched]
            local = [x if x.size == 1 else x[touched] for x in local]
            local = [x.reshape(-1) for x in local]
        values = _textured(structure, local)
        for layer, value in zip(self.maps, values, strict=True):
            part = layer[box]
            if thin:
                below = part[touched]
                part[touched] = below + amount * (value - below)
            else:
                part += amount * (value - part)


def _textured(structure: Structure, local: list[np.ndarray]) -> list[np.ndarray]:
    impedance, attenuation, echo = (np.float32(x) for x in structure.tissue)
    for texture in structure.textures:
        if not (texture.echo or texture.impedance):
            continue
        wave = texture.field(*local)
        if texture.echo:
            echo = echo + wave * np.float32(texture.echo)
        if texture.impedance:
            impedance = impedance + wave * np.float32(texture.impedance)
    return [impedance, attenuation, echo]


class _Grid:
    """The points in one structure's coordinates, with the extent of each row and column."""

    def __init__(self, points: np.ndarray, pose: Pose | None) -> None:
        local = points if pose is None else pose.from_scene(points)
        axes = [np.ascontiguousarray(local[..., i]) for i in range(3)]
        self.axes = [*axes[:2], _thin(axes[2])]
        self.shape = points.shape[:2]
        self.memo: dict[object, np.ndarray] = {}

    @cached_property
    def extents(self):
        """For rows, then for columns: (lowest, highest) of each coordinate."""
        return [[(x.min(axis), x.max(axis)) for x in self.axes] for axis in (1, 0)]

    def box(self, shape: Shape, margin: float) -> tuple[slice, slice] | None:
        low, high = shape.bounds
        slices = []
        for extent, n in zip(self.extents, self.shape, strict=True):
            hit = np.ones(n, bool)
            for (first, last), lo, hi in zip(extent, low, high, strict=True):
                hit &= (last >= lo - margin) & (first <= hi + margin)
            if not hit.any():
                return None
            slices.append(slice(int(hit.argmax()), n - int(hit[::-1].argmax())))
        return tuple(slices)

    def local(self, box: tuple[slice, slice]) -> list[np.ndarray]:
        return [x if x.size == 1 else x[box] for x in self.axes]

    def distance(self, shape: Shape, box: tuple[slice, slice]) -> np.ndarray:
        if not isinstance(shape, Shell):
            return shape.distance(*self.local(box))
        key = (shape.surface, *((s.start, s.stop) for s in box))
        if key not in self.memo:
            self.memo[key] = shape.surface.distance(*self.local(box))
        return shape.from_surface(self.memo[key])


def _thin(x: np.ndarray) -> np.ndarray:
    """One number where a coordinate is the same everywhere, as the third is in a flat plane."""
    return x[:1, :1] if x.size and x.min() == x.max() else x


_TILE = 64
_MASK = np.int32(_TILE - 1)
_BLOTCH = 8.0  # cells from one blotch to the next: full width of the tile's correlation


@lru_cache(maxsize=1)
def _tile() -> np.ndarray:
    """A periodic cube of smooth noise, mean 0 and standard deviation 1, flattened."""
    noise = np.random.default_rng(2718).standard_normal((_TILE,) * 3, dtype=np.float32)
    frequency = fft.fftfreq(_TILE)
    squared = frequency[:, None, None] ** 2 + frequency[:, None] ** 2 + frequency**2
    sigma = 2.4
    smooth = fft.ifftn(fft.fftn(noise) * np.exp(-2 * (np.pi * sigma) ** 2 * squared)).real
    smooth = (smooth - smooth.mean()) / smooth.std()
    return np.ascontiguousarray(smooth, np.float32).reshape(-1)

"""The painter's shapes: each gives a signed distance in mm, negative inside, and the box it stays in.

Every shape is three-dimensional. Its three coordinates are called ``u, v, w``; in a head they run along
the head's length, its width (the BPD) and out of the picture. The distances are exact on the border and
good to first order beside it, which is all that a soft edge needs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Both", "Capsule", "Ellipsoid", "Everywhere", "Layer", "Shape", "Shell", "Slab", "WavyEllipsoid"]

Vector = tuple[float, float, float]
_TINY = np.float32(1e-6)


class Shape:
    """What all shapes share: `distance` and `bounds`."""

    def distance(self, u: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
        """Signed distance in mm, negative inside; the three coordinates broadcast."""
        raise NotImplementedError

    @property
    def bounds(self) -> tuple[Vector, Vector]:
        """Lowest and highest coordinates of the shape, in mm."""
        raise NotImplementedError


@dataclass(frozen=True)
class Everywhere(Shape):
    """All of space: the tissue that everything else is painted on.

    Examples
    --------
    >>> float(Everywhere().distance(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1))).max()) < 0
    True
    """

    def distance(self, u, v, w):  # noqa: D102
        return np.full(np.broadcast_shapes(u.shape, v.shape, w.shape), -1e6, np.float32)

    @property
    def bounds(self):  # noqa: D102
        return (-1e9,) * 3, (1e9,) * 3


@dataclass(frozen=True)
class Ellipsoid(Shape):
    """An ellipsoid, turned in its (u, v) plane.

    Parameters
    ----------
    centre, semi : three floats, mm
        Centre and semi-axes.
    turn : float, radians
        Angle of the first semi-axis from u towards v.

    Examples
    --------
    >>> ball = Ellipsoid((0, 0, 0), (5, 5, 5))
    >>> point = np.array([[8.0]], np.float32), np.zeros((1, 1)), np.zeros((1, 1))
    >>> bool(ball.distance(*point) > 0)
    True
    """

    centre: Vector
    semi: Vector
    turn: float = 0.0

    def distance(self, u, v, w):  # noqa: D102
        p, q = _turned(u - _f(self.centre[0]), v - _f(self.centre[1]), self.turn)
        a, b, c = (_f(s) for s in self.semi)
        p, q, r = p / a, q / b, (w - _f(self.centre[2])) / c
        slope = np.sqrt((p / a) ** 2 + (q / b) ** 2 + (r / c) ** 2)
        return (p * p + q * q + r * r - 1) / (2 * slope + _TINY)

    @property
    def bounds(self):  # noqa: D102
        c, s = np.cos(self.turn), np.sin(self.turn)
        reach = (np.hypot(self.semi[0] * c, self.semi[1] * s), np.hypot(self.semi[0] * s, self.semi[1] * c))
        return _box(self.centre, (*reach, self.semi[2]))


@dataclass(frozen=True)
class Capsule(Shape):
    """All points within `radius` of a straight line: a vessel, a bone, a limb.

    Examples
    --------
    >>> bone = Capsule((0, 0, 0), (10, 0, 0), 2)
    >>> at = np.array([[5.0]]), np.array([[3.0]]), np.array([[0.0]])
    >>> float(bone.distance(*at)[0, 0])
    1.0
    """

    start: Vector
    end: Vector
    radius: float

    def distance(self, u, v, w):  # noqa: D102
        line = np.subtract(self.end, self.start)
        p, q, r = (x - _f(s) for x, s in zip((u, v, w), self.start, strict=True))
        along = (p * _f(line[0]) + q * _f(line[1]) + r * _f(line[2])) / _f(max(line @ line, 1e-9))
        along = np.clip(along, 0, 1)
        p, q, r = (x - along * _f(d) for x, d in zip((p, q, r), line, strict=True))
        return np.sqrt(p * p + q * q + r * r) - _f(self.radius)

    @property
    def bounds(self):  # noqa: D102
        ends = np.array([self.start, self.end])
        return tuple(ends.min(0) - self.radius), tuple(ends.max(0) + self.radius)


@dataclass(frozen=True)
class Slab(Shape):
    """A plate: a box with half lengths along three axes, turned in its (u, v) plane and bent like a bow.

    Parameters
    ----------
    centre, half : three floats, mm
    turn : float, radians
        Angle of the first axis from u towards v.
    bend : float, mm
        How far the ends lie to the side of the middle.

    Examples
    --------
    >>> falx = Slab((0, 0, 0), (20, 0.4, 30))
    >>> at = np.array([[0.0]]), np.array([[1.0]]), np.array([[0.0]])
    >>> round(float(falx.distance(*at)[0, 0]), 3)
    0.6
    """

    centre: Vector
    half: Vector
    turn: float = 0.0
    bend: float = 0.0

    def distance(self, u, v, w):  # noqa: D102
        p, q = _turned(u - _f(self.centre[0]), v - _f(self.centre[1]), self.turn)
        a, b, c = (_f(h) for h in self.half)
        if self.bend:
            q = q - _f(self.bend) * (p / a) ** 2
        far = np.maximum(np.abs(p) - a, np.abs(q) - b)
        return np.maximum(far, np.abs(w - _f(self.centre[2])) - c)

    @property
    def bounds(self):  # noqa: D102
        c, s = abs(np.cos(self.turn)), abs(np.sin(self.turn))
        a, b = self.half[0], self.half[1] + abs(self.bend)
        return _box(self.centre, (a * c + b * s, a * s + b * c, self.half[2]))


@dataclass(frozen=True)
class Layer(Shape):
    """Skin, fat, muscle: what lies between two depths under a round probe.

    Parameters
    ----------
    top, bottom : float, mm
        Depths under the skin.
    radius : float, mm
        The skin is round with this radius around ``(-radius, 0, 0)``; here ``u`` points down. Out of the
        picture, along ``w``, it is three times as flat, so that a probe can slide there.

    Examples
    --------
    >>> fat = Layer(2, 10, radius=50)
    >>> at = np.array([[6.0]]), np.array([[0.0]]), np.array([[0.0]])
    >>> float(fat.distance(*at)[0, 0])
    -4.0
    """

    top: float
    bottom: float
    radius: float

    def distance(self, u, v, w):  # noqa: D102
        depth = np.sqrt((u + _f(self.radius)) ** 2 + v * v + w * w / _f(9)) - _f(self.radius)
        return np.abs(depth - _f((self.top + self.bottom) / 2)) - _f((self.bottom - self.top) / 2)

    @property
    def bounds(self):  # noqa: D102
        return (-1e9, -1e9, -1e9), (self.bottom, 1e9, 1e9)


@dataclass(frozen=True)
class WavyEllipsoid(Shape):
    """The outer border of a skull or a trunk: an ellipsoid whose radius varies a little with the angle.

    Parameters
    ----------
    semi : three floats, mm
        Half length (u), half width (v) and half height (w).
    waves : tuple of (cosine, sine) amplitudes
        For 1, 2, 3 ... waves around the w axis, as fractions of the radius.

    Examples
    --------
    >>> abs(WavyEllipsoid((40, 30, 32)).outline(4)).max(0).tolist()
    [40.0, 30.0]
    """

    semi: Vector
    waves: tuple[tuple[float, float], ...] = ()

    def swell(self, unit: np.ndarray) -> np.ndarray:
        """Radius relative to the ellipsoid's, for unit complex numbers ``exp(i angle)``."""
        if not self.waves:
            return np.ones(unit.shape, np.float32)
        total = np.zeros_like(unit)
        for cosine, sine in reversed(self.waves):  # Horner's rule: sum of (cosine - i sine) unit^k
            total += np.complex64(complex(cosine, -sine))
            total *= unit
        return 1 + total.real

    def distance(self, u, v, w):  # noqa: D102
        a, b, c = (_f(s) for s in self.semi)
        p, q, r = u / a, v / b, w / c
        flat = p * p + q * q
        unit = (p + np.complex64(1j) * q) / np.sqrt(flat + _TINY)
        reach = np.sqrt(flat + r * r)
        slope = np.sqrt((p / a) ** 2 + (q / b) ** 2 + (r / c) ** 2) + _TINY
        return (reach - self.swell(unit)) * reach / slope

    def outline(self, n: int = 256) -> np.ndarray:
        """Points (n, 2) of the border in the plane ``w = 0``, as (u, v) in mm."""
        angle = np.arange(n) * (2 * np.pi / n)
        radius = self.swell(np.exp(1j * angle))
        return np.stack([self.semi[0] * radius * np.cos(angle), self.semi[1] * radius * np.sin(angle)], -1)

    @property
    def bounds(self):  # noqa: D102
        grow = 1 + sum(np.hypot(*wave) for wave in self.waves)
        return _box((0, 0, 0), tuple(s * grow for s in self.semi))


@dataclass(frozen=True)
class Shell(Shape):
    """What lies between two distances from a surface: scalp, skull, or all that is inside.

    Parameters
    ----------
    surface : Shape
    inner, outer : float, mm
        Distances from the surface, negative inside. ``inner=-inf`` fills the inside.
    reach : float, mm
        How far the box extends beyond the surface: to the shell's soft, rippled border at least. Shells
        of one surface with equal reach share their points, and its distance is computed once for them.

    Examples
    --------
    >>> skull = Shell(Ellipsoid((0, 0, 0), (30, 30, 30)), inner=-2, outer=0)
    >>> at = np.array([[29.0]]), np.array([[0.0]]), np.array([[0.0]])
    >>> round(float(skull.distance(*at)[0, 0]), 1)
    -1.0
    """

    surface: Shape
    inner: float
    outer: float
    reach: float = 4.0

    def from_surface(self, distance: np.ndarray) -> np.ndarray:
        """Signed distance to the shell, from the one to its surface."""
        if np.isinf(self.inner):
            return distance - _f(self.outer)
        return np.abs(distance - _f((self.inner + self.outer) / 2)) - _f((self.outer - self.inner) / 2)

    def distance(self, u, v, w):  # noqa: D102
        return self.from_surface(self.surface.distance(u, v, w))

    @property
    def bounds(self):  # noqa: D102
        low, high = self.surface.bounds
        return tuple(x - self.reach for x in low), tuple(x + self.reach for x in high)


@dataclass(frozen=True)
class Both(Shape):
    """What two shapes share: a placenta inside the womb.

    Examples
    --------
    >>> lens = Both(Ellipsoid((-1, 0, 0), (3, 3, 3)), Ellipsoid((1, 0, 0), (3, 3, 3)))
    >>> lens.bounds[0][0], lens.bounds[1][0]
    (-2.0, 2.0)
    """

    first: Shape
    second: Shape

    def distance(self, u, v, w):  # noqa: D102
        return np.maximum(self.first.distance(u, v, w), self.second.distance(u, v, w))

    @property
    def bounds(self):  # noqa: D102
        (low, high), (low_2, high_2) = self.first.bounds, self.second.bounds
        return tuple(map(max, low, low_2)), tuple(map(min, high, high_2))


def _f(value: float) -> np.float32:
    return np.float32(value)


def _turned(u: np.ndarray, v: np.ndarray, turn: float) -> tuple[np.ndarray, np.ndarray]:
    if not turn:
        return u, v
    c, s = _f(np.cos(turn)), _f(np.sin(turn))
    return u * c + v * s, v * c - u * s


def _box(centre: Vector, reach: Vector) -> tuple[Vector, Vector]:
    pairs = [(float(c), float(r)) for c, r in zip(centre, reach, strict=True)]
    return tuple(c - r for c, r in pairs), tuple(c + r for c, r in pairs)

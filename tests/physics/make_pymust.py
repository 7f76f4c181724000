"""Draw one small scene by PyMUST, once: the reference that `test_physics.py` holds the simulator against.

PyMUST (the MUST toolbox in Python, LGPL-3.0) adds up the echoes of point scatterers at every element of an
array in the frequency domain, then beamforms them: another model than this project's beams, made by others.
It is no dependency of the project. To make the file again, in an environment of its own::

    python3.11 -m venv pymust && pymust/bin/pip install pymust==0.1.9 numpy==2.4.6 scipy==1.17.1
    pymust/bin/python tests/physics/make_pymust.py        # about 6 minutes of CPU time

Only numbers that it computed are kept here, no part of its code. Cite: D. Garcia, SIMUS: an open-source
simulator for medical ultrasound imaging. Part I: theory & examples, Computer Methods and Programs in
Biomedicine 218, 2022, doi:10.1016/j.cmpb.2022.106726.

`pymust_scene.npz` holds

``probe``
    The fields of `fetal_edu.phantom.Probe` as JSON. The array has the same apertures and focus.
``down, across, strength``
    The scatterers: mm in the picture's plane, and what each returns.
``envelope``
    Echo amplitudes (samples / `EVERY`, beams), float16, the largest 1.
``about``
    Versions and seed, as JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SEED = 20
SCATTERERS = 8000  # before the cyst is cut out
EVERY = 4  # samples along the beam, of which one is kept
PITCH = 0.5e-3  # m
PROBE = {
    "f0": 3.5,
    "cycles": 1.95,  # length of PyMUST's pulse there and back, sent as two periods, at half its height
    "radius": 50.0,
    "half_angle": 10.0,
    "start": 45.0,
    "depth": 85.0,
    "focus": 65.0,
    "aperture": 22.0,
    "f_number": 2.0,  # so that the whole aperture receives from 44 mm on
    "beams": 80,
    "samples": 1024,
}


def scatterers(rng: np.random.Generator, *, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Speckle all over the sector, a cyst without echoes, three bright points, a bright border."""
    reach = np.sqrt(rng.uniform((50 + 45) ** 2, (50 + 85) ** 2, n))
    angle = np.deg2rad(rng.uniform(-10, 10, n))
    down, across, strength = reach * np.cos(angle) - 50, reach * np.sin(angle), rng.normal(size=n)
    tissue = np.hypot(down - 72, across - 8) > 6
    along = np.arange(0, 12, 0.1)
    points = np.array([[52.0, -9.0], [65.0, -8.0], [78.0, -11.0]])
    return (
        np.concatenate([down[tissue], points[:, 0], 56 + 0.02 * along]).astype(np.float32),
        np.concatenate([across[tissue], points[:, 1], 1 + along]).astype(np.float32),
        np.concatenate([strength[tissue], [12.0] * 3, np.full(len(along), 2.0)]).astype(np.float32),
    )


def array():
    """Make the elements behind one beam: as many as receive."""
    import pymust

    param = pymust.utils.Param()
    param.fc, param.c, param.fs = PROBE["f0"] * 1e6, 1540, 4 * PROBE["f0"] * 1e6
    param.pitch, param.width, param.kerf = PITCH, 0.9 * PITCH, 0.1 * PITCH
    param.radius, param.Nelements = PROBE["radius"] / 1e3, round(PROBE["aperture"] / 1e3 / PITCH)
    param.bandwidth, param.TXnow = 75, 2
    return param


def beams(down: np.ndarray, across: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Envelope (samples, beams): one focused transmission for each beam, dynamic focus on receive.

    The array is round, so that every beam has the same elements before it: the scatterers turn instead.
    """
    import pymust

    param = array()
    face = param.radius - float(param.getElementPositions()[3].item())  # PyMUST's z is 0 at the array's chord
    delays = pymust.txdelay(0.0, face + PROBE["focus"] / 1e3, param)
    sending = np.abs(np.arange(param.Nelements) - (param.Nelements - 1) / 2) * PITCH
    delays = np.where(sending < 0.8 * PROBE["aperture"] / 2e3, delays, np.nan)
    delays -= np.nanmin(delays)
    del param["TXdelay"]
    depths = np.linspace(PROBE["start"], PROBE["depth"], PROBE["samples"])[::EVERY, None] / 1e3
    out = []
    for turn in np.deg2rad(np.linspace(-1, 1, PROBE["beams"]) * PROBE["half_angle"]):
        y, x = down + PROBE["radius"], across
        z = (y * np.cos(turn) + x * np.sin(turn) - PROBE["radius"]) / 1e3 + face
        x = (x * np.cos(turn) - y * np.sin(turn)) / 1e3
        sent = param.copy()
        echoes, _ = pymust.simus(*(v[None].astype(float) for v in (x, z, strength)), delays, sent)
        heard = pymust.rf2iq(echoes, param.fs, param.fc)
        sent.fnumber = (
            0  # PyMUST's own counts from each element's normal: on a round array another thing than ours
        )
        form = pymust.dasmtx(1j * np.array(heard.shape), 0 * depths, depths + face, delays, sent)
        out.append(np.abs(form @ heard.flatten(order="F")))
    return np.stack(out, -1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--scatterers", type=int, default=SCATTERERS)
    parser.add_argument("--save", type=Path, default=HERE / "pymust_scene.npz")
    options = parser.parse_args()
    began = time.process_time()
    scene = scatterers(np.random.default_rng(SEED), n=options.scatterers)
    envelope = beams(*scene)
    about = {name: version(name) for name in ("pymust", "numpy", "scipy")} | {"seed": SEED}
    np.savez_compressed(
        options.save,
        probe=json.dumps(PROBE),
        about=json.dumps(about),
        every=EVERY,
        envelope=(envelope / envelope.max()).astype(np.float16),
        **dict(zip(("down", "across", "strength"), scene, strict=True)),
    )
    seconds = time.process_time() - began
    print(f"{options.save}: {options.save.stat().st_size / 1e3:.0f} kB, {seconds:.0f} s of CPU time")


if __name__ == "__main__":
    main()

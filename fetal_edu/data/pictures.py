"""PNG and JPEG, as cameras, machines and people save them, to grey levels."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from fetal_edu.data.grey import brightness, coloured_part, fraction, scale_grey, tell_colours
from fetal_edu.data.limits import MAX_PIXELS, BadInput, check_pixels

__all__ = ["decode"]


def decode(content: bytes, name: str) -> tuple[np.ndarray, dict[str, Any]]:
    """Decode a PNG or JPEG file.

    Parameters
    ----------
    content : bytes
        All of the file.
    name : str
        Its name, used in sentences only.

    Returns
    -------
    image : float32 array, (rows, columns)
        Grey levels in 0..1.
    params : dict
        ``notes`` on what was unusual.

    Raises
    ------
    BadInput
        With one sentence that says what is wrong and what to do.
    """
    notes: list[str] = []
    # Pillow warns of damaged metadata and of large pictures; both are answered here, in a sentence.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            check_pixels(name, picture.height, picture.width)
            if getattr(picture, "n_frames", 1) > 1:
                notes.append(f"{name} holds {picture.n_frames} pictures; the first was read.")
            upright = ImageOps.exif_transpose(picture)
            if upright.size != picture.size:
                notes.append("The picture was turned upright, as the file asks for.")
            return _grey(upright, notes), {"notes": notes}
        except BadInput:
            raise
        except Image.DecompressionBombError:
            limit = f"{MAX_PIXELS / 1e6:.0f} megapixels"
            raise BadInput(f"{name} has far more than {limit}, the limit: crop it to the scan.") from None
        except Exception:  # a decoder's complaint about damaged bytes can be of any type
            raise BadInput(
                f"{name} is damaged or cut short and can't be decoded: export or copy it again."
            ) from None


def _grey(picture: Image.Image, notes: list[str]) -> np.ndarray:
    """Turn a picture of any mode into float32 grey levels in 0..1."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return scale_grey(np.asarray(picture), notes)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        if picture.getchannel("A").getextrema()[0] < 255:
            black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
            picture = Image.alpha_composite(black, picture)
            notes.append("Transparent parts of the picture were read as black.")
        picture = picture.convert("RGB")
    elif picture.mode not in ("1", "L", "RGB"):
        picture = picture.convert("L" if picture.mode == "LA" else "RGB")
    levels = np.asarray(picture)
    if levels.ndim == 3:
        tell_colours(coloured_part(levels, 255), notes)
        return brightness(levels, 255)
    return fraction(levels, 1 if picture.mode == "1" else 255)

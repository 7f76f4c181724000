"""Sentences as a notebook shows them: escaped, with code set apart, in a box with a coloured edge."""

from __future__ import annotations

import html
import re

__all__ = ["GREEN", "GREY", "ORANGE", "boxed", "inline"]

GREEN, ORANGE = "#009E73", "#D55E00"  # Okabe and Ito's; a word says the same
GREY = "#6B6B6B"  # neither right nor wrong


def inline(text: str) -> str:
    """Escape a sentence for HTML; what stands in backticks becomes code.

    Examples
    --------
    >>> inline("is `a` < 3?")
    'is <code>a</code> &lt; 3?'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def boxed(content: str, colour: str) -> str:
    """Put HTML into a box that a screen reader announces, in the size of the notebook's text.

    Examples
    --------
    >>> boxed("Right.", GREEN).endswith("Right.</div>")
    True
    """
    return (
        f"<div role='status' style='border-left:5px solid {colour};padding:.4em .9em;max-width:46em;"
        f"font-size:var(--jp-content-font-size1,14px);line-height:1.5'>{content}</div>"
    )

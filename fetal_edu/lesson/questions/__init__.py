"""The questions, one file for each chapter: c06.py holds the predictions and the quiz of chapter 06."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

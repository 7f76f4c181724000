"""The reviewed systems, one readable file each: rebuilt small, and their claims on trial."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

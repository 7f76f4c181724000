"""From pixels to millimetres, from millimetres to weeks. numpy, scipy and scikit-image only."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

"""Networks as plain torch modules, small enough to read aloud."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

"""Pictures for chapters, dashboards and the command line: arrays in, matplotlib out, one look."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

"""Where pictures come from: files, the samples that ship with the project, public data sets."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

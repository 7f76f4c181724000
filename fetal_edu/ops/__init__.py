"""The layers of a convolutional network as loops that one can read aloud.

Each function gives what torch gives, far slower: it is for reading, drawing and checking. Nothing here
needs torch. Arrays have shape (..., h, w). Leading axes, such as batch and channels, pass through; only the
two convolutions mix channels and want (batch, channels, h, w).
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

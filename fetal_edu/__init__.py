"""Deep learning on prenatal ultrasound, to read, run, break and mend.

For teaching and exploration. Not a medical device: no number that it prints is a diagnosis.
"""

import lazy_loader as lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

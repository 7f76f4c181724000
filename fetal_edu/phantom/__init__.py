"""A simulator of prenatal ultrasound: painted anatomy, beam physics, exact truth.

It is linear, with single scattering and straight rays at one speed of sound. It is made for teaching
and training, not for beamforming research and never for diagnosis.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

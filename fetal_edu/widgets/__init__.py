"""What one draws on and reads from in a dashboard: the canvas, and the dashboards' applications.

Nothing here loads torch: networks answer through `fetal_edu.runtime`.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

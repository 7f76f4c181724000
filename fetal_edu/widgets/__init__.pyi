from . import canvas as canvas
from . import gallery as gallery
from . import readout as readout
from . import segment as segment
from .canvas import Canvas as Canvas
from .gallery import show_gallery as show_gallery
from .segment import Segment as Segment

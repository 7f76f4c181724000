from . import wang as wang
from . import wang_parts as wang_parts

from . import sundaresan as sundaresan
from . import sundaresan_parts as sundaresan_parts
from . import wang as wang
from . import wang_parts as wang_parts

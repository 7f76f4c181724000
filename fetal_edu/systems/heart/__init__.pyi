from . import wang as wang

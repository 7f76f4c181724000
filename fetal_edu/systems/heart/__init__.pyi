from . import sundaresan as sundaresan

from . import qu as qu
from . import xing as xing

from . import qu as qu
from . import xing as xing
from . import shu as shu

from . import huang as huang
from . import huang_parts as huang_parts
from . import qu as qu
from . import xing as xing
from . import shu as shu

from . import chen as chen
from . import chen_looks as chen_looks
from . import huang as huang
from . import huang_parts as huang_parts
from . import qu as qu
from . import shu as shu
from . import xing as xing

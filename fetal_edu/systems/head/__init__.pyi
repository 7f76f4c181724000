from . import chen as chen
from . import chen_looks as chen_looks
from . import qu as qu

from . import qu as qu
from . import shu as shu

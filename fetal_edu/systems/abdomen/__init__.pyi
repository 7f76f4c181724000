from . import jang as jang
from . import ravishankar as ravishankar
from . import readers as readers
from . import wu as wu

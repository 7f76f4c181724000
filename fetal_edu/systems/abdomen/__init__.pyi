from . import readers as readers
from . import wu as wu
from . import jang as jang
from . import ravishankar as ravishankar

from . import readers as readers
from . import wu as wu
from . import ravishankar as ravishankar

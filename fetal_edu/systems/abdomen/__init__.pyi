from . import readers as readers
from . import wu as wu

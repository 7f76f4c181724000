from . import jang as jang
from . import readers as readers

from . import c00 as c00
from . import c01 as c01
from . import c02 as c02
from . import c03 as c03
from . import c04 as c04
from . import c06 as c06
from . import c08 as c08

from . import beam_place as beam_place
from . import border_echo as border_echo
from . import circumference as circumference
from . import crop_concat as crop_concat
from . import dice as dice
from . import grey_levels as grey_levels
from . import length_mm as length_mm
from . import receptive_field as receptive_field

from . import circumference as circumference
from . import crop_concat as crop_concat
from . import dice as dice
from . import length_mm as length_mm
from . import receptive_field as receptive_field

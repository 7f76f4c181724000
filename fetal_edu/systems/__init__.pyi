from .catalogue import SYSTEMS as SYSTEMS
from .catalogue import cards as cards
from .catalogue import find_system as find_system
from .known import Known as Known
from .system import Card as Card
from .system import System as System

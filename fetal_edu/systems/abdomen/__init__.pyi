from . import ravishankar as ravishankar

from . import qu as qu

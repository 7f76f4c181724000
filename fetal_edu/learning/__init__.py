"""Training with fastai: loaders, a Learner for each task, and what is shipped in the end."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

"""What a chapter asks its reader: a prediction before the result, an exercise with a check, a quiz.

Nothing here loads torch. Answers are kept on the reader's own machine, see `store`.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

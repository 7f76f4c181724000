"""What chapter 07 asks, CNN + RNN."""

__all__ = ["PREDICTIONS", "QUIZ"]
PREDICTIONS = ()
QUIZ = ()

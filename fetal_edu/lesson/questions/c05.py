"""What chapter 05 asks, fully convolutional networks."""
PREDICTIONS = ()
QUIZ = ()

"""What every fuzzed reader has to keep: a result or one sentence, in little memory, within its time."""

import json
import os
import resource
import signal
import warnings
from contextlib import contextmanager

import numpy as np
from hypothesis import event, settings

from fetal_edu.data import BadInput, limits
from fetal_edu.sample import Sample

#: Inputs for each test. A long run: FETAL_EDU_FUZZ=5000 pytest -n 0 tests/test_fuzz_readers.py
EXAMPLES = int(os.environ.get("FETAL_EDU_FUZZ", 0)) or 8 * settings().max_examples
SECONDS = 20  # of CPU: a guard against endless loops, no measure of speed
MEGABYTES = 250  # that the process may grow by over what it ever had

fuzzed = settings(max_examples=EXAMPLES)


class Hang(BaseException):
    """Not an Exception, so that no reader takes it for damaged input."""


@contextmanager
def guarded():
    """Let nothing run for ever, fill the memory, or warn."""

    def stop(*_):
        raise Hang(f"more than {SECONDS} CPU seconds")

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kept = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, kept)
    assert not warned, [str(one.message) for one in warned]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    assert grown < MEGABYTES, f"grew by {grown:.0f} MB"


def read_or_refuse(read, *arguments, **options):
    """Call a reader; return what it gives, or None where it refuses in a sentence."""
    with guarded():
        try:
            found = read(*arguments, **options)
            event("read")
            return found
        except BadInput as refused:
            check_sentence(refused)
            event("refused")
            return None


def check_sentence(refused):
    """One line for a person: it ends, it is not endless, and no remains of the code show."""
    said = str(refused)
    assert "\n" not in said
    assert "\r" not in said
    assert said.endswith((".", ").", "?")), said
    assert len(said) < 600, said
    assert "Traceback" not in said
    assert "<class" not in said
    # Python itself shows the cause of an error that was raised from another one.
    assert refused.__suppress_context__ or refused.__context__ is None


def check_sample(sample, *, stack=False):
    """A Sample as all of the package expects it."""
    assert isinstance(sample, Sample)
    assert sample.image.ndim == (3 if stack else 2)
    assert sample.image.dtype == np.float32
    assert min(sample.shape[-2:]) >= limits.MIN_SIDE
    assert sample.image[..., :, :].size <= (limits.MAX_STACK if stack else limits.MAX_PIXELS)
    assert all(isinstance(note, str) and note.endswith(".") for note in sample.params["notes"])
    assert sample.fps is None or (stack and np.isfinite(sample.fps) and sample.fps > 0)
    if "region" in sample.params:
        row0, column0, row1, column1 = sample.params["region"]
        assert 0 <= row0 < row1 <= sample.shape[-2]
        assert 0 <= column0 < column1 <= sample.shape[-1]
    json.dumps({key: value for key, value in sample.params.items() if key != "notes"})

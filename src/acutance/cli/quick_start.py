"""What a command spends before and after its work, cut down."""

import atexit
import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def loading() -> Generator[None]:
    """Import without looking for garbage, of which there is none, and end the process without a last look for it.

    Among the half million objects of torch the two take a third of the processor time of a small picture.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        atexit.unregister(gc.freeze)
        atexit.register(gc.freeze)

"""Why one picture of many has no result, as a sentence that names it."""

import errno
from collections.abc import Iterator
from pathlib import Path

from acutance.errors import AcutanceError, PictureError
from acutance.upscaling.engine import OUT_OF_MEMORY

FULL = {errno.ENOSPC, errno.EDQUOT}
"""What a system answers that has no room, for anyone or for this user."""


def failure(source: Path, error: Exception) -> PictureError | None:
    """Return the fault of a picture that an error stands for; None where nobody foresaw it."""
    if isinstance(error, PictureError):
        return PictureError(source, error.reason)
    if isinstance(error, AcutanceError):
        return PictureError(source, error.args[0])
    if is_out_of_memory(error):
        return PictureError(source, "out of memory; a smaller --tile needs less.")
    if isinstance(error, OSError):
        return PictureError(source, f"{error.filename or 'the system says'}: {error.strerror or error}.")
    return None


def unforeseen(source: Path, error: Exception) -> PictureError:
    """Return the fault for an error that is one of Acutance."""
    said = (str(error).strip() or "no message").splitlines()[0].rstrip(".")
    name = type(error).__name__
    return PictureError(source, f"unexpected {name}: {said}; alone and with --debug it shows the traceback.")


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether memory was too little: of the machine, as several libraries say it, or of a GPU."""
    words = str(error).lower()
    return isinstance(error, MemoryError) or (
        not isinstance(error, OSError) and any(each in words for each in OUT_OF_MEMORY)
    )


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error comes of a full disk, so that the next picture would meet it too."""
    return any(
        getattr(each, "errno", None) in FULL or "no space left on device" in str(each).lower()
        for each in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

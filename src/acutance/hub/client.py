"""The library that speaks to the Hub, and its faults as sentences."""

import importlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from acutance.errors import AcutanceError, RequestError
from acutance.hub.hub_file import HubFile

TOKEN = "`hf auth login`, or HF_TOKEN"
DENIED = {401: "does not take the token", 403: "does not allow this with the token"}


def library() -> Any:
    """Return huggingface_hub; raise RequestError where it is not installed."""
    try:
        return importlib.import_module("huggingface_hub")
    except ImportError as error:
        raise RequestError("the Hub needs huggingface_hub: python -m pip install 'acutance[hub]'.") from error


@contextmanager
def reported(hub: Any, asked: HubFile, alone: str = "") -> Generator[None]:
    """Raise what goes wrong in the library as an AcutanceError; a full disk and the like stay what they are.

    `alone` is what is to be said besides where the Hub does not answer.
    """
    try:
        yield
    except AcutanceError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None and not is_unreachable(hub, error):
            raise
        raise _told(hub, asked, error, alone) from error


def is_unreachable(hub: Any, error: Any) -> bool:
    """Tell whether nobody answered, as against an answer that says no."""
    errors = hub.errors
    if isinstance(error, errors.HfHubHTTPError):
        return error.response.status_code >= 500
    return isinstance(error, errors.HTTPError | errors.OfflineModeIsEnabled | errors.LocalEntryNotFoundError)


def _told(hub: Any, asked: HubFile, error: Exception, alone: str) -> AcutanceError:
    errors, name = hub.errors, f"{asked.repository} on the Hub"
    if isinstance(error, errors.GatedRepoError):
        return RequestError(f"{name} is open to those alone whom its owner lets in: ask on its page ({TOKEN}).")
    if isinstance(error, errors.RepositoryNotFoundError):
        return RequestError(f"there is no {name}, or it is private and asks for the token of its owner ({TOKEN}).")
    if isinstance(error, errors.RevisionNotFoundError):
        return RequestError(f"{name} has no revision {asked.revision}.")
    if isinstance(error, errors.RemoteEntryNotFoundError):
        return RequestError(f"{name} holds no file {asked.file}.")
    if is_unreachable(hub, error):
        return AcutanceError(f"{asked}: {hub.constants.ENDPOINT} does not answer{alone}.")
    if isinstance(error, errors.HfHubHTTPError):
        return _denied(asked, error)
    return AcutanceError(f"{asked}: {_first_line(error)}.")


def _denied(asked: HubFile, error: Any) -> AcutanceError:
    status = error.response.status_code
    if status in DENIED:
        return RequestError(f"{asked}: the Hub {DENIED[status]} that it was shown ({TOKEN}).")
    return AcutanceError(f"{asked}: the Hub answers {status}: {error.server_message or _first_line(error)}.")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")

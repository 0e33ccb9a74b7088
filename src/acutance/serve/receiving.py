"""Uploads, as they come: counted, timed, and written to a file of ours; what a client calls it is no path."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Receive

from acutance.errors import shown
from acutance.serve.limits import Limits
from acutance.serve.refusal import Gone, Refusal
from acutance.serve.texts import in_bytes, in_seconds

FIELDS, FIELD_BYTES = 12, 4096
BESIDE = 64 << 10
"""Bytes that a form may have beside its file."""
LONGEST_NAME = 200


@dataclass(frozen=True)
class Upload:
    """What has come: the fields, and what the client calls its file, without folders and control characters."""

    fields: dict[str, str]
    name: str


async def receive_upload(request: Request, path: Path, limits: Limits) -> Upload:
    """Write the file in a request to `path`, and return what was said beside it.

    It is a form with a field `picture`, or the file itself with everything else in the address.

    Raises:
        Refusal: too many bytes (413), too slow (408), or no file (400).
        Gone: the client went away before its end.
    """
    length = request.headers.get("content-length", "")
    form = request.headers.get("content-type", "").startswith("multipart/form-data")
    most = limits.bytes + (BESIDE if form else 0)
    if length.isdigit() and int(length) > most:
        raise Refusal(413, "refused.bytes", most=in_bytes(limits.bytes))
    stream = _chunks(request.receive, limits, most)
    fields = dict(request.query_params)
    if form:
        return await _form(request, stream, path, limits, fields)
    size = 0
    with path.open("xb") as file:
        async for chunk in stream:
            size += len(chunk)
            file.write(chunk)
    return _upload(fields, fields.pop("name", ""), size)


async def _form(
    request: Request, stream: AsyncGenerator[bytes], path: Path, limits: Limits, fields: dict[str, str]
) -> Upload:
    parser = MultiPartParser(request.headers, stream, max_files=1, max_fields=FIELDS, max_part_size=FIELD_BYTES)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Refusal(400, "refused.form", reason=error.message) from error
    except (KeyError, ValueError) as error:  # a form without a boundary
        raise Refusal(400, "refused.form", reason="it has no boundary") from error
    try:
        picture = form.get("picture")
        if not isinstance(picture, UploadFile):
            raise Refusal(400, "refused.no_picture")
        if (picture.size or 0) > limits.bytes:
            raise Refusal(413, "refused.bytes", most=in_bytes(limits.bytes))
        with path.open("xb") as file:
            while chunk := await picture.read(1 << 20):
                await asyncio.to_thread(file.write, chunk)
        said = {name: value for name, value in form.items() if isinstance(value, str)}
        return _upload({**fields, **said}, picture.filename or "", picture.size or 0)
    finally:
        await form.close()


def _upload(fields: dict[str, str], name: str, size: int) -> Upload:
    if not size:
        raise Refusal(400, "refused.no_picture")
    return Upload(fields, plain_name(name))


def plain_name(name: str) -> str:
    """Return the last part of a client's name for a file, on one line.

    >>> plain_name("../etc/pass wd"), plain_name("C:\\\\a.png"), plain_name("..")
    ('pass wd', 'a.png', '')
    """
    last = shown(name.replace("\\", "/").rsplit("/", 1)[-1]).strip().replace('"', "'")
    return "" if set(last) <= {"."} else last[-LONGEST_NAME:]


async def _chunks(receive: Receive, limits: Limits, most: int) -> AsyncGenerator[bytes]:
    loop = asyncio.get_running_loop()
    end, total = loop.time() + limits.upload_seconds, 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), max(0.0, min(limits.idle_seconds, end - loop.time())))
        except TimeoutError:
            still = in_seconds(limits.idle_seconds)
            raise Refusal(408, "refused.slow", most=in_seconds(limits.upload_seconds), still=still) from None
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        total += len(chunk)
        if total > most:
            raise Refusal(413, "refused.bytes", most=in_bytes(limits.bytes))
        yield chunk
        if not message.get("more_body", False):
            return


async def body(request: Request, limits: Limits) -> bytes:
    """Return a small body; raises as `receive_upload`."""
    return b"".join([chunk async for chunk in _chunks(request.receive, limits, BESIDE)])

"""The JSON interface: pictures are posted, asked after, fetched and deleted; only their own client's."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from acutance.errors import RequestError
from acutance.serve.desk import Desk
from acutance.serve.offered import BICUBIC, ENGINES, FORMATS
from acutance.serve.order import Order
from acutance.serve.receiving import Upload, body, receive_upload
from acutance.serve.refusal import Refusal
from acutance.serve.task import UPLOAD
from acutance.serve.telling import all_told, events, told
from acutance.serve.texts import said
from acutance.serve.visitor import Visitor, new_id
from acutance.serve.wish import Trial, Wish
from acutance.serve.zipping import apart, zipped

TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".tif": "image/tiff",
}


class Endpoints:
    """Answers requests for pictures at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def offers(self, request: Request) -> Response:
        """Answer what may be chosen, and within which limits."""
        limits = self._desk.limits
        return JSONResponse(
            {
                "networks": [each.told() for each in self._desk.offers],
                "compared": [BICUBIC, *(each.name for each in self._desk.offers if each.source)],
                "formats": ["same", *FORMATS],
                "engines": list(ENGINES),
                "limits": {name: vars(limits)[name] for name in ("bytes", "pixels", "result_pixels", "each", "keep")},
            }
        )

    async def pictures(self, request: Request) -> Response:
        """Answer with all the client's pictures."""
        return JSONResponse(all_told(self._desk, _client(request)))

    async def post(self, request: Request) -> Response:
        """Take a picture: 201 with what is told of it, when it has been looked at."""
        desk, client = self._desk, _client(request)
        desk.demand_room(client)
        identity = new_id()
        folder = desk.begun(identity)
        desk.arriving += 1
        try:
            upload = await receive_upload(request, folder / UPLOAD, desk.limits)
            order = Order(identity, client, folder, wish=_wish(upload, desk), name=upload.name)
            await desk.take(order)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            desk.arriving -= 1
        return self._one(order, 201)

    async def picture(self, request: Request) -> Response:
        """Answer with one picture."""
        return self._one(self._order(request))

    async def delete(self, request: Request) -> Response:
        """Delete a picture with all its files; it is stopped, where it is worked on."""
        await self._desk.remove(self._order(request))
        return Response(status_code=204)

    async def cancel(self, request: Request) -> Response:
        """Stop a picture that waits or is worked on."""
        order = self._order(request)
        await self._desk.cancel(order)
        return self._one(order)

    async def retry(self, request: Request) -> Response:
        """Put a picture that failed or was cancelled into the queue once more."""
        order = self._order(request)
        await self._desk.retry(order)
        return self._one(order)

    async def compare(self, request: Request) -> Response:
        """Have networks compared on a crop of a picture: 201 with what is told of the comparison."""
        desk, picture = self._desk, self._order(request)
        if picture.kind != "picture":
            raise Refusal(409, "refused.comparison")
        desk.demand_room(picture.client)
        try:
            given: Any = json.loads(await body(request, desk.limits) or b"{}")
            if not isinstance(given, dict):
                raise RequestError("it is no object of JSON.")
            trial = Trial.of(given, desk.offers)
        except (ValueError, RecursionError) as error:
            raise Refusal.because(422, str(error)) from error
        identity = new_id()
        order = Order(identity, picture.client, desk.folder_of(identity), "comparison", trial.told())
        await desk.compare(picture, order)
        return self._one(order, 201)

    async def file(self, request: Request) -> Response:
        """Answer with one of a picture's files."""
        order, what = self._order(request), request.path_params["file"]
        path = order.file(what)
        if path is None:
            raise Refusal(404, "refused.no_file" if order.state == "done" else "refused.not_yet", state=order.state)
        headers = {"Content-Disposition": _attached(result_name(order, path))} if what == "result" else {}
        return FileResponse(path, media_type=TYPES.get(path.suffix, "application/octet-stream"), headers=headers)

    async def zip(self, request: Request) -> Response:
        """Answer with all results that are done, or those of ?ids=, as a zip that is made as it is sent."""
        wanted = set(filter(None, request.query_params.get("ids", "").split(",")))
        done = [order for order in self._desk.of(_client(request)) if order.state == "done" and order.file("result")]
        done = [order for order in done if not wanted or order.id in wanted]
        if not done:
            raise Refusal(404, "refused.nothing_done")
        paths = [path for order in done if (path := order.file("result"))]
        names = apart([result_name(order, path) for order, path in zip(done, paths, strict=True)])
        headers = {"Content-Disposition": _attached("acutance.zip")}
        return StreamingResponse(zipped(zip(names, paths, strict=True)), media_type="application/zip", headers=headers)

    async def events(self, request: Request) -> Response:
        """Answer with server-sent events on all the client's pictures, until it goes or the server closes."""
        return StreamingResponse(events(self._desk, _client(request)), media_type="text/event-stream")

    def _order(self, request: Request) -> Order:
        return self._desk.order(_client(request), request.path_params["id"])

    def _one(self, order: Order, status: int = 200) -> Response:
        return JSONResponse(told(order, self._desk.seconds_until()), status)


def result_name(order: Order, path: Path) -> str:
    """Return how a result is called when it is fetched: photo_x4.png."""
    stem = order.name.rpartition(".")[0] or order.name or said("name.unknown")
    wish: Mapping[str, Any] = order.wish
    label = "{}x{}".format(*wish["fit"]) if wish.get("fit") else f"x{wish.get('scale') or 4:g}"
    return f"{stem}_{label}{path.suffix}"


def _client(request: Request) -> str:
    visitor: Visitor = request.state.visitor
    return visitor.client


def _wish(upload: Upload, desk: Desk) -> dict[str, Any]:
    try:
        return Wish.of(upload.fields, desk.offers).told()
    except RequestError as error:
        raise Refusal.because(422, str(error)) from error


def _attached(name: str) -> str:
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace("\\", "_").replace('"', "'")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

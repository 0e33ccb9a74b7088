"""The application: which address is answered by what."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import metadata, resources
from typing import Any

import jinja2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from acutance.serve.desk import Desk
from acutance.serve.endpoints import Endpoints
from acutance.serve.guard import Guard
from acutance.serve.openapi import document, listed
from acutance.serve.refusal import Gone, Refusal
from acutance.serve.run_list import RunList
from acutance.serve.texts import in_bytes, in_seconds, said, texts
from acutance.serve.visitor import Door

STATIC = {"page.js": "text/javascript", "page.css": "text/css", "icon.svg": "image/svg+xml"}
Answer = Callable[[Request], Awaitable[Response]]


def application(desk: Desk, door: Door, hosts: frozenset[str], runs: RunList | None = None) -> Starlette:
    """Return the application of a desk, which it opens and closes."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncGenerator[None]:
        await desk.open()
        yield
        await desk.close()

    routes = [*_pages(desk, runs), *_api(Endpoints(desk))]
    if runs is not None:
        routes += _runs(runs)
    guard = Middleware(Guard, door=door, keep=desk.limits.keep, hosts=hosts)
    faults = {Refusal: _refused, Gone: _gone, HTTPException: _http}
    return Starlette(routes=routes, middleware=[guard], exception_handlers=faults, lifespan=life)  # pyright: ignore[reportArgumentType]


def _api(answers: Endpoints) -> list[Route]:
    one = "/api/pictures/{id:str}"
    return [
        Route("/api/offers", answers.offers),
        Route("/api/events", answers.events),
        Route("/api/pictures", answers.pictures),
        Route("/api/pictures", answers.post, methods=["POST"]),
        Route("/api/pictures.zip", answers.zip),
        Route(one, answers.picture),
        Route(one, answers.delete, methods=["DELETE"]),
        Route(f"{one}/cancel", answers.cancel, methods=["POST"]),
        Route(f"{one}/retry", answers.retry, methods=["POST"]),
        Route(f"{one}/comparisons", answers.compare, methods=["POST"]),
        Route(f"{one}/{{file:str}}", answers.file),
    ]


def _runs(runs: RunList) -> list[Route]:
    # These are no coroutines: they read files, and Starlette has such done by a thread.
    def every(request: Request) -> Response:
        return JSONResponse(runs.told())

    def one(request: Request) -> Response:
        return JSONResponse(runs.run(request.path_params["id"]))

    def sample(request: Request) -> Response:
        path = runs.sample(request.path_params["id"], request.path_params["number"])
        return FileResponse(path, media_type="image/png")

    return [
        Route("/api/runs", every),
        Route("/api/runs/{id:str}", one),
        Route("/api/runs/{id:str}/samples/{number:str}", sample),
    ]


def _pages(desk: Desk, runs: RunList | None) -> list[Route]:
    folder = resources.files("acutance.serve")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    shared: dict[str, Any] = environment.globals
    shared["t"] = said
    version = metadata.version("acutance")

    def rendered(name: str, **values: object) -> Answer:
        page = environment.from_string(folder.joinpath(name).read_text(encoding="utf-8"))
        html = page.render(version=version, **values)

        async def answer(request: Request) -> Response:
            return HTMLResponse(html)

        return answer

    def static(name: str) -> Answer:
        content = folder.joinpath(name).read_bytes()

        async def answer(request: Request) -> Response:
            return Response(content, media_type=STATIC[name], headers={"Cache-Control": "no-cache"})

        return answer

    async def openapi(request: Request) -> Response:
        return JSONResponse(document(version))

    most = in_bytes(desk.limits.bytes)
    said_of = {"limits": desk.limits, "most": most, "keep": in_seconds(desk.limits.keep)}
    return [
        Route("/", rendered("page.html.jinja", texts=texts(), runs=runs is not None, **said_of)),
        Route("/api", rendered("api.html.jinja", listed=listed(version), most=most)),
        Route("/api/openapi.json", openapi),
        *(Route(f"/{name}", static(name)) for name in STATIC),
    ]


async def _refused(request: Request, refusal: Refusal) -> Response:
    headers = dict(refusal.headers)
    if request.method == "POST":
        headers["Connection"] = "close"  # there may be more of its body, which nobody will read
    return JSONResponse({"error": refusal.sentence}, refusal.status, headers)


async def _gone(request: Request, gone: Gone) -> Response:
    return Response(status_code=400)


async def _http(request: Request, fault: HTTPException) -> Response:
    text = {404: "refused.address", 405: "refused.method"}.get(fault.status_code)
    sentence = said(text) if text else fault.detail
    return JSONResponse({"error": sentence}, fault.status_code, headers=dict(fault.headers or {}))

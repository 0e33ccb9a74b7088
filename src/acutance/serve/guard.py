"""What stands before every request: who may ask, from where, and what every answer says to the browser."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from acutance.serve.incoming import Incoming
from acutance.serve.refusal import Refusal
from acutance.serve.visitor import Door, Visitor

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
"""What every answer says, unless it says otherwise itself."""
HOME = ("localhost", "127.0.0.1", "::1")


class Guard:
    """Refuses strangers, and what other pages make a browser ask; marks requests with their `Visitor`.

    What is left of a request that is refused, here or behind, is taken in before the answer.

    Args:
        app: what is behind it.
        door: that has to be opened.
        keep: seconds for which pictures are kept.
        hosts: names that the server may be asked by; empty for any. A server that is only for this machine is not asked
            by others', which a page somewhere could have made point here.
    """

    def __init__(self, app: ASGIApp, *, door: Door, keep: float, hosts: Collection[str]) -> None:
        self._app, self._door, self._keep, self._hosts = app, door, keep, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        visitor = Visitor(connection)
        scope.setdefault("state", {})["visitor"] = visitor
        incoming = Incoming(receive, expects=connection.headers.get("expect", "").lower() == "100-continue")
        told = self._telling(send, visitor, incoming)
        try:
            self._demand(connection)
        except Refusal as refusal:
            answer = JSONResponse(
                {"error": refusal.sentence}, refusal.status, {**refusal.headers, "Connection": "close"}
            )
            await answer(scope, incoming, told)
            return
        await self._app(scope, incoming, told)

    def _telling(self, send: Send, visitor: Visitor, incoming: Incoming) -> Send:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] >= 400:
                    await incoming.drain()
                headers = list(message.get("headers", ()))
                names = {name.lower() for name, _ in headers}
                every = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                headers += [each for each in every if each[0] not in names]
                if visitor.cookie:
                    headers.append((b"set-cookie", visitor.set_cookie(self._keep)))
                message = {**message, "headers": headers}
            await send(message)

        return told

    def _demand(self, connection: HTTPConnection) -> None:
        headers = connection.headers
        if self._hosts and _host(headers.get("host", "")) not in self._hosts:
            raise Refusal(421, "refused.host")
        if connection.scope["method"] not in ("GET", "HEAD"):
            _demand_same_site(headers)
        address = connection.client.host if connection.client else ""
        if self._door.is_shut_for(address):
            raise Refusal(429, "refused.guesses", {"Retry-After": "60"})
        if not self._door.is_open(headers.get("authorization", "")):
            if "authorization" in headers:
                self._door.was_wrong(address)
            raise Refusal(401, "refused.password", {"WWW-Authenticate": 'Basic realm="Acutance", charset="UTF-8"'})


def _demand_same_site(headers: Headers) -> None:
    """Refuse what a page of another site has made a browser send."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refusal(403, "refused.site")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        raise Refusal(403, "refused.site")


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""

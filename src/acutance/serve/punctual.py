"""HTTP for clients that say in time what they want: half a request does not keep a connection open."""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10.0


class Punctual(H11Protocol):
    """Closes a connection whose request has not come to the end of its headers in time."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Take what has come; the time runs until the headers are whole."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._end()
        elif self._clock is None:
            self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._clock = asyncio.get_running_loop().call_later(SECONDS, self.transport.close)

    def _end(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

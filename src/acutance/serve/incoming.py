"""The body of a request, of which what is left is taken in before a refusal."""

import asyncio
from contextlib import suppress

from starlette.types import Message, Receive


class Incoming:
    """What a client sends; called, it returns the next of it, as ASGI's `receive`.

    To close a connection before the end of what comes resets it, and most clients lose the answer by that.

    Args:
        receive: of the server.
        expects: whether the client waits for a word before it sends anything (`Expect: 100-continue`).
    """

    SECONDS, STILL_SECONDS = 30.0, 2.0
    """What is taken in for a refusal may take in all, and may stand still."""

    def __init__(self, receive: Receive, *, expects: bool) -> None:
        self._receive, self._held_back, self._ended = receive, expects, False

    async def __call__(self) -> Message:
        """Return the next message."""
        self._held_back = False  # a server that asks for the body gives the word
        message = await self._receive()
        self._ended = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def drain(self) -> None:
        """Take in what is left and still comes; once a body has ended, that is only the client's leaving."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.SECONDS):
                while not (self._ended or self._held_back):
                    await asyncio.wait_for(self(), self.STILL_SECONDS)

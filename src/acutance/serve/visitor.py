"""Who asks: a browser keeps a secret in a cookie, and the server knows its hash; a password opens the door."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict

from starlette.requests import HTTPConnection

COOKIE = "acutance"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_id() -> str:
    """Return a name that nobody can guess, as a path takes it."""
    return secrets.token_hex(16)


class Visitor:
    """The client behind a request.

    Attributes:
        client: by which its orders are known.
        cookie: to be set, where it has none yet.
    """

    def __init__(self, connection: HTTPConnection) -> None:
        given = connection.cookies.get(COOKIE, "")
        known = _SECRET.fullmatch(given) is not None
        secret = given if known else secrets.token_urlsafe(32)
        self.client = hashlib.sha256(secret.encode()).hexdigest()[:32]
        self.cookie = None if known else secret

    def set_cookie(self, keep: float) -> bytes:
        """Return the header by which a browser keeps its secret, beyond the time for which its pictures are kept."""
        age = int(keep) + 30 * 24 * 3600
        return f"{COOKIE}={self.cookie}; HttpOnly; SameSite=Strict; Path=/; Max-Age={age}".encode()


class Door:
    """Lets in who knows the password, sent as that of HTTP's Basic or as a bearer token; guessing is slow.

    Args:
        password: None for a door that is open.
    """

    TRIES, WITHIN, ADDRESSES = 10, 60.0, 10_000

    def __init__(self, password: str | None) -> None:
        self._password = password
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()

    def is_open(self, header: str) -> bool:
        """Whether the header Authorization of a request opens it."""
        if self._password is None:
            return True
        kind, _, given = header.partition(" ")
        if kind.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif kind.lower() != "bearer":
            return False
        return hmac.compare_digest(given.strip().encode(), self._password.encode())

    def is_shut_for(self, address: str) -> bool:
        """Whether somebody has guessed so often of late that nothing more is listened to."""
        recent = [moment for moment in self._wrong.get(address, ()) if moment > time.monotonic() - self.WITHIN]
        return len(recent) >= self.TRIES

    def was_wrong(self, address: str) -> None:
        """Remember a wrong guess."""
        self._wrong.setdefault(address, []).append(time.monotonic())
        self._wrong[address] = self._wrong[address][-self.TRIES :]
        self._wrong.move_to_end(address)
        while len(self._wrong) > self.ADDRESSES:
            self._wrong.popitem(last=False)

"""The server: one process that listens, and others that work."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acutance.errors import RequestError
from acutance.lock import locked
from acutance.serve.limits import Limits

if TYPE_CHECKING:
    from uvicorn import Config

NEEDED = ("starlette", "uvicorn", "python_multipart")
SHORTEST_PASSWORD = 8
GRACE = 3
"""Seconds that downloads have at the end."""
HANDLES, BACKLOG = 4096, 1024


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    password: str | None = None,
    folder: str | Path | None = None,
    runs: str | Path | None = None,
    networks: Sequence[str | Path] = (),
    limits: Limits | None = None,
    told: Callable[[str], None] = print,
) -> None:
    """Serve the page and the JSON interface until Ctrl-C or SIGTERM: `acutance serve`.

    Args:
        host: address to listen at; any other than this machine's own demands a password.
        port: 0 for any that is free.
        password: that a browser is asked for; also taken as a bearer token.
        folder: where pictures lie, as long as they are kept; by default in the user's cache.
        runs: folder of runs that the third tab shows; None for no such tab.
        networks: files of networks, or runs, that may be chosen beside those that ship.
        limits: what clients may ask for.
        told: is told the address when it listens.

    Raises:
        RequestError: nobody but a password guards an address of a network, the port is taken, another server has the
            folder, a file is not there, or what the extra `serve` brings is not installed.
    """
    demand_extra()
    home = is_home(host)
    _demand_password(host, home, password)
    from acutance.serve.application import application
    from acutance.serve.desk import Desk
    from acutance.serve.guard import HOME
    from acutance.serve.offered import Offers
    from acutance.serve.run_list import RunList
    from acutance.serve.visitor import Door

    place = Path(folder) if folder is not None else default_folder()
    shown = None if runs is None else RunList(Path(runs))
    offers = Offers([Path(each) for each in networks])
    with locked(place / ".lock", wait=False), _listening(host, port) as listener:
        place.chmod(0o700)
        _raise_handles()

        def made() -> Any:
            desk = Desk(place / "pictures", limits or Limits(), offers)
            hosts = frozenset({*HOME, host}) if home else frozenset[str]()
            return desk, application(desk, Door(password), hosts, shown)

        address = f"[{host}]" if ":" in host else host
        told(f"http://{address}:{listener.getsockname()[1]}/")
        asyncio.run(_run(made, listener))


def demand_extra() -> None:
    """Raise RequestError where what the extra `serve` brings is not installed."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise RequestError(f"acutance serve needs {', '.join(missing)}: pip install 'acutance[serve]'.")


def is_home(host: str) -> bool:
    """Whether an address is reached from this machine alone.

    >>> is_home("127.0.0.1"), is_home("localhost"), is_home("0.0.0.0"), is_home("example.org")
    (True, True, False, False)
    """
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def default_folder() -> Path:
    """Return where pictures lie when nobody says where: in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "acutance" / "serve"


def _demand_password(host: str, home: bool, password: str | None) -> None:
    if password is None and not home:
        raise RequestError(f"whoever reaches {host} could use it: set a --password, or ACUTANCE_PASSWORD.")
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise RequestError(f"a password needs at least {SHORTEST_PASSWORD} characters, not {len(password)}.")


@contextmanager
def _listening(host: str, port: int) -> Generator[socket.socket]:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RequestError(
            f"cannot listen at {host}, port {port}: {reason.lower()}; --port chooses another."
        ) from error
    with listener:
        yield listener


def _raise_handles() -> None:
    """Let this process have as many connections open as it may."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = HANDLES if hard == resource.RLIM_INFINITY else min(HANDLES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


async def _run(made: Callable[[], Any], listener: socket.socket) -> None:
    import uvicorn

    from acutance.serve.punctual import Punctual

    desk, app = made()
    config: Config = uvicorn.Config(
        app,
        http=Punctual,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE,
        backlog=BACKLOG,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    # Streams of events would keep a server that waits for its connections open for ever.
    loop = asyncio.get_running_loop()

    def end() -> None:
        server.should_exit = True
        desk.leave()

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where Ctrl-C is raised instead
            loop.add_signal_handler(number, end)
    await server._serve([listener])  # pyright: ignore[reportPrivateUsage]

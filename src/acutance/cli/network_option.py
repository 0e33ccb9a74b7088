"""`--network` of `acutance upscale`, or in its place what it is for: `--for photo`. A shell completes the names."""

from typing import Annotated

import typer

from acutance.errors import RequestError, unknown


def names(incomplete: str) -> list[tuple[str, str]]:
    """Return the names of bundled networks that begin so, each with what it is for."""
    from acutance import catalogue

    known = {name: str(catalogue.card(name).get("use", "")) for name in catalogue.bundled()}
    return [(name, use) for name, use in known.items() if name.startswith(incomplete)]


def uses(incomplete: str = "") -> list[str]:
    """Return what networks ship for, beside the default."""
    from acutance import catalogue

    known = [family.removeprefix("for:") for family in catalogue.FAMILIES]
    return [use for use in known if use.startswith(incomplete)]


def chosen(network: str | None, use: str | None) -> str | None:
    """Return the network that is asked for by its name or by its use.

    Raises:
        RequestError: it is asked for by both, or nothing ships for that use.
    """
    if use is None:
        return network
    if network is not None:
        raise RequestError(f"--network {network} says which network, and --for {use} another: leave out one.")
    if use not in uses():
        raise unknown("use that networks ship for (--for)", use, uses())
    return f"for:{use}"


Network = Annotated[
    str | None,
    typer.Option(
        help="A bundled network, a weights file, .onnx, .xml, a run or hf:owner/name; by default what ships.",
        autocompletion=names,
    ),
]
Use = Annotated[
    str | None,
    typer.Option(
        "--for",
        help="photo: the networks that ship for compressed and noisy ones; detail: crisper, finest detail invented.",
        autocompletion=uses,
    ),
]

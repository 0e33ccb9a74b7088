"""The JSON interface as OpenAPI tells it, and the same as rows for the page that shows it."""

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def _told() -> dict[str, Any]:
    return json.loads(resources.files("acutance.serve").joinpath("openapi.json").read_text(encoding="utf-8"))


def document(version: str) -> dict[str, Any]:
    """Return the document of a version of Acutance."""
    told = _told()
    return {**told, "info": {**told["info"], "version": version}}


def listed(version: str) -> list[dict[str, Any]]:
    """Return a row for each thing that may be asked for: method, path, what it does, what may be said, the answers."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": told["summary"],
            "parameters": told.get("parameters", []),
            "answers": {status: answer["description"] for status, answer in told["responses"].items()},
        }
        for path, methods in document(version)["paths"].items()
        for method, told in methods.items()
    ]

"""A server that speaks those endpoints of the Hugging Face Hub that its client asks for, with repositories in memory.

What it answers is after the client's own code and documentation: what a repository holds, a file by revision, a new
repository, and a commit of files of which large ones are put before by Git LFS. It does not speak Xet.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

TOKEN = "hf_owner"
READER = "hf_reader"


@dataclass
class Repository:
    """A repository: its commits, newest last, each with all its files."""

    private: bool = False
    gated: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def commit(self, files: dict[str, bytes]) -> str:
        """Add a commit with these files beside those of the last, and return its name."""
        last = next(reversed(self.commits.values()), {})
        name = hashlib.sha1(f"{len(self.commits)} {sorted(files)}".encode()).hexdigest()
        self.commits[name] = last | files
        return name

    def named(self, revision: str) -> str | None:
        """Return the commit that a revision stands for."""
        if revision == "main":
            return next(reversed(self.commits), None)
        return revision if revision in self.commits else None


@dataclass
class StandIn:
    """The server, and what it holds and was asked."""

    address: str
    repositories: dict[str, Repository] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    lies_of_size: int | None = None


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run one on this machine, at a port that is free."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    hub = StandIn(f"http://127.0.0.1:{server.server_address[1]}")
    server.hub = hub  # pyright: ignore[reportAttributeAccessIssue]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def hub(self) -> StandIn:
        return self.server.hub  # pyright: ignore[reportAttributeAccessIssue]

    def log_message(self, format: str, *args: Any) -> None:
        self.hub.asked.append(f"{self.command} {self.path}")

    def do_HEAD(self) -> None:
        self._get()

    def do_GET(self) -> None:
        self._get()

    def do_PUT(self) -> None:
        self.hub.objects[self.path.rsplit("/", 1)[1]] = self._body()
        self._answer(200)

    def do_POST(self) -> None:
        path, body = unquote(urlsplit(self.path).path), self._body()
        if self._token() != TOKEN:
            return self._answer(401 if self._token() is None else 403, {"error": "the token does not allow this"})
        if path == "/api/validate-yaml":
            return self._answer(200, {"errors": [], "warnings": []})
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        if found := re.fullmatch(r"/api/models/([\w.-]+/[\w.-]+)/(\w+)/main", path):
            return self._push(found[1], found[2], body)
        if found := re.fullmatch(r"/([\w.-]+/[\w.-]+)\.git/info/lfs/objects/batch", path):
            return self._push(found[1], None, body)
        return self._answer(404)

    def _create(self, asked: dict[str, Any]) -> None:
        name = f"{asked['organization']}/{asked['name']}"
        if name in self.hub.repositories:
            return self._answer(409, {"error": "You already created this model repo"})
        self.hub.repositories[name] = Repository(private=asked.get("visibility") == "private")
        return self._answer(200, {"url": f"{self.hub.address}/{name}", "name": name, "id": name})

    def _push(self, name: str, what: str | None, body: bytes) -> None:
        if name not in self.hub.repositories:
            return self._missing("RepoNotFound", 404)
        if what == "preupload":
            files = [
                {"path": each["path"], "uploadMode": _mode(each["path"]), "shouldIgnore": False, "oid": None}
                for each in json.loads(body)["files"]
            ]
            return self._answer(200, {"files": files})
        if what == "commit":
            return self._commit(name, [json.loads(line) for line in body.splitlines()])
        objects = [
            {
                "oid": each["oid"],
                "size": each["size"],
                "actions": {"upload": {"href": f"{self.hub.address}/objects/{each['oid']}", "header": {}}},
            }
            for each in json.loads(body)["objects"]
        ]
        return self._answer(200, {"transfer": "basic", "objects": objects})

    def _commit(self, name: str, lines: list[dict[str, Any]]) -> None:
        files: dict[str, bytes] = {}
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                content = self.hub.objects[value["oid"]]
                assert (hashlib.sha256(content).hexdigest(), len(content)) == (value["oid"], value["size"])
                files[value["path"]] = content
        commit = self.hub.repositories[name].commit(files)
        return self._answer(200, {"commitUrl": f"{self.hub.address}/{name}/commit/{commit}", "commitOid": commit})

    def _get(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if found := re.fullmatch(r"/api/models/([\w.-]+/[\w.-]+)(?:/revision/(.+))?", path):
            return self._told(found[1], found[2] or "main")
        if found := re.fullmatch(r"/([\w.-]+/[\w.-]+)/resolve/([^/]+)/(.+)", path):
            return self._file(*found.groups())
        return self._answer(404)

    def _told(self, name: str, revision: str) -> None:
        repository = self._repository(name)
        if repository is None:
            return None
        commit = repository.named(revision)
        if commit is None and (revision != "main" or repository.commits):
            return self._missing("RevisionNotFound", 404)
        files = repository.commits.get(commit or "", {})
        sizes = {path: self.hub.lies_of_size or len(content) for path, content in files.items()}
        siblings = [{"rfilename": path, "size": size, "blobId": "0" * 40} for path, size in sizes.items()]
        told = {"id": name, "sha": commit, "private": repository.private, "siblings": siblings, "tags": []}
        return self._answer(200, told)

    def _file(self, name: str, revision: str, path: str) -> None:
        repository = self._repository(name)
        if repository is None:
            return None
        commit = repository.named(revision)
        if commit is None:
            return self._missing("RevisionNotFound", 404)
        if path not in repository.commits[commit]:
            return self._missing("EntryNotFound", 404)
        content = repository.commits[commit][path]
        head = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Repo-Commit": commit}
        return self._answer(200, content, head)

    def _repository(self, name: str) -> Repository | None:
        repository = self.hub.repositories.get(name)
        if repository is None or (repository.private and self._token() != TOKEN):
            return self._missing("RepoNotFound", 404 if self._token() else 401)
        if repository.gated and self._token() != TOKEN:
            return self._missing("GatedRepo", 403)
        return repository

    def _missing(self, code: str, status: int) -> None:
        self._answer(status, {"error": code}, {"X-Error-Code": code, "X-Error-Message": code})

    def _token(self) -> str | None:
        given = self.headers.get("Authorization", "")
        return given.removeprefix("Bearer ") or None

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts: list[bytes] = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _answer(self, status: int, content: bytes | dict[str, Any] = b"", head: dict[str, str] | None = None) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        kind = "application/octet-stream" if isinstance(content, bytes) else "application/json"
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(head or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _mode(path: str) -> str:
    return "lfs" if path.endswith(".safetensors") else "regular"

"""A Hub on this machine: the few of its addresses that uploading a folder and downloading it take."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Keeps the files of one repository, and what was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.cards: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running_hub() -> Iterator[Hub]:
    with Hub() as hub:
        thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._get(body=False)

    def do_GET(self) -> None:
        self._get(body=True)

    def do_POST(self) -> None:
        raw = self._content()
        self.server.asked.append(f"POST {self.path}")
        if self.path == "/api/repos/create":
            self._json({"url": f"{self.server.url}/owner/sahel", "id": "owner/sahel"})
        elif self.path == "/api/validate-yaml":
            self.server.cards.append(json.loads(raw)["content"])
            self._json({"errors": [], "warnings": []})
        elif "/preupload/" in self.path:
            files = json.loads(raw)["files"]
            own = [{"path": one["path"], "uploadMode": "regular", "shouldIgnore": False} for one in files]
            self._json({"files": own})
        elif "/commit/" in self.path:
            for line in raw.splitlines():
                entry = json.loads(line)
                if entry["key"] == "file":
                    self.server.files[entry["value"]["path"]] = base64.b64decode(entry["value"]["content"])
            url = f"{self.server.url}/owner/sahel/commit/{COMMIT}"
            self._json({"success": True, "commitOid": COMMIT, "commitUrl": url, "hookOutput": ""})
        else:
            self._fail()

    def _get(self, *, body: bool) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        path = self.path.split("?")[0]
        info = re.fullmatch(r"/api/models/owner/sahel(?:/revision/(?P<revision>[^/]+))?", path)
        tree = re.fullmatch(r"/api/models/owner/sahel/tree/(?P<revision>[^/]+)/?", path)
        file = re.fullmatch(r"/owner/sahel/resolve/(?P<revision>[^/]+)/(?P<name>.+)", path)
        found = info or tree or file
        if found is None or (found["revision"] or "main") not in ("main", COMMIT):
            self._fail()
        elif info is not None:
            names = [{"rfilename": name} for name in self.server.files]
            self._json({"id": "owner/sahel", "sha": COMMIT, "siblings": names, "private": False, "tags": []})
        elif tree is not None:
            own = self.server.files.items()
            self._json(
                [{"type": "file", "path": p, "size": len(c), "oid": hashlib.sha1(c).hexdigest()} for p, c in own]
            )
        elif file is not None and file["name"] in self.server.files:
            self._send(self.server.files[file["name"]], "application/octet-stream", body=body)
        else:
            self._fail("EntryNotFound")

    def _json(self, values: Any) -> None:
        self._send(json.dumps(values).encode(), "application/json")

    def _send(self, content: bytes, kind: str, *, body: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _fail(self, code: str = "RepoNotFound") -> None:
        self._content()
        self.send_response(404)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", "not here")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _content(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

"""The preview over HTTP, on this machine only: pages, files, and a stream that tells open pages of news."""

import json
import mimetypes
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

from kbgen.offline import install
from kbgen.preview.live import Live, Shown
from kbgen.shipped import ASSETS
from kbgen.site import CONFIGS

HOST = "127.0.0.1"
PULSE = 10
"""Seconds after which a stream says that it is still there; that is also how long a closed one goes unnoticed."""
PART = ASSETS / "preview"


class Server(ThreadingHTTPServer):
    """Serves one `Live`."""

    daemon_threads = True

    def __init__(self, live: Live, port: int) -> None:
        self.live = live
        super().__init__((HOST, port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is no news."""


class Handler(BaseHTTPRequestHandler):
    """Answers one browser."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in {HOST, "localhost"}:  # another name that leads here: a page elsewhere would read over it
            return self._send(b"", "text/plain", HTTPStatus.FORBIDDEN)
        where = urlsplit(self.path)
        address = unquote(where.path).lstrip("/")
        if address == "-/events":
            return self._stream(_page(parse_qs(where.query).get("page", [""])[0]))
        return self._answer(_page(address))

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """The terminal is for what changes."""

    def _answer(self, address: str) -> None:
        if address.endswith(".html") and (shown := self.server.live.page(address)):
            return self._html(shown)
        if (content := self._part(address)) is None and (content := self.server.live.file(address)) is None:
            return self._html(Shown(self.server.live.lost()), HTTPStatus.NOT_FOUND)
        kind = mimetypes.guess_type(address)[0] or "application/octet-stream"
        kept = "max-age=31536000, immutable" if "h=" in urlsplit(self.path).query else "no-store"  # its address has its hash
        return self._send(content, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, kept=kept)

    def _part(self, address: str) -> bytes | None:
        """What the preview itself adds to a site."""
        if address in {"-/live.js", "sw.js"}:
            return (PART / address.rpartition("/")[2]).read_bytes()
        for language, config in CONFIGS.items():
            if address == f"manifest.{language}.webmanifest":
                return json.dumps(install(language, (self.server.live.root / config).read_text(encoding="utf-8"), config)).encode()
        return None

    def _html(self, shown: Shown, status: HTTPStatus = HTTPStatus.OK) -> None:
        head, end, tail = shown.html.rpartition("</body>")
        digest = shown.digest if status == HTTPStatus.OK else ""
        script = f'<script src="/-/live.js" data-digest="{digest}"></script>'
        self._send(f"{head}{script}{end}{tail}".encode(errors="xmlcharrefreplace"), "text/html; charset=utf-8", status)

    def _send(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK, kept: str = "no-store") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", kept)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _stream(self, address: str) -> None:
        """Tell a page what it should know now and whenever that changes, until the browser goes."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        with self.server.live.watched(address), suppress(OSError):  # the browser has gone
            self._tell(self.server.live, address)

    def _tell(self, live: Live, address: str) -> NoReturn:
        told = ""
        while True:
            announced = live.announced
            news = json.dumps(live.told(address), ensure_ascii=False)
            self.wfile.write(f"data: {news}\n\n".encode() if news != told else b": still here\n\n")
            self.wfile.flush()
            told = news
            with live.news:
                live.news.wait_for(lambda announced=announced: live.announced != announced, PULSE)  # type: ignore[misc]


def _page(address: str) -> str:
    """An address, that of a folder being its first page."""
    address = address.lstrip("/")
    return f"{address}index.html" if not address or address.endswith("/") else address

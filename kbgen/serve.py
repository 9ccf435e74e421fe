"""A live preview: site/ on this machine only, built anew when a file changes; browsers reload by themselves."""

import logging
import sys
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from kbgen.build import write_docs
from kbgen.errors import Problems
from kbgen.site import publish

WATCHED = ("data", "docs", "kbgen")


def serve_forever(root: Path, port: int) -> None:
    """Build, serve, and build again on every change, until interrupted. What is broken is reported; the last good site stays."""

    def rebuild() -> None:
        try:
            write_docs(root)
            publish(root)
        except Problems as found:
            print(found, file=sys.stderr, flush=True)

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    rebuild()
    server = LiveReloadServer(builder=rebuild, host="127.0.0.1", port=port, root=str(root / "site"))
    for folder in WATCHED:
        server.watch(str(root / folder))
    print(f"http://127.0.0.1:{port}/  (stop with Ctrl+C)", flush=True)
    try:
        server.serve()  # type: ignore[no-untyped-call]
    except KeyboardInterrupt:
        server.shutdown()

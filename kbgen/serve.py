"""`kbgen serve`: the live preview in a terminal. It says what is shown and what is wrong, and ends with Ctrl+C."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from pathlib import Path

from kbgen.errors import Problem, Problems
from kbgen.preview.live import Live
from kbgen.preview.server import HOST, Server
from kbgen.preview.watch import Watch

PAUSE = 1.0
"""Seconds before the rest of a build is begun: browsers come first, and whoever saves often is not done yet."""
PLACE = re.compile(r'File "(.+)", line (\d+)')


def serve_forever(root: Path, port: int) -> None:
    """Serve until interrupted. Raises Problems if the port is taken."""
    if not (root / "data").is_dir():
        raise Problems([Problem("data", 1, "missing folder", "start the preview where data/ and docs/ are")])
    (root / "docs").mkdir(exist_ok=True)
    live = Live(root)
    try:
        server = Server(live, port)
    except OSError as error:
        tip = f"another program has it: make serve PORT={port + 1}"
        raise Problems([Problem("Makefile", 1, f"port {port} cannot be used: {error.strerror}", tip)]) from None
    sys.setswitchinterval(0.001)  # a browser that asks does not wait for what is built beside it
    watch = Watch(root, live.newer, live.is_ours)

    def end(*_: object) -> None:
        watch.ended = True  # Python drops what is raised in a callback of a weak reference: the watch remembers
        raise KeyboardInterrupt

    for ending in (signal.SIGINT, signal.SIGTERM):  # also where the shell that starts it ignores the first, as it does behind &
        signal.signal(ending, end)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    _say(f"http://{HOST}:{server.server_port}/  (stop with Ctrl+C)")
    try:
        _work(live, watch)
    except KeyboardInterrupt:
        _say("stopped")
        return
    finally:
        watch.stop()
        server.shutdown()
        server.server_close()
    os.execv(sys.executable, [sys.executable, "-m", "kbgen", "serve", "--port", str(port)])  # noqa: S606  # this very program


def _work(live: Live, watch: Watch) -> None:
    """Take changes in, one after the other, until the code of kbgen itself has changed."""
    changed: Collection[Path] = ()
    told: tuple[Problem, ...] = ()
    while True:
        begin = time.perf_counter()
        taken = live.take(changed)
        shown = time.perf_counter() - begin
        if taken and not live.newer.wait(PAUSE):
            live.complete()
            _say(f"{_names(live.root, changed)}: shown in {shown:.2f} s, everything in {time.perf_counter() - begin:.2f} s")
        if live.problems != told:
            told = live.problems
            _say("\n".join(map(str, told)) or "mended")
        changed = live.changed_by_others(watch.wait())
        while not changed:
            changed = live.changed_by_others(watch.wait())
        if any(path.suffix == ".py" for path in changed) and _loads(live):
            return


def _loads(live: Live) -> bool:
    """Whether the changed code can be loaded at all; if not, the preview goes on with the old one and says why."""
    run = subprocess.run([sys.executable, "-c", "import kbgen.cli, kbgen.serve"], capture_output=True, text=True, check=False)
    said = run.stderr.strip().splitlines()
    if run.returncode and (places := PLACE.findall(run.stderr)):
        path, line = places[-1]
        shown = Path(path).relative_to(live.root).as_posix() if Path(path).is_relative_to(live.root) else Path(path).name
        live.outdate(Problem(shown, int(line), said[-1], "the preview runs the code as it was before"))
    return run.returncode == 0


def _names(root: Path, changed: Collection[Path]) -> str:
    """What changed, in a few words."""
    names = sorted(path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name for path in changed)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") or "everything"


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", flush=True)

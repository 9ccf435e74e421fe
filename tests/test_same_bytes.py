"""Two clean builds of the same data are the same, byte for byte, whoever makes them, where, when and in what language."""

import os
import subprocess
import sys
from pathlib import Path

import hostile
from conftest import ROOT

RUN = f"""
import importlib, os, sys
sys.path.insert(0, {str(ROOT / "tests")!r})
import hostile
def patch(name, value):
    module, _, last = name.rpartition(".")
    setattr(importlib.import_module(module), last, value)
hostile.alone(patch)
from kbgen.cli import main
os.umask(int(sys.argv[1], 8))
sys.exit(main(["build"]))
"""
HERE = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "1", "USER": "one", "umask": "022"}
THERE = {"LC_ALL": "C", "LANG": "zh_CN.GBK", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "4711", "USER": "two", "umask": "077"}
"""The locale of the second machine is the poorest one; its LANG would be another."""


def built(folder: Path, given: dict[str, str]) -> dict[str, bytes]:
    """Everything in docs/ and site/ of a base that was built in a process of its own."""
    hostile.write_base(folder)
    hostile.share(folder)
    (folder / "kbgen").symlink_to(ROOT / "kbgen")  # the theme
    (folder / "home").mkdir()
    environment = {**given, "PATH": os.environ["PATH"], "HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", RUN, given["umask"]], cwd=folder, env=environment, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    files = [path for name in ("docs", "site") for path in sorted((folder / name).rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_place_language_time_and_user_change_no_byte(tmp_path):
    """The second path has blanks and signs; without git no page has a date."""
    first, second = built(tmp_path / "a", HERE), built(tmp_path / "ein langer weg" / "路径 é", THERE)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert any(name.startswith("site/en/") for name in first)
    assert not any(b"updated:" in first[name] for name in first if name.endswith(".md"))

"""Scripts that stand in for a function."""

import subprocess
import sys

from kbgen import registry


def test_script_runs_with_numpy_alone_and_prints_something(recipe):
    run = subprocess.run(
        [sys.executable, "-I", "-W", "error", registry.recipes()[recipe.id]],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


def test_script_is_short(recipe):
    assert len(registry.recipes()[recipe.id].read_text(encoding="utf-8").splitlines()) <= 45

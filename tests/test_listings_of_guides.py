"""The guide on custom losses prints listings: they run, they print what stands below them, and their tests pass."""

import contextlib
import io
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make parity")
os.environ.setdefault("KERAS_BACKEND", "jax")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.S | re.M)


@pytest.fixture(scope="module", params=["zh", "en"])
def blocks(request):
    return BLOCK.findall((ROOT / "docs" / request.param / "guides" / "custom_loss.md").read_text(encoding="utf-8"))


def _listing(blocks, start):
    (found,) = (text for kind, text in blocks if kind == "python" and start in text)
    return found


def _ran(listing):
    printed, names = io.StringIO(), {}
    with contextlib.redirect_stdout(printed):
        exec(listing, names)
    return printed.getvalue(), names


def test_the_counted_penalty_prints_what_stands_below_it(blocks):
    assert _ran(_listing(blocks, "missed.requires_grad"))[0] == "False True\n"


LIBRARIES = {"torch": torch.tensor, "keras": np.float32, "optax": np.float32}


@pytest.mark.parametrize("library", LIBRARIES)
def test_four_libraries_give_one_value(blocks, library):
    pytest.importorskip(library, reason=f"{library} is not installed: make test")
    z, y = np.array([-2.0, 0.5, 3.0, -40.0]), np.array([1, 0, 1, 1])
    expected = _ran(_listing(blocks, "def weighted_numpy"))[1]["weighted_numpy"](z, y)
    function = _ran(_listing(blocks, f"def weighted_{library}"))[1][f"weighted_{library}"]
    given = (LIBRARIES[library](array) for array in ((y, z) if library == "keras" else (z, y)))
    assert float(np.mean(np.asarray(function(*given)))) == pytest.approx(expected, rel=1e-5)


COUNTED = """\
    missed = (torch.sigmoid(z) < 0.5) & (y == 1)
    alarms = (torch.sigmoid(z) > 0.5) & (y == 0)
    loss = (y * F.softplus(-z) + (1 - y) * F.softplus(z) + c_fn * missed + c_fp * alarms) * keep
"""


def test_the_template_passes_its_tests_and_the_counted_penalty_fails_five(blocks, tmp_path):
    template, tests = (_listing(blocks, f"# {name}.py") for name in ("cost_loss", "test_cost_loss"))
    (tmp_path / "test_cost_loss.py").write_text(tests, encoding="utf-8")
    (tmp_path / "cost_loss.py").write_text(template, encoding="utf-8")
    assert "10 passed" in _tested(tmp_path)
    (tmp_path / "cost_loss.py").write_text(re.sub(r"    loss = .*\n", COUNTED, template), encoding="utf-8")
    report = _tested(tmp_path)
    assert "5 failed, 5 passed" in report
    assert "test_every_price_changes_the_gradient" in report
    assert "test_gradient_is_the_slope_of_the_value" not in report


def _tested(folder):
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120).stdout

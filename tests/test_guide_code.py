"""Programs in guides: one that is followed by what it prints is run, and prints that."""

import importlib.util
import re
import subprocess
import sys

import pytest
from conftest import ROOT

BLOCKS = re.compile(r"^```python\n(.*?)^```\n+```text\n(.*?)^```", re.S | re.M)
NOTES = sorted(ROOT.glob("docs/*/guides/*.md"))
PROGRAMS = {code: printed for note in NOTES for code, printed in BLOCKS.findall(note.read_text(encoding="utf-8"))}


def first_line_of_its_own(code):
    """What tells programs apart in reports: the last library that one imports, and how long it is."""
    return f"{libraries(code)[-1]}-{len(code)}"


def libraries(code):
    return re.findall(r"(?:^import |, )(\w+)(?= as |,|$)", "\n".join(re.findall(r"^import .*", code, re.M)), re.M)


@pytest.mark.parametrize("code", PROGRAMS, ids=first_line_of_its_own)
def test_a_program_prints_what_the_guide_says(code):
    for library in libraries(code):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert run.stdout == PROGRAMS[code], run.stderr


def test_both_languages_show_the_same_programs():
    of = {
        language: [BLOCKS.findall(note.read_text(encoding="utf-8")) for note in NOTES if language in note.parts]
        for language in ("zh", "en")
    }
    assert of["zh"] == of["en"]

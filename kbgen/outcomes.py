"""What runs have left in data/ as JSON, read back: a record, or a problem with the line of the slip."""

import re
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, TypeAdapter, ValidationError

from kbgen.errors import Problem, Problems
from kbgen.harmless import faults_of_code, unseen

T = TypeVar("T")
PLACE = re.compile(r" at line (\d+) column \d+$")


def _printable(text: str) -> str:
    """A text that may stand between backticks or dollars, also in a table."""
    if unseen(text) or next(faults_of_code(text), None):
        raise ValueError("a text that no run has printed")
    return text


Printed = Annotated[str, AfterValidator(_printable)]
"""What a run has printed, and pages print as it is."""


def parse(kind: TypeAdapter[T], content: bytes, path: Path, mended_by: str) -> T:
    """The record in a file. Raises Problems that name `path` and the command which writes the file anew."""
    try:
        return kind.validate_json(content)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)[0]
        place = PLACE.search(details["msg"])
        what = ".".join(map(str, details["loc"]))
        message = f"{what}: {details['msg']}" if what else PLACE.sub("", details["msg"])
        raise Problems([Problem(path.as_posix(), int(place[1]) if place else 1, message, f"run: {mended_by}")]) from None

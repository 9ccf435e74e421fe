"""What a foreign file holds, whatever its format: rows of cells, each with its line, and what could not be read.

Everything here is bounded, and nothing outside the given path is opened.
"""

import codecs
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kbgen.errors import Problem, Problems

MAX_BYTES = 16_000_000
MAX_ROWS = 5_000
MAX_FILES = 50_000
MAX_DEPTH = 50
MAX_LINE = 100_000
"""Signs of a line, beyond which nobody wrote it by hand."""
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
COMMON = 0.9
"""Share of signs beyond ASCII that stand in GB 2312, from which on bytes that GBK can read are taken for GBK."""


@dataclass(frozen=True)
class Cells:
    """One row, card or note: its texts by column, such as `plain` or `plain.zh`.

    `shelves` are words that may name its group, the nearest first; `called`, how links of its own vault name it. `lines` are
    the places of cells that stand on lines of their own.
    """

    path: str
    line: int
    values: Mapping[str, str]
    shelves: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    published: bool = True
    lines: Mapping[str, int] = field(default_factory=dict)

    def problem(self, message: str, tip: str = "", column: str = "") -> Problem:
        """A problem of this row, or of one of its cells."""
        return Problem(self.path, self.lines.get(column, self.line), message, tip)


@dataclass
class Reading:
    """What was found so far: rows, what could not be used and why, and what the editor should know."""

    rows: list[Cells] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, row: Cells) -> None:
        """Take one more row. Raises Problems when there are too many for one run."""
        if len(self.rows) + len(self.problems) >= MAX_ROWS:
            raise Problems([row.problem(f"more than {MAX_ROWS} rows", "split it, and bring the parts in one after the other")])
        self.rows.append(row)


def text_of(path: Path, shown_as: str, reading: Reading) -> str:
    """The text of a file in UTF-8, in UTF-16 with its mark, or in GBK, which is noted. Raises Problems for anything else."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Problems([Problem(shown_as, 1, f"cannot be read: {error.strerror}", "check the path and the permissions")]) from None
    if len(raw) > MAX_BYTES:
        raise Problems([Problem(shown_as, 1, f"larger than {MAX_BYTES // 1_000_000} MB", "split it")])
    encoding = next((name for mark, name in MARKS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        text = _gbk(raw)
        if not text:
            line = raw.count(b"\n", 0, error.start) + 1
            raise Problems([Problem(shown_as, line, "neither UTF-8 nor GBK text", "save the file with UTF-8 encoding")]) from None
        reading.notes.append(f"{shown_as} was read as GBK")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _gbk(raw: bytes) -> str:
    """The text that these bytes are in GBK; none if that would be mere chance."""
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    beyond = [sign for sign in text if sign > "\x7f"]
    common = sum(len(sign.encode("gb2312", "ignore")) > 0 for sign in beyond)
    return text if common >= COMMON * len(beyond) else ""

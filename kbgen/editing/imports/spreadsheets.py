"""CSV, as spreadsheets write it: any of the usual delimiters, a first row that names the columns."""

import csv
import io
import re

from kbgen.editing.imports.columns import column
from kbgen.editing.imports.sources import MAX_BYTES, Cells, Reading
from kbgen.errors import Problem, Problems

GUARD = re.compile(r"^'(?=\s*[=+\-@＝＋－＠])")
"""An apostrophe that keeps spreadsheets from computing a text."""
DELIMITERS = ",;\t|"


def read(text: str, shown_as: str, reading: Reading) -> None:
    """Every row of a CSV file. Raises Problems if its first row does not name a column of terms."""
    delimiter = max(DELIMITERS, key=lambda sign: len(_columns(text, sign)))
    if not any(head.startswith("name") for head in _columns(text, delimiter)):
        tip = "start with a row such as: term,plain,exact; or name_zh,name_en,plain_zh,plain_en,exact_zh,exact_en"
        raise Problems([Problem(shown_as, 1, "the first row does not name a column of terms", tip)])
    before = csv.field_size_limit(MAX_BYTES)  # a long cell is refused with its line, by whoever looks at the cells
    try:
        _rows(text, delimiter, shown_as, reading)
    finally:
        csv.field_size_limit(before)


def _columns(text: str, delimiter: str) -> list[str]:
    """What the first line means if it is cut at this delimiter."""
    first = next(csv.reader([text.partition("\n")[0][:10_000]], delimiter=delimiter), [])
    return [head for cell in first if (head := column(cell))]


def _rows(text: str, delimiter: str, shown_as: str, reading: Reading) -> None:
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    begin, heads = 1, list[str | None]()
    try:
        for cells in rows:
            place, begin = Cells(shown_as, begin, {}), rows.line_num + 1
            if not heads:
                heads = [column(cell) for cell in cells]
                reading.notes += [f"{shown_as}:1: the column {cell!r} was left out" for cell in cells if not column(cell)]
            elif any(cell.strip() for cell in cells):
                _row(cells, heads, place, reading)
    except csv.Error as error:
        tip = 'mend the quotes: a quote inside a cell is written "", and a quoted cell ends before the next delimiter'
        reading.problems.append(Problem(shown_as, begin, f"not valid CSV from here on: {error}", tip))


def _row(cells: list[str], heads: list[str | None], place: Cells, reading: Reading) -> None:
    if len(cells) > len(heads):
        tip = "put a cell that contains the delimiter in quotes"
        reading.problems.append(place.problem(f"{len(cells)} cells, where the first row has {len(heads)}", tip))
        return
    values = {head: GUARD.sub("", cell).strip() for head, cell in zip(heads, cells, strict=False) if head and cell.strip()}
    reading.add(Cells(place.path, place.line, values))

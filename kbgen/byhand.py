"""Pages that people write in docs/: their links and mathematics are checked like those of the entries."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from kbgen.errors import Problem, did_you_mean
from kbgen.links import CODE_OR_MATH, find_links, fold, targets
from kbgen.notes import aliases
from kbgen.tex import TexError, to_mathml


def pages(vault: Path, generated: Mapping[str, str]) -> dict[str, str]:
    """The notes of a vault that kbgen does not write, by path."""
    paths = {path.relative_to(vault).as_posix(): path for path in sorted(vault.rglob("*.md"))}
    own = {name: path for name, path in paths.items() if name not in generated and not name.startswith(".")}
    return {name: path.read_text(encoding="utf-8") for name, path in own.items()}


def problems(folder: str, notes: Mapping[str, str], generated: Mapping[str, str]) -> Iterator[Problem]:
    """Links that lead nowhere and formulas that cannot be drawn, in `notes`; `folder` is how their vault is called in reports."""
    known = targets({path: aliases(text) for path, text in {**generated, **notes}.items() if path.endswith(".md")})
    for path, text in notes.items():
        for link in find_links(text):
            if link.target and fold(link.target) not in known:
                tip = did_you_mean(fold(link.target), known, "write the path of a note, or its name")
                yield Problem(f"{folder}/{path}", _line(text, link.start), f"[[{link.target}]] leads nowhere", tip)
        for match in CODE_OR_MATH.finditer(text):
            if match[0].startswith("$"):
                try:
                    to_mathml(match[0].strip("$"), display=match[0].startswith("$$"))
                except TexError as error:
                    yield Problem(f"{folder}/{path}", _line(text, match.start()), f"TeX at character {error.position + 1}: {error}")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1

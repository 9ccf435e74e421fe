"""A row as a term: its names, its texts by language, or why it cannot be one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from kbgen.editing.imports.cleaning import RefusedError, clean
from kbgen.editing.imports.columns import BRACKETS, squeezed
from kbgen.editing.imports.sources import Cells
from kbgen.errors import Problem
from kbgen.links import CODE_OR_MATH, LINK
from kbgen.matcher import HAN
from kbgen.model import LANGUAGES
from kbgen.names import normal

MAX_NAME = 120
NAMES, ALIASES = (tuple(f"{kind}{of}" for of in ("", *(f".{language}" for language in LANGUAGES))) for kind in ("name", "aliases"))
TEXTS = ("plain", "exact", "example")
ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
DISPLAYED = re.compile(r"\$\$(.+?)\$\$", re.S)
LATIN = re.compile(r"[A-Za-z]")
LETTERS_PER_SIGN = 5
"""Latin letters that take as long to say as a Chinese sign."""
BETWEEN = re.compile(r"\s*[/／|]\s*|\s+vs\.?\s+", re.I)
SEPARATORS = (re.compile(r"\s*[;；\n]\s*"), re.compile(r"\s*[、|]\s*|\s+·\s+"), re.compile(r"\s*[,，]\s*"))
"""What lists are cut at: the first that is there, since items may hold the weaker ones."""
ALSO = re.compile(r"^(?:又称|也叫|也称|简称|缩写|英文|aka|also|abbr\.?)\s*[:：]?\s*", re.I)
EMPHASIS = re.compile(r"\*\*|__|==|`")
BAD_IN_NAMES = re.compile(r"[\[\]|#^<>\n]|\.\.")


@dataclass(frozen=True)
class Row:
    """One term as a foreign file tells it.

    `wholes` are its name cells by column, brackets and all; `parts` what they name without those, one unless there are slashes;
    `bracketed` and `listed` are other names, `hints` names that are only good for finding it. `said` holds names whose language
    the file states. Texts are keyed by field, such as `plain.zh`.
    """

    cells: Cells
    wholes: Mapping[str, str]
    parts: tuple[str, ...]
    bracketed: tuple[str, ...]
    listed: tuple[str, ...]
    hints: tuple[str, ...]
    said: Mapping[str, str]
    texts: Mapping[str, str]
    id: str = ""
    shelves: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def others(self) -> tuple[str, ...]:
        """Names beside the first ones."""
        return tuple(dict.fromkeys((*self.bracketed, *self.listed)))

    @property
    def every_name(self) -> tuple[str, ...]:
        """All names once, in order."""
        return tuple(dict.fromkeys((*self.names.values(), *self.parts, *self.others)))


def listed(text: str) -> list[str]:
    """The items of a cell with several."""
    separator = next((found for found in SEPARATORS if found.search(text)), SEPARATORS[0])
    return [item.strip() for item in separator.split(text) if item.strip()]


def language_of(name: str) -> str:
    """The language of a name: Chinese if there is a Chinese character in it."""
    return "zh" if HAN.search(name) else "en"


def language_of_text(text: str) -> str:
    """The language of a text, by its words as they are shown: either language quotes the other."""
    prose = CODE_OR_MATH.sub("", LINK.sub(lambda link: link["text"] or link["target"], text))
    return "zh" if LETTERS_PER_SIGN * len(HAN.findall(prose)) >= len(LATIN.findall(prose)) and HAN.search(prose) else "en"


def row_of(cells: Cells, definition: str) -> Row | Problem:
    """The term of a row. `definition` is the depth, plain or exact, of a column that only says that it defines."""
    try:
        values = {key: clean(key, value) for key, value in cells.values.items()}
        return _row(cells, values, definition)
    except RefusedError as refusal:
        return cells.problem(refusal.message, refusal.tip, refusal.key)


def _row(cells: Cells, values: Mapping[str, str], definition: str) -> Row:
    named = {key: _names(values[key], split=key == "name") for key in NAMES if key in values}
    others = [name for key in ALIASES for name in listed(values.get(key, ""))]
    bracketed = [name for found in named.values() for name in found.bracketed]
    said = {key.removeprefix("name."): found.parts[0] for key, found in named.items() if key != "name"}
    parts = [part for part in (named["name"].parts if "name" in named else ()) if part not in said.values()]
    if not parts and not said:
        raise RefusedError("no name", "every row needs one")
    texts = _texts(values, definition)
    names = _by_language(parts, [*bracketed, *others], said, texts)
    for name in (*parts, *bracketed, *others, *names.values()):
        _check_name(name)
    if (id := values.get("id", "")) and not ID.fullmatch(id):
        raise RefusedError(f"id: {id!r} is not one", "an id is lower case letters, digits and single underscores", "id")
    shelves = (*listed(values.get("group", "")), *listed(values.get("tags", "")), *cells.shelves)
    related = values.get("see_also", "")
    links = [link["target"].rpartition("/")[2] for link in LINK.finditer(related)]
    return Row(
        cells=cells,
        wholes={key: found.whole for key, found in named.items()},
        parts=tuple(parts),
        bracketed=tuple(bracketed),
        listed=tuple(others),
        hints=(*cells.called, *(hint for found in named.values() for hint in found.hints)),
        said=said,
        texts=texts,
        id=id,
        shelves=tuple(filter(None, shelves)),
        see_also=tuple(filter(None, links)) or tuple(listed(related)),
        names=names,
    )


@dataclass(frozen=True)
class _Named:
    whole: str
    parts: tuple[str, ...]
    bracketed: tuple[str, ...]
    hints: tuple[str, ...]


def _names(text: str, *, split: bool) -> _Named:
    """What a cell with a name names: the thing, its other names in brackets, and the targets of its links."""
    hints = [link["target"].rpartition("/")[2].strip() for link in LINK.finditer(text)]
    text = EMPHASIS.sub("", LINK.sub(lambda link: link["text"] or link["target"].rpartition("/")[2], text))
    inside = [ALSO.sub("", part.strip()) for found in BRACKETS.findall(text) for part in listed(found)]
    bare = BRACKETS.sub("", text).strip()
    if not bare:
        raise RefusedError("no name", "every row needs one")
    pieces = [piece.strip() for piece in BETWEEN.split(bare)] if split else [bare]
    if any(len(piece) < 2 for piece in pieces):
        pieces = [bare]
    bracketed = [name for part in inside for name in (BETWEEN.split(part) if split else [part]) if name]
    return _Named(text, tuple(dict.fromkeys(pieces)), tuple(bracketed), tuple(filter(None, hints)))


def _check_name(name: str) -> None:
    if len(name) > MAX_NAME:
        raise RefusedError(f"a name of {len(name)} signs", f"a name has at most {MAX_NAME}")
    if found := BAD_IN_NAMES.search(name):
        raise RefusedError(f"{found[0]!r} in the name {name!r}", "links could not name it: write it without")
    if not squeezed(name):
        raise RefusedError(f"the name {name!r} has neither letters nor digits", "write it in words")


def _texts(values: Mapping[str, str], definition: str) -> dict[str, str]:
    """Texts by field and language; where the file does not say the language, each paragraph does."""
    texts: dict[str, str] = {}
    for key, text in values.items():
        kind, _, said = key.replace("definition", definition).partition(".")
        if kind == "formula":
            found = DISPLAYED.search(text)
            texts["formula"] = (found[1] if found else text.strip("$")).strip()
        elif kind in TEXTS:
            for language, part in [(said, text)] if said else _paragraphs_by_language(text):
                texts.setdefault(f"{kind}.{language}", part)
    return texts


def _paragraphs_by_language(text: str) -> Iterator[tuple[str, str]]:
    """The Chinese and the English of a text; a paragraph without words, such as a formula, goes with the one above."""
    found: dict[str, list[str]] = {}
    language = language_of_text(text)
    for paragraph in re.split(r"\n{2,}", text):
        if re.search(r"[^\W\d_]{2}", CODE_OR_MATH.sub("", paragraph)):
            language = language_of_text(paragraph)
        found.setdefault(language, []).append(paragraph)
    for said, paragraphs in found.items():
        yield said, "\n\n".join(paragraphs)


def _by_language(parts: list[str], others: list[str], said: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    """A name per language, as far as the row gives one.

    An English name may stand in brackets or among the aliases, where abbreviations are none; a Chinese text that calls a thing by
    its English name only, calls it so.
    """
    names = dict(said)
    for part in parts[:2]:
        names.setdefault(language_of(part), part)
    for other in others:
        if language_of(other) == "zh" or re.search(r"[a-z]{2}", other):
            names.setdefault(language_of(other), other)
    if "zh" not in names and any(key.endswith(".zh") for key in texts):
        names["zh"] = names["en"]
    return {language: names[language] for language in LANGUAGES if language in names}


def joined(first: Row, second: Row) -> Row:
    """What two rows about one thing say together."""
    return replace(
        first,
        listed=(*first.listed, *second.listed),
        said={**second.said, **first.said},
        texts={**second.texts, **first.texts},
        see_also=tuple(dict.fromkeys((*first.see_also, *second.see_also))),
        names={**second.names, **first.names},
        shelves=(*first.shelves, *second.shelves),
    )


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same, blanks and emphasis aside."""
    return " ".join(EMPHASIS.sub("", one).split()) == " ".join(EMPHASIS.sub("", other).split())


def known_among(name: str, names: tuple[str, ...]) -> bool:
    """Whether a name is one of these, however it is spelled."""
    return squeezed(name) in map(squeezed, names) or normal(name) in map(normal, names)

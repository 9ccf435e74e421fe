"""Rows as YAML: a new entry as text, or an entry as it stands with some fields changed and every comment kept."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, LiteralScalarString, PlainScalarString

from kbgen.checks import TODO
from kbgen.model import LANGUAGES
from kbgen.names import normal
from kbgen.yamlfile import FLOAT

HEAD = "# yaml-language-server: $schema=../schema/terms.json\n"
DRAFT = "# a draft: write what says TODO, then remove `publish: false`\n"
NEEDED = ("plain", "exact", "example")
ORDER = ("name", "aliases", "group", "plain", "exact", "formula")


@dataclass(frozen=True)
class Change:
    """One field of an entry, what it says and what the row says; `taken` if it is to be written. Aliases and see_also are added."""

    field: str
    old: str
    new: str
    taken: bool
    items: tuple[str, ...] = ()


def _yaml() -> YAML:
    """A reader and writer that gives back the files of data/ as they are."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def scalar(text: str) -> Any:
    """A text as YAML should show it: below a bar if it has lines, in quotes if only we would read it as a number."""
    if "\n" in text:
        return LiteralScalarString(text.rstrip("\n") + "\n")
    if FLOAT.fullmatch(text):
        return DoubleQuotedScalarString(text)
    return text


def _flow(items: Mapping[str, Any] | Sequence[Any]) -> CommentedMap | CommentedSeq:
    made = CommentedMap(items) if isinstance(items, Mapping) else CommentedSeq(items)
    made.fa.set_flow_style()
    return made


@dataclass(frozen=True)
class Draft:
    """What a new term is known to say; texts by field, such as `plain.zh`."""

    names: Mapping[str, str]
    aliases: Mapping[str, Sequence[str]]
    group: str
    texts: Mapping[str, str]
    see_also: Sequence[str]
    published: bool
    stand_in: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that an entry needs and nobody has written."""
        names = [f"name.{language}" for language in LANGUAGES if language not in self.names]
        needed = [f"{kind}.{language}" for kind in NEEDED for language in LANGUAGES]
        return (*names, *(key for key in needed if key not in self.texts))


def written(draft: Draft) -> bytes:
    """The file of a new term. What is missing says TODO, and the entry is not published before somebody has written it."""
    entry = CommentedMap()
    entry["name"] = _flow({language: scalar(draft.names.get(language, f"{TODO} {draft.stand_in}")) for language in LANGUAGES})
    if any(draft.aliases.values()):
        entry["aliases"] = _flow({language: _flow([*map(scalar, found)]) for language, found in draft.aliases.items() if found})
    entry["group"] = draft.group
    for kind in NEEDED:
        entry[kind] = CommentedMap({language: scalar(draft.texts.get(f"{kind}.{language}", TODO)) for language in LANGUAGES})
        if kind == "exact" and "formula" in draft.texts:
            entry["formula"] = LiteralScalarString(draft.texts["formula"] + "\n")
    if draft.see_also:
        entry["see_also"] = _flow(draft.see_also)
    if draft.missing or not draft.published:
        entry["publish"] = False
    out = io.StringIO()
    _yaml().dump(entry, out)
    return f"{HEAD}{DRAFT if draft.missing else ''}{out.getvalue()}".encode()


def changed(content: bytes, changes: Iterable[Change]) -> bytes:
    """The file of an entry with the changes that are taken; all else, comments included, as it was."""
    yaml = _yaml()
    entry = yaml.load(content.decode("utf-8-sig"))
    for change in changes:
        if change.taken:
            _change(entry, change)
    out = io.StringIO()
    yaml.dump(entry, out)
    return out.getvalue().encode()


def _change(entry: CommentedMap, change: Change) -> None:
    kind, _, language = change.field.partition(".")
    if kind in {"aliases", "see_also"}:
        _append(entry, kind, language, change.items)
    elif language:
        _put(_at(entry, kind), language, change.new)
        if kind == "name":
            _remove_alias(entry, change.new)
    else:
        _at(entry, kind, leaf=True)
        entry[kind] = LiteralScalarString(change.new + "\n")  # the formula


def _put(record: CommentedMap, key: str, text: str) -> None:
    """Set a text. Quotes stay as people set them, but one line needs no bar."""
    made = scalar(text)
    block = isinstance(record.get(key), LiteralScalarString | FoldedScalarString)
    record[key] = PlainScalarString(made) if block and type(made) is str else made


def _remove_alias(entry: CommentedMap, name: str) -> None:
    """A name is no alias of its own."""
    for found in (entry.get("aliases") or {}).values():
        found[:] = [alias for alias in found if normal(alias) != normal(name)]


def _append(entry: CommentedMap, kind: str, language: str, items: tuple[str, ...]) -> None:
    """Add to a list, which is made if there is none."""
    owner, key = (_at(entry, kind, flow=True), language) if language else (entry, kind)
    if key not in owner or owner[key] is None:
        owner[key] = _flow([])
    owner[key].extend(map(scalar, items))


def _at(entry: CommentedMap, kind: str, *, flow: bool = False, leaf: bool = False) -> Any:
    """The record under a key; one that is not there comes after the keys that stand before it in other entries."""
    if kind not in entry:
        before = [key for key in ORDER[: ORDER.index(kind)] if key in entry] if kind in ORDER else []
        place = list(entry).index(before[-1]) + 1 if before else len(entry)
        entry.insert(place, kind, None if leaf else _flow({}) if flow else CommentedMap())
    return entry[kind]

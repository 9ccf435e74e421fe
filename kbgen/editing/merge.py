"""Two entries about one thing become one: the winner takes over names, links and relations of the loser, and its address.

Words that only a person can join, definitions above all, are put below the winner as comments, where they wait for one.
"""

import ast
import io
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from kbgen import registry
from kbgen.editing import python, texts
from kbgen.editing.python import Renaming
from kbgen.editing.rename import DATA, RECORDS, entry_of, in_code, in_data, in_notes
from kbgen.editing.roundtrip import changed, set_list
from kbgen.editing.workspace import PACKAGE, Workspace
from kbgen.errors import Problem, Problems
from kbgen.figures.names import drawings
from kbgen.model import LANGUAGES, KnowledgeBase
from kbgen.names import normal
from kbgen.proofs.pitfalls import keys

DRAWINGS = "kbgen/figures/drawings/"
LEFT = "# From {path}, which is merged into this entry: take over what is worth keeping, then remove these lines."


@dataclass(frozen=True)
class Merging:
    """Which entry goes into which; `drop` says that what cannot be joined may be lost."""

    loser: str
    winner: str
    folder: str
    drop: bool

    def path(self, id: str) -> str:
        """The file of an entry."""
        return f"data/{self.folder}/{id}.yml"


def possible(space: Workspace, kb: KnowledgeBase, loser: str, winner: str, *, drop: bool) -> Merging:
    """The merging, if it can be. Raises Problems if not: other kinds, no such entries, or code that a person has to join first."""
    for id in (loser, winner):
        entry_of(kb, id)
    merging = Merging(loser, winner, kb.folder(loser), drop)
    place = merging.path(loser)
    if loser == winner:
        raise Problems([Problem(place, 1, "an entry cannot be merged into itself", "name two entries")])
    if kb.folder(winner) != merging.folder:
        tip = "move what is worth keeping by hand; of two kinds, each has fields that the other lacks"
        raise Problems([Problem(place, 1, f"{winner} is of another kind: it stands in data/{kb.folder(winner)}", tip)])
    if problems := list(_code_to_join(space, loser)):
        raise Problems(problems)
    if kb.entries[loser].picture and kb.entries[winner].picture and not drop:
        tip = "take what is worth keeping into the drawing of the winner, then use --drop: it removes the other drawing"
        raise Problems([Problem(place, 1, f"picture: {winner} has one too, and a page has one picture", tip)])
    return merging


def _code_to_join(space: Workspace, loser: str) -> Iterator[Problem]:
    """Functions that are called like the loser: no program knows whether those of the winner do the same."""
    functions = [name for name in (loser, f"{loser}_grad") if name in registry.losses() or name in registry.optimizers()]
    named = [*functions, *(f"{loser}__{key}" for key in keys().get(loser, ()))]
    if loser in registry.recipes():
        yield Problem(f"kbgen/recipes/{loser}.py", 1, "the script of an entry that shall go", "remove it, then merge")
    for path in space.find("kbgen/**/*.py") if space.has_code and named else ():
        for node in ast.parse(space.text(path)).body if path.startswith(python.HOMES) and not path.startswith(DRAWINGS) else ():
            if isinstance(node, ast.FunctionDef) and (node.name in named or node.name.startswith(f"{loser}__")):
                tip = "make the function of the winner do what both should, remove this one with what uses it, then merge"
                yield Problem(path, node.lineno, f"{node.name} belongs to an entry that shall go", tip)
    if named and not space.has_code:
        yield Problem(str(PACKAGE), 1, f"{loser} has functions, which are not in this project", "merge where they are")


def merge(space: Workspace, kb: KnowledgeBase, merging: Merging) -> list[Problem]:
    """Work the change out. Returns the places that a person should look at."""
    loser, winner = merging.loser, merging.winner
    before = space.text(merging.path(loser))
    left = list(_drop_duplicates(space, merging))
    if loser in drawings() and space.has_code and kb.entries[winner].picture:
        _remove_drawing(space, loser)
    renaming = Renaming(loser, winner, merging.folder, kb.entries.keys())
    left += in_code(space, renaming) if space.has_code else []
    in_data(space, renaming)
    in_notes(space, renaming)
    for path in space.find("*.md"):
        if path != "CHANGELOG.md":
            space.edit(path, lambda text: set(texts.in_document(text, renaming)))
    for path in space.find(f"data/evidence/{loser}.json"):
        space.remove(path)
    for path in space.find(*RECORDS):
        if loser in (text := space.text(path)):
            space.put(path, _without_records(text, loser))
    _join(space, merging, before)
    return left


def _drop_duplicates(space: Workspace, merging: Merging) -> Iterator[Problem]:
    """Take the loser out of lists that have the winner too; reasons of the chooser that go with it are told."""
    loser, winner = merging.loser, merging.winner
    for path in space.find(*DATA):
        if loser in space.text(path):
            space.edit(path, lambda text: set(texts.duplicates(text, loser, winner)))
    for path in space.find("data/losses/*.yml", "data/terms/*.yml", "data/optimizers/*.yml"):
        if loser in (text := space.text(path)) and winner in text:
            gone = list[str]()
            text = changed(text, lambda entry, gone=gone: gone.extend(_without_relation(entry, loser, winner)))  # type: ignore[misc]
            if gone:
                space.put(path, text)
                yield from (Problem(path, 1, f"relations: {kind} {loser} is dropped, {winner} has one") for kind in gone)
    for path in space.find("tests/**/*.yml"):
        space.edit(path, lambda text: set(texts.duplicates(text, loser, winner, lambda scalar: not scalar.is_key)))
    for path in space.find("data/chooser.yml"):
        gone = list[str]()
        text = changed(space.text(path), lambda content, gone=gone: gone.extend(_without_candidate(content, loser, winner)))  # type: ignore[misc]
        if gone:
            space.put(path, text)
            yield from (Problem(path, 1, f"{place}: the reason for {loser} is dropped, {winner} has one") for place in gone)


def _without_relation(entry: Any, loser: str, winner: str) -> Iterator[str]:
    """Take out the relations to the loser that the entry has to the winner too."""
    stated = {(relation["kind"], relation["to"]) for relation in entry.get("relations", ())}
    for relation in list(entry.get("relations", ())):
        if relation["to"] == loser and (relation["kind"], winner) in stated:
            entry["relations"].remove(relation)
            yield relation["kind"]


def _without_candidate(content: Any, loser: str, winner: str) -> Iterator[str]:
    for question, asked in content.get("questions", {}).items():
        for key, answer in asked["answers"].items():
            candidates = answer.get("candidates", {})
            if loser in candidates and winner in candidates:
                del candidates[loser]
                yield f"questions.{question}.answers.{key}"


def _remove_drawing(space: Workspace, id: str) -> None:
    """Remove a drawing, with the empty lines before it."""
    path = f"{DRAWINGS}{drawings()[id].name}"
    text = space.text(path)
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == id:
            lines = text.split("\n")
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            space.put(
                path, "\n".join([*lines[:first], *lines[node.end_lineno :]]).rstrip("\n").replace("\n\n\n\n\n", "\n\n\n") + "\n"
            )


def _without_records(text: str, id: str) -> str:
    """A file of records without those of an entry."""
    content = json.loads(text)
    ascii_only = json.dumps(content, indent=1) + "\n" == text
    records = content.get("functions", content)
    for name in [name for name in records if name.partition("__")[0] == id]:
        del records[name]
    return json.dumps(content, indent=1, ensure_ascii=ascii_only) + "\n"


def _join(space: Workspace, merging: Merging, before: str) -> None:
    """Put what the loser has into the file of the winner; `before` is its text as a person left it."""
    yaml = YAML()
    given = yaml.load(io.StringIO(space.text(merging.path(merging.loser))))
    space.remove(merging.path(merging.loser))
    path = merging.path(merging.winner)
    text = changed(space.text(path), lambda entry: _take_over(entry, given, merging)).rstrip("\n") + "\n"
    if not merging.drop:
        note = "\n".join(f"# {line}".rstrip() for line in before.rstrip("\n").split("\n") if "yaml-language-server" not in line)
        text += f"\n{LEFT.format(path=merging.path(merging.loser))}\n{note}\n"
    space.put(path, text)


def _take_over(entry: Any, given: Any, merging: Merging) -> None:
    """Names, further reading, relations, references, a picture if there is none, and former ids."""
    own = {normal(name) for language in LANGUAGES for name in (entry["name"][language], *_aliases(entry, language))}
    for language in LANGUAGES:
        names = [name for name in (given["name"][language], *_aliases(given, language)) if normal(name) not in own]
        own |= {normal(name) for name in names}
        if names:
            _set_aliases(entry, language, [*_aliases(entry, language), *dict.fromkeys(names)])
    other = [id for id in given.get("see_also", ()) if id not in {merging.winner, *entry.get("see_also", ())}]
    if other or merging.winner in entry.get("see_also", ()):
        set_list(entry, "see_also", [*(id for id in entry.get("see_also", ()) if id != merging.winner), *other])
    _extend(entry, "relations", given, lambda item: (item["kind"], item["to"]), leave={merging.winner})
    _extend(entry, "references", given, lambda item: item.get("doi") or item.get("arxiv") or item.get("isbn") or item.get("page"))
    if "picture" in given and "picture" not in entry:
        entry["picture"] = given["picture"]
    former = [*entry.get("former_ids", ()), *given.get("former_ids", ()), merging.loser]
    set_list(entry, "former_ids", list(dict.fromkeys(id for id in former if id != merging.winner)))


def _aliases(entry: Any, language: str) -> list[str]:
    return list(entry.get("aliases", {}).get(language, ()))


def _set_aliases(entry: Any, language: str, names: list[str]) -> None:
    if "aliases" not in entry:
        entry.insert(list(entry).index("name") + 1, "aliases", type(entry)())
        entry["aliases"].fa.set_flow_style()
    set_list(entry["aliases"], language, names)


def _extend(entry: Any, field: str, given: Any, key: Any, leave: Collection[str] = ()) -> None:
    """Add the items of a list that the entry does not have; those that lead to `leave` go, from both."""
    kept = [item for item in entry.get(field, ()) if item.get("to") not in leave]
    known = {key(item) for item in kept}
    new = [item for item in given.get(field, ()) if item.get("to") not in leave and key(item) not in known]
    for item in [item for item in entry.get(field, ()) if item.get("to") in leave]:
        entry[field].remove(item)
    if new and field in entry:
        entry[field].extend(new)
    elif new:
        entry[field] = given[field].__class__(new)
    if field in entry and not entry[field]:
        del entry[field]

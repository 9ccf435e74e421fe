"""An entry gets another id: its file, functions, links, relations and evidence, as one change.

The old address leads to the new one.
"""

import builtins
import json
import keyword
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from kbgen import registry
from kbgen.editing import python, texts
from kbgen.editing.python import ClashError, Edit, Renaming
from kbgen.editing.roundtrip import changed, set_list
from kbgen.editing.workspace import PACKAGE, Workspace
from kbgen.errors import Problem, Problems, did_you_mean
from kbgen.figures.names import drawings
from kbgen.model import KnowledgeBase
from kbgen.names import former
from kbgen.proofs.pitfalls import keys
from kbgen.yamlfile import Loc

ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
DATA = ("data/kb.yml", "data/identities.yml", "data/chooser.yml", "data/claims/*.yml", "data/losses/*.yml", "data/terms/*.yml",
        "data/optimizers/*.yml")  # fmt: skip
RECORDS = ("data/evidence/pitfalls.json", "data/evidence/libraries/*.json")
"""Files whose keys are names of functions."""


def wanted(kb: KnowledgeBase, old: str, new: str) -> Renaming:
    """The renaming, if it can be: raises Problems if there is no such entry, or the new id is none, or taken."""
    if not ID.fullmatch(new):
        tip = "lower case letters, digits and single underscores, and a letter first"
        raise Problems([Problem(f"data/{new}.yml", 1, f"{new!r} is no id", tip)])
    entry_of(kb, old)
    if owner := taken(kb, new, by=old):
        raise Problems([Problem(owner, 1, f"the id {new} is taken", "choose another one, or merge the two: kbgen merge")])
    if has_functions(old) and (keyword.iskeyword(new) or keyword.issoftkeyword(new) or hasattr(builtins, new)):
        raise Problems([Problem(kb.sources[old].path, 1, f"{new} means something in Python", "its functions need another name")])
    return Renaming(old, new, kb.folder(old), kb.entries.keys())


def entry_of(kb: KnowledgeBase, id: str) -> None:
    """Raises Problems if an id is not that of an entry."""
    if id not in kb.entries:
        now = former(kb).get(id)
        tip = f"it is called {now} now" if now else did_you_mean(id, kb.entries, "ids are the names of the files in data/")
        raise Problems([Problem("data", 1, f"no entry {id!r}", tip)])


def taken(kb: KnowledgeBase, new: str, by: str) -> str:
    """The file that has an id already, as its own or as a former one of another entry; "" if it is free."""
    if new in kb.sources:
        return kb.sources[new].path
    owner = former(kb).get(new)
    if owner and owner != by:
        return kb.sources[owner].path
    functions = registry.losses().keys() | registry.optimizers().keys() | drawings().keys()
    return "kbgen" if has_functions(by) and functions & {new, f"{new}_grad"} else ""


def has_functions(id: str) -> bool:
    """Whether code is called like an entry."""
    return id in {*registry.losses(), *registry.optimizers(), *registry.recipes(), *drawings(), *keys()}


def rename(space: Workspace, renaming: Renaming) -> list[Problem]:
    """Work the change out. Returns the places that a person should look at; raises Problems if it cannot be made."""
    left = in_code(space, renaming) if space.has_code else []
    if not space.has_code and has_functions(renaming.old):
        tip = f"run the command in the project that holds {PACKAGE}"
        raise Problems([Problem(f"data/{renaming.folder}/{renaming.old}.yml", 1, "its functions are not in this project", tip)])
    in_data(space, renaming)
    in_records(space, renaming)
    in_notes(space, renaming)
    for path in space.find("*.md"):
        if path != "CHANGELOG.md":
            space.edit(path, lambda text: set(texts.in_document(text, renaming)))
    source = f"data/{renaming.folder}/{renaming.old}.yml"
    space.move(source, target := f"data/{renaming.folder}/{renaming.new}.yml")
    space.put(target, changed(space.text(target), lambda entry: remember(entry, renaming.old, renaming.new)))
    return left


def remember(entry: Any, old: str, new: str) -> None:
    """Note the id that an entry had; the one that it gets is no former one."""
    set_list(entry, "former_ids", [*(id for id in entry.get("former_ids", ()) if id not in {old, new}), old])


def in_code(space: Workspace, renaming: Renaming) -> list[Problem]:
    """The modules of kbgen and of the tests."""
    modules = {path: space.text(path) for path in space.find("kbgen/**/*.py", "tests/**/*.py")}
    modules = {path: text for path, text in modules.items() if renaming.old in text}
    homes = {path for path, text in modules.items() if path.startswith(python.HOMES) and python.defines(text, renaming)}
    left = []
    for path, text in modules.items():
        try:
            found = python.rename(path, text, renaming, {python.dotted(home) for home in homes})
        except ClashError as clash:
            raise Problems([clash.problem]) from None
        except SyntaxError as error:
            raise Problems([Problem(path, error.lineno or 1, f"no Python: {error.msg}", "mend it first")]) from None
        space.edit(path, lambda _, found=found: found.edits)  # type: ignore[misc]
        left += found.left
    for path in space.find(f"kbgen/recipes/{renaming.old}.py"):
        space.move(path, PurePosixPath(path).with_stem(renaming.new).as_posix())
    for path in space.find("tests/**/*.yml"):
        space.edit(path, lambda text: set(texts.in_queries(text, renaming)))
    return left


def in_data(space: Workspace, renaming: Renaming) -> None:
    """The YAML files: lists of ids, and links in texts."""
    for path in space.find(*DATA):
        space.edit(path, lambda text: set(texts.in_data(text, renaming)))


def in_records(space: Workspace, renaming: Renaming) -> None:
    """What is kept of proofs, libraries and pitfalls, under the new name. The hashes are not yet those of the new code."""
    for path in space.find(f"data/evidence/{renaming.old}.json"):
        space.move(path, f"data/evidence/{renaming.new}.json")
    for path in space.find(*RECORDS):
        text = space.text(path)
        if renaming.old in text:
            space.put(path, with_names(text, renaming.of))


def with_names(text: str, of: Callable[[str], str | None]) -> str:
    """A file of records with other keys, in order, written as it was."""
    content = json.loads(text)
    ascii_only = json.dumps(content, indent=1) + "\n" == text

    def renamed(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        new = {of(key) or key: renamed(inner) for key, inner in value.items()}
        return new if list(new) == list(value) or list(value) != sorted(value) else dict(sorted(new.items()))

    return json.dumps(renamed(content), indent=1, ensure_ascii=ascii_only) + "\n"


def in_notes(space: Workspace, renaming: Renaming) -> None:
    """The notes that people write."""
    for vault, name in space.notes():
        space.edit(f"{vault}/{name}", lambda text, name=name: set(texts.in_note(name, text, renaming)))  # type: ignore[misc]


def in_claim(text: str, numbers: Mapping[str, str]) -> Iterator[Edit]:
    """The edits of a claim whose experiment gives its numbers other names."""
    if numbers:
        names = "|".join(map(re.escape, numbers))
        for match in re.finditer(rf"\{{=({names})\}}", text):
            yield *match.span(1), numbers[match[1]]
        for scalar in texts.scalars(text):
            if is_number(scalar.loc) and scalar.value in numbers and not scalar.is_key:
                start = text.index(scalar.value, scalar.start)
                yield start, start + len(scalar.value), numbers[scalar.value]


def is_number(loc: Loc) -> bool:
    """Whether a place in a claim names a number of its experiment."""
    return len(loc) == 3 and loc[0] == "rows" and loc[2] == "number"


def mentions(space: Workspace, old: str, known: Collection[Problem]) -> list[Problem]:
    """Lines that still hold the id, if it has an underscore: others may be words of a language. Without those that are `known`."""
    if "_" not in old:
        return []
    word, there = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)"), {(problem.path, problem.line) for problem in known}
    found = []
    for path in space.find(
        "*.md", "data/**/*.yml", "tests/**/*.py", "tests/**/*.yml", "kbgen/**/*.py", "kbgen/**/*.js", "docs/*/guides/*.md"
    ):
        if path == "CHANGELOG.md" or old not in (text := space.text(path)):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if word.search(line) and "former_ids:" not in line and (path, number) not in there:
                found.append(Problem(path, number, f"the word {old} is left as it is", "change it if it means the entry"))
    return found

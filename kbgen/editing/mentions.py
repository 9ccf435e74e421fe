"""Names of entries that stand in a text without a link to them, and the links that could be set there."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kbgen import byhand
from kbgen.definitions import names_in_texts
from kbgen.editing.patches import diff
from kbgen.editing.prose import HIDDEN, Edit, apply, cover_note
from kbgen.editing.scalars import rewrite_each, scalars
from kbgen.links import find_links
from kbgen.matcher import Matcher
from kbgen.model import LANGUAGES, KnowledgeBase
from kbgen.names import resolver
from kbgen.pages import in_sentence
from kbgen.vault import written
from kbgen.yamlfile import Loc

FIELDS = {"plain", "exact", "example", "use", "avoid", "pitfalls", "answer", "protocol", "limits", "identities"}
"""Fields whose texts stand on a page with their links."""


@dataclass(frozen=True)
class Mention:
    """A name in a text: file and line, the name as it stands there, the entry that it means, the link that could be set."""

    path: str
    line: int
    words: str
    id: str
    edit: Edit

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words} -> {self.id}"


@dataclass(frozen=True)
class Unlinked:
    """What could be linked in one file: the mentions, its content now and with the links."""

    path: str
    mentions: tuple[Mention, ...]
    before: str
    after: str

    def patch(self) -> str:
        """The links as a diff."""
        return diff(self.path, self.before, self.after)


@dataclass(frozen=True)
class Finder:
    """Finds names in the texts of one language."""

    kb: KnowledgeBase
    language: str
    wanted: frozenset[str]

    @cached_property
    def matcher(self) -> Matcher:
        """Every name: a longer one that is not wanted still hides a shorter one inside."""
        kb = self.kb
        names = {name: id for id, given in names_in_texts(kb, self.language).items() for name in given}
        return Matcher(names, (*kb.config.unmarked.zh, *kb.config.unmarked.en))

    def edits(self, text: str, here: str, *, note: bool) -> Iterator[tuple[str, str, Edit]]:
        """(entry, words, edit) of the first use of every entry that a text does not link to. `here` is the entry of the text."""
        seen = list(cover_note(text, lambda link: link.target))
        done = {here}
        for link in find_links(text):
            seen[link.start : link.end] = HIDDEN * (link.end - link.start)
            done.add(resolver(self.kb)(link.target) or "")
        for found in self.matcher.find("".join(seen)):
            if found.path and found.path in self.wanted and found.path not in done:
                done.add(found.path)
                words = text[found.start : found.end]
                if "\n" not in words:
                    yield (
                        found.path,
                        words,
                        Edit(found.start, found.end, self.link(found.path, words, text, found.start, note=note)),
                    )

    def link(self, id: str, words: str, text: str, start: int, *, note: bool) -> str:
        """A link to an entry that shows the words that stand there; in a table its bar is escaped."""
        if not note:
            alone = in_sentence(self.kb, self.language, self.kb.entries[id].name[self.language])
            return f"[[{id}]]" if words == alone else f"[[{id}|{words}]]"
        row = text[text.rfind("\n", 0, start) + 1 : start].lstrip().startswith("|")
        bar = r"\|" if row else "|"
        return f"[[{self.kb.folder(id)}/{id}{bar}{words}]]"


def unlinked(root: Path, kb: KnowledgeBase, ids: Collection[str], files: Collection[str]) -> Iterator[Unlinked]:
    """What could be linked, file by file: mentions of these entries, in these files; of all, everywhere, where none are given."""
    wanted = frozenset(ids or kb.entries)
    finders = {language: Finder(kb, language, wanted) for language in LANGUAGES}
    for stem in (*kb.entries, *kb.claims, "identities"):
        source = kb.sources[stem]
        if source.file and (not files or {stem, source.path} & set(files)):
            yield from _in_data(finders, stem, source.path, source.file.read_bytes().decode("utf-8-sig"))
    for language, finder in finders.items():
        vault = root / "docs" / language
        for name, text in byhand.pages(vault, written(vault)).items():
            path = f"docs/{language}/{name}"
            if not files or path in files:
                yield from _in_note(finder, path, text)


def _in_data(finders: Mapping[str, Finder], stem: str, path: str, text: str) -> Iterator[Unlinked]:
    wanted, mentions = dict[int, list[Edit]](), dict[int, list[Mention]]()
    for i, scalar in enumerate(scalars(text)):
        if not _is_linked(scalar.loc):
            continue
        for id, words, edit in finders[str(scalar.loc[-1])].edits(scalar.value, stem, note=False):
            wanted.setdefault(i, []).append(edit)
            line = text.count("\n", 0, scalar.start) + 1 + (scalar.style == "|") + scalar.value.count("\n", 0, edit.start)
            mentions.setdefault(i, []).append(Mention(path, line, words, id, edit))
    after, done = rewrite_each(text, wanted) if wanted else (text, [])
    if done:
        yield Unlinked(path, tuple(mention for i in done for mention in mentions[i]), text, after)


def _is_linked(loc: Loc) -> bool:
    return loc[-1] in LANGUAGES and (loc[0] in FIELDS or loc[:2] == ("picture", "caption"))


def _in_note(finder: Finder, path: str, text: str) -> Iterator[Unlinked]:
    found = [
        Mention(path, text.count("\n", 0, edit.start) + 1, words, id, edit) for id, words, edit in finder.edits(text, "", note=True)
    ]
    if found:
        yield Unlinked(path, tuple(found), text, apply(text, [mention.edit for mention in found]))

"""Rows -> a plan: which entry each is about, and what it would say there."""

from collections.abc import Iterator
from functools import partial

from kbgen.checks import TODO
from kbgen.editing.imports.columns import BRACKETS, squeezed
from kbgen.editing.imports.entries import Change, Draft, written
from kbgen.editing.imports.links import linked, related, same_formula, same_text
from kbgen.editing.imports.matching import About, Known, about, new_id
from kbgen.editing.imports.outcome import Met, New, Plan, Wishes
from kbgen.editing.imports.rows import Row, joined, known_among, language_of, same_words
from kbgen.errors import Problem
from kbgen.model import LANGUAGES, Entry, KnowledgeBase
from kbgen.names import normal


class Making:
    """A plan while it is made: what each row is about is found for all rows before any text is written, since texts link."""

    def __init__(self, kb: KnowledgeBase, wishes: Wishes, plan: Plan) -> None:
        self.kb, self.wishes, self.plan = kb, wishes, plan
        self.known = Known(kb)
        self.places = Known(kb)  # what links may say: names, and paths of notes too
        self.first: dict[str, Row] = {}

    def rows(self, found: list[Row | Problem]) -> None:
        """Sort the rows, then say what becomes of each."""
        for row in found:
            if isinstance(row, Problem):
                self.plan.unusable.append(row)
            elif refusal := self._sort(row):
                self.plan.conflicts.append(refusal)
        for id, row in self.first.items():
            (self._meet if id in self.kb.entries else self._make)(id, row)

    def _sort(self, row: Row) -> Problem | None:
        """Find the id of a row and remember it; or say why it cannot have one."""
        found = about(row, self.known, self.kb)
        if isinstance(found, Problem):
            return found
        id = found.id or new_id(row)
        if not id:
            return row.cells.problem("no id can be made of its names", "give its English name, or a column id")
        if id in self.first:
            return self._twice(id, row)
        if found == About(None) and id in self.kb.sources:
            return row.cells.problem(f"its id {id!r} is taken by {self.kb.sources[id].path}", "add a column id with another one")
        self.first[id] = row
        for name in row.every_name if found == About(None) else ():
            if not self.known.find(name):
                self.known.add(name, id)
        for place in (*row.every_name, *row.hints):
            if not self.places.find(place):
                self.places.add(place, id)
        return None

    def _twice(self, id: str, row: Row) -> Problem | None:
        """A second row about one entry adds to the first, unless it says something else."""
        first = self.first[id]
        if all(same_words(text, first.texts[key]) for key, text in row.texts.items() if key in first.texts):
            self.first[id] = joined(first, row)
            self.plan.joined += 1
            return None
        where = f"{first.cells.path}:{first.cells.line}"
        return row.cells.problem(f"{where} is about {id} too, and says something else", "keep one of the two rows")

    def _make(self, id: str, row: Row) -> None:
        """A new term."""
        if not self.wishes.new:
            self.plan.unusable.append(row.cells.problem("no entry has this name", "leave out --into known, and it becomes a term"))
            return
        group = self._group(row)
        if not group:
            tip = f"add --group ID for all, or --group HEADING=ID; groups: {', '.join(self.kb.config.groups)}"
            self.plan.unusable.append(row.cells.problem("its group is not known", tip))
            return
        other = [name for name in row.every_name if not known_among(name, tuple(row.names.values())) and self._free(name, id, row)]
        draft = Draft(
            names=row.names,
            aliases={language: [name for name in other if language_of(name) == language] for language in LANGUAGES},
            group=group,
            texts={key: self._linked(key, text, row) for key, text in row.texts.items()},
            see_also=[other for other in self._related(row) if other != id],
            published=row.cells.published,
            stand_in=row.names.get("en") or id.replace("_", " "),
        )
        path = f"data/terms/{id}.yml"
        self.plan.new.append(New(row.cells, path, draft.missing, row.cells.published and not draft.missing, written(draft)))

    def _meet(self, id: str, row: Row) -> None:
        """What a row says otherwise than the entry that is there."""
        entry = self.kb.entries[id]
        changes = (*self._names(entry, row), *self._texts(entry, row))
        self.plan.met.append(Met(row.cells, self.kb.sources[id].path, changes))

    def _names(self, entry: Entry, row: Row) -> Iterator[Change]:
        """Names and aliases that the entry does not have yet."""
        old = (*(entry.name[language] for language in LANGUAGES), *entry.aliases.zh, *entry.aliases.en)
        settled = {key for key, name in row.wholes.items() if known_among(name, old)}  # brackets may be part of a name
        said = {language: name for language, name in row.said.items() if f"name.{language}" not in settled}
        renamed = {language: name for language, name in said.items() if normal(name) != normal(entry.name[language])}
        given = (*row.listed, *said.values()) if settled else row.every_name
        more = [name for name in given if not known_among(name, old) and self._free(name, entry.id, row)]
        for language in LANGUAGES:
            was, key = entry.name[language], f"name.{language}"
            hole = was.startswith(TODO)
            new = renamed.get(language) or (row.names.get(language) if hole else None)
            if new and (hole or self._free(new, entry.id, row)):
                yield Change(key, was, new, hole or self.wishes.takes(key))
                more = [name for name in more if name != new]
                if not hole and self.wishes.takes(key):
                    yield Change(f"aliases.{language}", "", was, taken=True, items=(was,))
        for language in LANGUAGES:
            items = tuple(name for name in more if language_of(name) == language)
            if items:
                key, has = f"aliases.{language}", ", ".join(entry.aliases[language])
                yield Change(key, has, ", ".join(items), self.wishes.takes(key), items)

    def _texts(self, entry: Entry, row: Row) -> Iterator[Change]:
        """Texts that differ; what nobody has written yet is filled without asking."""
        for key, text in row.texts.items():
            kind, _, language = key.partition(".")
            if not hasattr(entry, kind):
                self.plan.notes.append(f"{row.cells.path}:{row.cells.line}: {entry.id} is no term and has no {kind}: left out")
                continue
            has = getattr(entry, kind)
            old, new = (has[language] if language else has or ""), self._linked(key, text, row)
            called = partial(self._called, language=language)
            if not (same_text(old, new, called) if language else same_formula(old, new)):
                yield Change(key, old, new, not old or old.startswith(TODO) or self.wishes.takes(key))
        if items := tuple(id for id in self._related(row) if id not in {*entry.see_also, entry.id}):
            yield Change("see_also", ", ".join(entry.see_also), ", ".join(items), self.wishes.takes("see_also"), items)

    def _free(self, name: str, id: str, row: Row) -> bool:
        """Whether no other entry has this name; if one has, it is noted and left out."""
        others = self.known.find(name) - {id}
        if others:
            self.plan.notes.append(f"{row.cells.path}:{row.cells.line}: {name!r} names {', '.join(sorted(others))}: left out")
        return not others

    def _called(self, target: str, language: str) -> str | None:
        """What an entry is called in a language, be it there or about to be written."""
        ids = self.places.linked(target)
        if len(ids) != 1:
            return None
        (id,) = ids
        return self.kb.entries[id].name[language] if id in self.kb.entries else self.first[id].names.get(language, id)

    def _linked(self, key: str, text: str, row: Row) -> str:
        """A text with its links led to entries."""
        _, _, language = key.partition(".")
        if not language:
            return text
        place = f"{row.cells.path}:{row.cells.line}"
        lost: list[str] = []
        made = linked(text, self.places, lambda id: self._called(id, language) or id, lost.append)
        self.plan.notes += [f"{place}: [[{target}]] leads to no entry and became words" for target in lost]
        return made

    def _related(self, row: Row) -> list[str]:
        """The entries that the tags of a row name."""
        ids, lost = related(row.see_also, self.places)
        place = f"{row.cells.path}:{row.cells.line}"
        self.plan.notes += [
            f"{place}: {word!r} names no entry and was left out of see_also" for word in lost if not self._shelf(word)
        ]
        return ids

    def _group(self, row: Row) -> str:
        """The group that a row belongs to: by its tags, its heading or its folder, else the one for all; empty if none is known."""
        found = (self._shelf(word) for word in row.shelves)
        return next(filter(None, found), "") or self.wishes.groups.get("", "")

    def _shelf(self, word: str) -> str:
        """The group that a word means, by the wishes or by its id and names."""
        asked = squeezed(word)
        for part, id in self.wishes.groups.items():
            if part and squeezed(part) in asked:
                return id
        folded = {asked, squeezed(BRACKETS.sub("", word)), squeezed(word.rpartition("/")[2])}
        named = self.kb.config.groups.items()
        return next((id for id, words in named if folded & {squeezed(id), squeezed(words.zh), squeezed(words.en)}), "")

"""Entries -> Markdown pages of one language: (path inside the vault, text).

A page is its sections in the order of kb.yml; each section is a template, and one that renders to nothing does not appear.
"""

import contextlib
import io
import json
import re
import runpy
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import numpy as np
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from kbgen import byhand, registry
from kbgen.bibliography import address, doi_address
from kbgen.cache import Memo, digest, kept
from kbgen.errors import Problems, did_you_mean
from kbgen.figures.names import figure_names
from kbgen.fits import CANDIDATES
from kbgen.history import Change
from kbgen.links import CODE_OR_MATH, TOOLS, Link, find_links, replace_links, sentence_around
from kbgen.losses.domains import DOMAINS
from kbgen.model import LANGUAGES, NO_DEFAULT, Entry, Example, KnowledgeBase, Loss, Mark, Optimizer, Pitfall, Reference, Term, Words
from kbgen.names import outline, resolver
from kbgen.pinyin import spellings
from kbgen.proofs.evidence import Evidence
from kbgen.proofs.libraries import Call, Record, calls
from kbgen.proofs.pitfalls import Result, pitfalls
from kbgen.ties import Tie, Ties, ties
from kbgen.trials import shown

TEMPLATES = Path(__file__).parent / "templates"
CHINESE = re.compile(r"[\u3400-\u9fff]")
CHINESE_LINES = re.compile(
    r"\n(?<=[，。；：、！？）”]\n)(?!\s)|\n(?<=[\u3000-\u9fff\uff00-\uffef\]]\n)(?=[\u3000-\u9fff\uff00-\uffef\[])"
)


SIBLINGS = 8
FIELDS = {
    "definition": ("plain",), "formula": ("formula",), "gradient": ("gradient",), "curve": ("plot",), "picture": ("picture",),
    "properties": ("properties",), "estimate": ("estimates",), "choice": ("use", "avoid"), "pitfalls": ("pitfalls",),
    "apis": ("apis",), "examples": ("examples",), "sentence": ("example",), "relations": ("relations", "see_also"),
    "references": ("references",),
}  # fmt: skip
"""The fields of an entry that a section of its page shows, the first that is there; other sections stand in no field of it."""


@dataclass(frozen=True)
class Mention:
    """A place where another entry, or a page by hand, links here; `link` leads there."""

    id: str
    sentence: str
    link: str


@dataclass(frozen=True)
class Book:
    """The knowledge base seen in one language: everything templates ask for. `site` is the public address, if there is one."""

    kb: KnowledgeBase
    language: str
    cache: Path
    evidence: Mapping[str, Evidence]
    records: Mapping[str, Mapping[str, Record]]
    results: Mapping[str, Result]
    changes: Mapping[str, Change] = field(default_factory=dict)
    memo: Memo = field(default_factory=Memo)
    site: str = ""

    bounds = ("gradient_bound", "lipschitz", "gradient_lipschitz")
    """Properties whose value is a number or TeX, not a word."""

    @cached_property
    def common(self) -> str:
        """A hash of what decides every page of this language: see `outline`; and of what libraries and pitfalls gave."""
        return digest(self.language, outline(self.kb), repr(self.records), repr(self.results), self.site)

    def key(self, entry: Entry, *more: str) -> str:
        """A hash of what a text about an entry is made of: that entry, what decides every page, and what else decides this one."""
        return digest(self.common, self.kb.sources[entry.id].hash, *more)

    @property
    def home(self) -> str:
        """The public address of the pages of this language; "" if there is none."""
        return place(self.site, self.language)

    @cached_property
    def find(self) -> Callable[[str], str | None]:
        """Resolves the target of a link."""
        return resolver(self.kb)

    def label(self, key: str) -> str:
        """A word of the interface. Raises Problems if kb.yml has none: only the page that needs it knows that."""
        if key not in self.kb.config.labels:
            tip = did_you_mean(key, self.kb.config.labels, "a page needs it: add it in both languages")
            raise Problems([self.kb.sources["kb"].problem(f"no label {key!r}", "labels", tip=tip)])
        return self.kb.config.labels[key][self.language]

    def in_libraries(self, entry: Entry) -> list[tuple[str, list[Call]]]:
        """The functions of an entry that ran in a library and gave our values, by library."""
        found = [
            (library, [c for c in self._calls[library].get(entry.id, []) if c.name in kept])
            for library, kept in self.records.items()
        ]
        return [(library, own) for library, own in found if own]

    @cached_property
    def _calls(self) -> Mapping[str, Mapping[str, list[Call]]]:
        """What was called in each library of which something is kept, by entry."""
        found: dict[str, dict[str, list[Call]]] = {library: defaultdict(list) for library in self.records}
        for library, own in found.items():
            for call in self.memo.get("calls", library, partial(calls, library)):
                own[call.id].append(call)
        return found

    def ran(self, entry: Entry, library: str, symbol: str) -> Record | None:
        """What running a symbol of a library against the entry's function found."""
        kept = self.records.get(library, {})
        own = (call for call in self._calls[library].get(entry.id, []) if call.symbol == symbol) if kept else ()
        return next((kept[call.name] for call in own if call.name in kept), None)

    def shown(self, entry: Entry, pitfall: Pitfall) -> tuple[str, Result] | None:
        """The code that falls into a pitfall and climbs out, and both results; None while nothing is kept for it."""
        name = f"{entry.id}__{pitfall.run}"
        return (self._bodies[name], self.results[name]) if name in self.results else None

    @cached_property
    def _bodies(self) -> Mapping[str, str]:
        """The code of every pitfall that runs, by name."""
        return self.memo.get("pitfalls", "", lambda: {name: pitfall.body for name, pitfall in pitfalls().items()})

    def mark(self, key: Mark) -> str:
        """A punctuation mark."""
        return self.kb.config.marks[key][self.language]

    def words(self, words: Words) -> str:
        """A text in this language, links unresolved. Chinese lines join without a blank."""
        return CHINESE_LINES.sub("", words[self.language].strip())

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of all entries by id."""
        return {id: self.words(entry.name) for id, entry in self.kb.entries.items()}

    def name(self, id: str) -> str:
        """The name of an entry."""
        return self.names[id]

    @cached_property
    def names_in_sentences(self) -> Mapping[str, str]:
        """Every name as it stands inside a sentence: English common nouns lose their capital."""
        return {id: in_sentence(self.kb, self.language, self.name(id)) for id in self.kb.entries}

    def link(self, id: str, shown: str = "") -> str:
        """A link to an entry by its full path, which every host and Obsidian resolve alike."""
        return f"[[{self.kb.folder(id)}/{id}|{shown or self.name(id)}]]"

    def text(self, words: Words, here: str = "") -> str:
        """A text in this language with its links written out; a link of the page `here` to itself is plain text."""

        def full(link: Link) -> str:
            if link.target in TOOLS or link.target.startswith("lab/"):
                return f"[[{link.target}|{link.shown}]]"
            id = self.find(link.target)
            shown = link.text or (self.names_in_sentences[id] if id else link.shown)
            return self.link(id, shown) if id and id != here else shown

        return replace_links(self.words(words), full)

    def bare(self, words: Words) -> str:
        """A text in this language without links and line breaks; mathematics keeps its TeX."""
        return " ".join(replace_links(self.words(words), self._shown).split())

    def lines(self, entry: Entry) -> tuple[str, str]:
        """Everyday and exact words, each without links and line breaks."""
        return self.memo.get("lines", self.key(entry), lambda: (self.bare(entry.plain), self.bare(entry.exact)))

    def _shown(self, link: Link) -> str:
        id = self.find(link.target)
        return link.text or (self.names_in_sentences[id] if id else link.target)

    def line(self, entry: Entry, section: str) -> int:
        """The line in the file of an entry that a section shows; 0 if there is none, or no link would lead to it."""
        repository, tops = self.kb.config.repository, self.kb.sources[entry.id].tops
        return next((tops[name] for name in FIELDS.get(section, ()) if name in tops), 0) if repository and repository.view else 0

    @cached_property
    def pinyin(self) -> Mapping[str, tuple[str, str]]:
        """(pinyin, initials) of every Chinese name and alias."""
        names = (name for entry in self.kb.entries.values() for name in (entry.name.zh, *entry.aliases.zh))
        return spellings((name for name in names if CHINESE.search(name)), self.cache / "pinyin")

    @cached_property
    def shelves(self) -> Mapping[tuple[str, str], list[str]]:
        """Ids by kind and family, group or kind of rule."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for entry in self.kb.entries.values():
            found[shelf_of(entry)].append(entry.id)
        return found

    def up(self, entry: Entry) -> str:
        """A link to the place on the list page where an entry stands."""
        name = self.words(self.shelf_name(shelf_of(entry)))
        return f"[[{self.kb.folder(entry.id)}/index#{name}|{name}]]"

    def around(self, entry: Entry) -> dict[str, str]:
        """Links to the entries before and after on the same shelf."""
        shelf = self.shelves[shelf_of(entry)]
        place = shelf.index(entry.id)
        before, after = shelf[:place][-1:], shelf[place + 1 :][:1]
        return {key: self.link(found[0]) for key, found in (("prev", before), ("next", after)) if found}

    def siblings(self, entry: Entry) -> list[str]:
        """Ids of the nearest of the same shelf that nothing else on the page leads to: first those that are tied to it."""
        shelf = self.shelves[shelf_of(entry)]
        named = {entry.id, *entry.see_also, *(relation.to for relation in entry.relations)}
        named |= {id for _, id in self.inverse.get(entry.id, ())}
        tied = [tie.a if tie.b == entry.id else tie.b for tie in self.ties.of[entry.id]]
        place = shelf.index(entry.id)
        beside = sorted(shelf, key=lambda id: abs(shelf.index(id) - place))
        return [id for id in dict.fromkeys((*(id for id in tied if id in shelf), *beside)) if id not in named][:SIBLINGS]

    def shelf_name(self, shelf: tuple[str, str]) -> Words:
        """What a family, a group or a kind of rule is called."""
        config, (kind, name) = self.kb.config, shelf
        return {"loss": config.families, "term": config.groups, "optimizer": config.kinds}[kind][name]

    def rivals(self, entry: Entry) -> list[str]:
        """Ids of the losses that a loss is worth comparing with: those that a relation sets beside it, in either direction."""
        beside = {"alternative_to", "contrast_with", "variant_of"}
        named = [(relation.kind, relation.to) for relation in entry.relations] + self.inverse.get(entry.id, [])
        found = dict.fromkeys(id for kind, id in named if kind in beside)
        return [id for id in found if entry.id in self.kb.losses and id in self.kb.losses]

    def other_names(self, entry: Entry) -> list[str]:
        """Every name but the one in the title; the name in the other language comes first."""
        names = [entry.name.en if self.language == "zh" else entry.name.zh, *entry.aliases[self.language]]
        names += [name for other in ("zh", "en") if other != self.language for name in entry.aliases[other]]
        return [name for name in dict.fromkeys(names) if name != self.words(entry.name)]

    def former_places(self, entry: Entry) -> list[str]:
        """The ids that an entry had before, alone and with their folder, so that old links in notes find it."""
        places = [old if "/" in old else f"{self.kb.folder(entry.id)}/{old}" for old in entry.former_ids]
        return [name for place in places for name in (place.rpartition("/")[2], place)]

    @cached_property
    def mentions(self) -> Mapping[str, list[Mention]]:
        """Who links to an entry in a text, with the first sentence that does."""
        mentions: dict[str, list[Mention]] = defaultdict(list)
        for entry in self.kb.entries.values():
            for target, mention in self.memo.get("mentions", self.key(entry), partial(self._mentions_of, entry)).items():
                mentions[target].append(mention)
        return mentions

    def _mentions_of(self, entry: Entry) -> dict[str, Mention]:
        """The first sentence in which an entry links to each other entry."""
        found: dict[str, Mention] = {}
        for loc, text in self.kb.prose(entry.id):
            joined = CHINESE_LINES.sub("", text) if loc[-1] == self.language else ""
            for link in find_links(joined):
                target = self.find(link.target)
                if target and target != entry.id and target not in found:
                    found[target] = Mention(entry.id, self.sentence(joined, link, target), self.link(entry.id))
        return found

    def sentence(self, text: str, link: Link, target: str) -> str:
        """The sentence around a link, other links as plain words, this one in bold."""
        sentence = sentence_around(text, link.start)

        def plain(inner: Link) -> str:
            return f"**{self._shown(inner)}**" if self.find(inner.target) == target else self._shown(inner)

        return replace_links(sentence, plain)

    @cached_property
    def ties(self) -> Ties:
        """The graph of the entries."""
        return ties(self.kb, self.evidence, self.memo)

    def graph_alt(self, entry: Entry, near: Iterable[Tie]) -> str:
        """What the picture of an entry among its neighbours shows, in words."""
        names: dict[str, list[str]] = defaultdict(list)
        for tie in near:
            names[tie.kind].append(self.name(tie.other(entry.id)))
        parts = [self.label(f"graph_{kind}") + self.mark("colon") + self.mark("comma").join(found) for kind, found in names.items()]
        middle = self.label("graph_middle") + self.mark("blank") + self.name(entry.id)
        return self.mark("clause").join([middle, *parts])

    @cached_property
    def inverse(self) -> Mapping[str, list[tuple[str, str]]]:
        """(relation, id of the entry that states it) for every entry that a relation points to."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for id, entry in self.kb.entries.items():
            for relation in entry.relations:
                found[relation.to].append((relation.kind, id))
        return found


def place(site: str, language: str) -> str:
    """The public address of a language, of that of the site, with a slash at the end; "" if there is none."""
    root = f"{site.rstrip('/')}/" if site else ""
    return root if language == LANGUAGES[0] or not root else f"{root}{language}/"


def in_sentence(kb: KnowledgeBase, language: str, name: str) -> str:
    """A name as it stands inside a sentence: English common nouns lose their capital."""
    first = re.split(r"[\s\-’']", name)[0]
    common = first[1:].islower() and first not in kb.config.proper_nouns
    return name[0].lower() + name[1:] if language == "en" and common else name


def shelf_of(entry: Entry) -> tuple[Literal["loss", "term", "optimizer"], str]:
    """The kind of an entry, and its family, group or kind of rule."""
    match entry:
        case Loss():
            return "loss", entry.family
        case Term():
            return "term", entry.group
        case Optimizer():
            return "optimizer", entry.kind
    raise TypeError(entry)


def cell(text: str) -> str:
    """A text that can stand in a table: one line, and no bar that a reader of tables would take for a border."""
    text = " ".join(text.split())
    if "|" not in text:
        return text
    parts, last = [], 0
    for match in CODE_OR_MATH.finditer(text):
        parts += [re.sub(r"(?<!\\)\|", r"\\|", text[last : match.start()])]
        inside = match[0]
        parts += [inside.replace(r"\|", r"\Vert ").replace("|", r"\vert ") if inside.startswith("$") else inside]
        last = match.end()
    return "".join([*parts, re.sub(r"(?<!\\)\|", r"\\|", text[last:])])


def quote(text: str) -> str:
    """A text inside a callout: every line after the first starts with >."""
    return re.sub(r"\n", "\n> ", text.strip())


def item(text: str) -> str:
    """A text inside a list item: further lines are indented."""
    return re.sub(r"\n(?=\S)", "\n    ", text.strip())


def call(loss: Loss, example: Example, name: str) -> str:
    """An example as it is typed in Python, by one function of the loss, with what it returned a moment ago."""
    arguments = [json.dumps(example.inputs[i]) for i in loss.inputs]
    arguments += [f"{key}={json.dumps(value)}" for key, value in example.params.items()]
    with np.errstate(divide="ignore", over="ignore"):  # an infinite value or slope is an answer
        result = registry.losses()[name](*(example.inputs[i] for i in loss.inputs), **example.params)
    shown = result if isinstance(result, tuple) else (result,)
    with np.printoptions(precision=5, suppress=True, linewidth=76):
        return f">>> {name}({', '.join(arguments)})\n" + "\n".join(repr(np.asarray(value)) for value in shown)


def default_of(entry: Loss | Optimizer, name: str) -> str:
    """The default value of a parameter, read from the function."""
    functions = registry.losses() if isinstance(entry, Loss) else registry.optimizers()
    return f"{registry.keywords(functions[entry.id])[name]}" if entry.id in functions else ""


def argument(name: str, default: object) -> str:
    """A parameter of a library as its signature has it: bare if it has no default and must be given."""
    return name if default == NO_DEFAULT else f"{name}={default}"


def recipe(book: Book, id: str) -> tuple[str, str]:
    """Source and output of the script of an entry; two empty texts if it has none."""
    path = registry.recipes().get(id)
    if path is None:
        return "", ""
    source = path.read_text(encoding="utf-8")
    kept_at = book.cache / "recipes" / f"{digest(source, np.__version__)}.txt"
    return source.rstrip(), kept(kept_at, lambda: _run(path).encode()).decode().rstrip()


def _run(script: Path) -> str:
    """What a script prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(str(script), run_name="__main__")
    return printed.getvalue()


def code(entry: Entry) -> tuple[str, str]:
    """The tested source of an entry's functions and of their helpers; two empty texts if it has none."""
    if isinstance(entry, Loss) and entry.id in registry.losses():
        return registry.listing(registry.functions_of(entry.id), "kbgen.losses")
    if isinstance(entry, Optimizer) and entry.id in registry.optimizers():
        return registry.listing((entry.id,), "kbgen.optimizers")
    return "", ""


def identifier(reference: Reference) -> str:
    """The identifiers of a publication as links."""
    links = [
        f"[doi:{reference.doi}]({doi_address(reference.doi)})" if reference.doi else "",
        f"[arXiv:{reference.arxiv}](https://arxiv.org/abs/{reference.arxiv})" if reference.arxiv else "",
        f"ISBN {reference.isbn}" if reference.isbn else "",
        f"[{urlsplit(reference.page).hostname}]({reference.page})" if reference.page else "",
    ]
    return ", ".join(filter(None, links))


def citations(entry: Entry) -> list[str]:
    """Where the publications of an entry are found: the address of each that has one."""
    return [place for given in entry.references if (place := address(given))]


@cache
def environment(kept_in: Path) -> Environment:
    """The templates, with the filters they use; compiled ones are kept."""
    kept_in.mkdir(parents=True, exist_ok=True)
    env = Environment(  # the output is Markdown, not HTML
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=FileSystemBytecodeCache(str(kept_in)),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # Markdown
    )
    env.filters |= {"cell": cell, "quote": quote, "item": item}
    env.globals |= {
        "argument": argument, "call": call, "code": code, "recipe": recipe, "default_of": default_of, "identifier": identifier,
        "domains": DOMAINS, "figures": figure_names, "fitted": CANDIDATES, "functions_of": registry.functions_of,
        "shelf_of": shelf_of, "shown": shown,
    }  # fmt: skip
    return env


def entry_paths(kb: KnowledgeBase) -> dict[str, str]:
    """Where the page of every entry stands."""
    return {id: f"{kb.folder(id)}/{id}.md" for id in kb.entries}


def entry_pages(book: Book, notes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The page of every entry; `notes` are the pages by hand, which may link to them."""
    by_hand = mentions_by_hand(book, notes)
    for id, path in entry_paths(book.kb).items():
        yield path, page_of(book, id, by_hand.get(id, ()))


def page_of(book: Book, id: str, by_hand: Iterable[Mention]) -> str:
    """The page of one entry, remembered; `by_hand` are its mentions in pages by hand."""
    entry, mentions = book.kb.entries[id], [*by_hand, *book.mentions.get(id, ())]
    decided_by = (templates(), repr(mentions), book.ties.told[id], _found(book, id), repr(book.changes.get(id)))
    return book.memo.get("pages", book.key(entry, *decided_by), partial(entry_page, book, entry, mentions))


@cache
def templates() -> str:
    """A hash of all templates: pages are made from them, and nothing else that is remembered."""
    return digest(*(part for path in sorted(TEMPLATES.glob("*.j2")) for part in (path.name, path.read_bytes())))


def forget_templates() -> None:
    """Read the templates anew: a live preview outlasts their edits."""
    environment.cache_clear()
    templates.cache_clear()


def _found(book: Book, id: str) -> str:
    return book.evidence[id].model_dump_json() if id in book.evidence else ""


def mentions_by_hand(book: Book, notes: Mapping[str, str]) -> Mapping[str, list[Mention]]:
    """The pages by hand that link to an entry, each with the first sentence, list item or row of a table that does."""
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for path, note in notes.items():
        decided_by = digest(book.common, path, note)
        for target, mention in book.memo.get("by hand", decided_by, partial(_mentions_in, book, path, note)).items():
            mentions[target].append(mention)
    return mentions


def _mentions_in(book: Book, path: str, note: str) -> dict[str, Mention]:
    """The first mention of each entry in a page by hand."""
    found: dict[str, Mention] = {}
    place = path.removesuffix(".md")
    for block in byhand.blocks(note):
        for link in find_links(block):
            if (target := book.find(link.target)) and target not in found:
                found[target] = Mention("", book.sentence(block, link, target), f"[[{place}|{byhand.title(note, place)}]]")
    return found


def entry_page(book: Book, entry: Entry, mentions: Sequence[Mention]) -> str:
    """Front matter, title, facts, and every section that has something to say."""
    kind = shelf_of(entry)[0]
    context = {"book": book, "entry": entry, "kind": kind, "mentions": mentions}
    parts, lines = [f"# {book.words(entry.name)}", render("facts", context), render("evidence", context)], []
    for section, heading in book.kb.config.sections[kind].items():
        if body := render(section, context):
            parts += [f"## {book.words(heading)}", body]
            lines.append(book.line(entry, section))
    return note_of({**properties_of(book, entry), "lines": lines if any(lines) else None}, *parts)


def render(template: str, context: Mapping[str, Any]) -> str:
    """One template, filled."""
    env = environment(context["book"].cache / "templates")
    return env.get_template(f"{template}.md.j2").render(context).strip()


def tags(book: Book, entry: Entry) -> list[str]:
    """The tags of an entry, nested as Obsidian reads them; in the words of the language."""
    config = book.kb.config
    match entry:
        case Loss():
            names = [("loss", config.families[entry.family]), *(("task", config.tasks[task]) for task in entry.tasks)]
        case Term():
            names = [("term", config.groups[entry.group])]
        case _:
            names = [("optimizers", config.kinds[shelf_of(entry)[1]])]
    return [f"{_tag(book.words(config.kinds[head]))}/{_tag(book.words(words))}" for head, words in names]


@cache
def _tag(words: str) -> str:
    return re.sub(r"[^\w-]+", "-", words.lower()).strip("-")


def note_of(properties: Mapping[str, object], *parts: str) -> str:
    """A note: properties (JSON values are YAML values) and parts, an empty line between; what is empty is left out."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in properties.items() if value]
    return "\n\n".join(filter(None, ["\n".join(["---", *lines, "---"]), *parts])) + "\n"


def card_of(entry: Entry) -> str:
    """Where the picture stands that other sites show beside a link to an entry; "" if it has none."""
    return f"assets/cards/{entry.id}.png" if isinstance(entry, Loss) and entry.plot else ""


def properties_of(book: Book, entry: Entry) -> dict[str, object]:
    """What stands above the page of an entry."""
    description = re.sub(r"[$\\*`]", "", book.bare(entry.plain))
    return {
        "title": book.words(entry.name),
        "description": description,
        "aliases": [*book.other_names(entry), *book.former_places(entry)],
        "tags": tags(book, entry),
        "card": card_of(entry) if book.site else "",
        "up": book.up(entry),
        **book.around(entry),
        "updated": book.changes[entry.id].day if entry.id in book.changes else "",
        "id": entry.id,
        "cites": citations(entry),
    }

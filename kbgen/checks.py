"""Rules about the whole knowledge base, one short function each.

The docstring is the rule. A check yields problems and never raises; CHECKS and FILE_CHECKS list them all.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import get_args

import numpy as np

from kbgen import harmless, registry
from kbgen.cache import Memo, digest
from kbgen.errors import Problem, did_you_mean
from kbgen.figures.line import curves, limits
from kbgen.figures.names import drawings
from kbgen.links import CODE_OR_MATH, TOOLS, find_links
from kbgen.model import Apis, Entry, KnowledgeBase, Loss, Mark, RelationKind, Words
from kbgen.names import names_of, normal, outline, resolver
from kbgen.proofs.pitfalls import keys
from kbgen.tex import TexError, to_mathml
from kbgen.yamlfile import Loc, Source

Check = Callable[[KnowledgeBase], Iterator[Problem]]
FileCheck = Callable[[KnowledgeBase, str], Iterator[Problem]]
NUMERICAL = (ValueError, TypeError, LookupError, ArithmeticError)
"""What functions raise for inputs that they do not take."""
FEW_POINTS = 5
"""Enough to see whether a curve can be drawn; all of them stand among the points that are drawn."""
SECTIONS = frozenset(path.name.partition(".")[0] for path in (Path(__file__).parent / "templates").glob("*.md.j2"))
"""Names of templates: a section of kb.yml has one."""
TEX_FIELDS = {"formula", "gradient", "symbol"}
TODO = "TODO"
"""How a text begins that somebody still has to write."""
TESTED_BY_GRADIENT = ("gradient_bound", "lipschitz", "gradient_lipschitz", "smoothness", "influence")
"""Properties whose attacks call the gradient."""


def choices_are_known(kb: KnowledgeBase) -> Iterator[Problem]:
    """A family, a task or a group is one that kb.yml names."""
    for loss in kb.losses.values():
        yield from _known(kb, loss, loss.family, kb.config.families, "family")
        for i, task in enumerate(loss.tasks):
            yield from _known(kb, loss, task, kb.config.tasks, "tasks", i)
    for term in kb.terms.values():
        yield from _known(kb, term, term.group, kb.config.groups, "group")


def _known(kb: KnowledgeBase, entry: Entry, given: str, known: Mapping[str, Words], *loc: str | int) -> Iterator[Problem]:
    if given not in known:
        tip = did_you_mean(given, known, f"data/kb.yml has: {', '.join(known)}")
        yield kb.sources[entry.id].problem(f"unknown {str(loc[0]).rstrip('s')} {given!r}", *loc, tip=tip)


def words_are_there(kb: KnowledgeBase) -> Iterator[Problem]:
    """kb.yml names every relation, punctuation mark, kind, library and group of sections."""
    config = kb.config
    needed: tuple[tuple[str, Collection[str], Iterable[str]], ...] = (
        ("relations", config.relations, get_args(RelationKind)),
        ("marks", config.marks, get_args(Mark)),
        ("sections", config.sections, ("loss", "term", "optimizer")),
        ("libraries", config.libraries, Apis.model_fields),
        ("kinds", config.kinds, ("losses", "terms", "optimizers", "loss", "task", "term", "optimizer", "schedule")),
    )
    for field, given, wanted in needed:
        for key in wanted:
            if key not in given:
                yield kb.sources["kb"].problem(f"no words for {key}", field, tip="add them in both languages: pages need them")
    if "loss" in config.sections and "references" not in config.sections["loss"]:
        yield kb.sources["kb"].problem("no words for references", "sections", "loss", tip="add them: lists need them")
    for kind, sections in config.sections.items():
        for name in sections:
            if name not in SECTIONS:
                tip = did_you_mean(name, SECTIONS, f"there are: {', '.join(sorted(SECTIONS))}")
                yield kb.sources["kb"].problem("no template of this name", "sections", kind, name, tip=tip)


def links_lead_somewhere(kb: KnowledgeBase, stem: str) -> Iterator[Problem]:
    """A [[link]] in a text names an entry by id, name or alias."""
    find = resolver(kb)
    for loc, text in kb.prose(stem) if stem != "kb" else ():  # labels may name entries that a small base does not have
        for link in find_links(text) if loc[-1] not in TEX_FIELDS else ():
            if link.target and link.target not in {*TOOLS, *(f"lab/{id}" for id in kb.claims)} and find(link.target) is None:
                tip = did_you_mean(link.target, [*kb.entries, *names_of(kb)], "remove the brackets, or write the entry")
                yield kb.sources[stem].problem(f"[[{link.target}]] leads nowhere", *loc, tip=tip)


def ids_are_entries(kb: KnowledgeBase) -> Iterator[Problem]:
    """`see_also`, `relations` and `composed_of` name ids of other entries."""
    for id, entry in kb.entries.items():
        named: list[tuple[Loc, str]] = [(("see_also", i), other) for i, other in enumerate(entry.see_also)]
        named += [(("relations", i, "to"), relation.to) for i, relation in enumerate(entry.relations)]
        if isinstance(entry, Loss):
            named += [(("composed_of", i), other) for i, other in enumerate(entry.composed_of)]
        for loc, other in named:
            yield from _no_entry(kb, id, other, loc)
            if other == id:
                yield kb.sources[id].problem("an entry cannot point to itself", *loc, tip="remove it")


def former_ids_are_free(kb: KnowledgeBase) -> Iterator[Problem]:
    """An id that an entry had before is no entry now, and belongs to one entry only."""
    owners: dict[str, str] = {}
    for id, entry in kb.entries.items():
        for i, old in enumerate(entry.former_ids):
            bare = old.rpartition("/")[2]
            taken = bare if bare in kb.entries else owners.setdefault(bare, id)
            if taken != id or bare in kb.entries:
                tip = f"remove it here: {kb.sources[taken].path} has it"
                yield kb.sources[id].problem(f"the former id {old!r} is taken", "former_ids", i, tip=tip)


def first_steps_are_entries(kb: KnowledgeBase) -> Iterator[Problem]:
    """`first_steps` and `first_cards` of kb.yml name ids of entries."""
    for i, id in enumerate(kb.config.first_cards):
        yield from _no_entry(kb, "kb", id, ("first_cards", i))
    for kind, shelves in kb.config.first_steps.items():
        for shelf, ids in shelves.items():
            for i, id in enumerate(ids):
                yield from _no_entry(kb, "kb", id, ("first_steps", kind, shelf, i))


def _no_entry(kb: KnowledgeBase, stem: str, id: str, loc: Loc) -> Iterator[Problem]:
    if id not in kb.entries:
        tip = did_you_mean(id, kb.entries, "ids are the names of the files in data/")
        yield kb.sources[stem].problem(f"no entry {id!r}", *loc, tip=tip)


def names_are_unique(kb: KnowledgeBase) -> Iterator[Problem]:
    """No name or alias belongs to two entries, whatever its case."""
    owners: dict[str, str] = {}
    for id in kb.entries:
        for loc, text in kb.names(id):
            owner = owners.setdefault(normal(text), id)
            if owner != id:
                tip = f"{kb.sources[owner].path} has it: keep the one that readers mean"
                yield kb.sources[id].problem(f"duplicate name or alias {text!r}", *loc, tip=tip)


def mathematics_can_be_drawn(kb: KnowledgeBase, stem: str) -> Iterator[Problem]:
    """Formulas, and everything between dollar signs, are TeX that the renderer accepts."""
    for loc, text in kb.prose(stem):
        if loc[0] == "apis" and loc[-1] not in {"zh", "en"}:
            continue  # code
        is_tex = loc[-1] in TEX_FIELDS or loc[0] == "properties"
        for tex in [text] if is_tex else _inline(text):
            try:
                to_mathml(tex, display=is_tex)
            except TexError as error:
                around = tex.strip()[max(0, error.position - 12) : error.position + 20].replace("\n", " ")
                message = f"TeX at character {error.position + 1}: {error}, near {around!r}"
                yield kb.sources[stem].problem(message, *loc, tip="mend the formula; one-letter slips are the usual cause")


def _inline(text: str) -> Iterator[str]:
    for match in CODE_OR_MATH.finditer(text):
        if match[0].startswith("$"):
            yield match[0].strip("$")


def dollars_are_paired(kb: KnowledgeBase, stem: str) -> Iterator[Problem]:
    """No TeX stands outside dollar signs in a text."""
    for loc, text in kb.prose(stem):
        bare = CODE_OR_MATH.sub("", text)
        if loc[-1] in {"zh", "en"} and re.search(r"(?<!\\)\$|\\[a-zA-Z]{2,}", bare):
            tip = "set mathematics between single $ signs, without blanks inside; a price is written \\$"
            yield kb.sources[stem].problem("TeX or a $ outside of mathematics", *loc, tip=tip)


def texts_are_harmless(kb: KnowledgeBase, stem: str) -> Iterator[Problem]:
    """No text holds HTML, links that are no links, or Markdown that changes the page around it; names are plain words."""
    for loc, text in kb.prose(stem):
        for message, tip in harmless.faults(loc, text):
            yield kb.sources[stem].problem(message, *loc, tip=tip)
    apis = getattr(kb.entries.get(stem), "apis", None) or ()
    for library, given in apis:
        for i, api in enumerate(given):
            for name in api.defaults:
                for message, tip in harmless.faults_of_code(name):
                    yield kb.sources[stem].problem(message, "apis", library, i, "defaults", name, tip=tip)


def chinese_terms_are_the_preferred_ones(kb: KnowledgeBase, stem: str) -> Iterator[Problem]:
    """An idea has one Chinese name in all texts; its other names stand among the aliases."""
    instead = {other: name for name, others in kb.config.preferred.items() for other in others}
    if not instead:
        return
    avoided = re.compile("|".join(map(re.escape, sorted(instead, key=len, reverse=True))))
    for loc, text in kb.prose(stem):
        if loc[-1] == "zh" and loc[0] != "aliases" and (match := avoided.search(text)):
            tip = f"write {instead[match[0]]}: one idea has one name, see `preferred` in data/kb.yml"
            yield kb.sources[stem].problem(f"{match[0]} is not the name that this base uses", *loc, tip=tip)


def nothing_is_left_to_write(kb: KnowledgeBase, stem: str) -> Iterator[Problem]:
    """No text of an entry that is published begins with TODO."""
    if stem in kb.entries and kb.entries[stem].publish:
        for loc, text in kb.prose(stem):
            if text.startswith(TODO):
                tip = "write it; with `publish: false` the entry may wait, and readers do not see it"
                yield kb.sources[stem].problem("still to be written", *loc, tip=tip)


def losses_have_code(kb: KnowledgeBase) -> Iterator[Problem]:
    """A loss has a function and its gradient, which a short entry may lack, in kbgen/losses, or else a script in kbgen/recipes."""
    functions = registry.losses()
    for id, loss in kb.losses.items():
        place = kb.sources[id]
        if id in functions and f"{id}_grad" not in functions:
            write = f"write {id}_grad below it in {functions[id].__module__}"
            if not loss.short:
                yield place.problem(f"{id} has no gradient", tip=f"{write}; only an entry with `short: true` may lack it")
            for loc in _needing_gradient(loss) if loss.short else ():
                yield place.problem(f"{id} has no gradient, and this needs one", *loc, tip=f"{write}, or leave this out")
        if (id in functions) == (id in registry.recipes()):
            tip = f"write the function {id} in a module of kbgen/losses, or the script kbgen/recipes/{id}.py; one of the two"
            yield place.problem("needs either a function or a script", tip=tip)


def _needing_gradient(loss: Loss) -> Iterator[Loc]:
    """What an entry says that only a gradient can show."""
    for field in ("gradient", "plot"):
        if getattr(loss, field) is not None:
            yield (field,)
    for name in TESTED_BY_GRADIENT:
        if getattr(loss.properties, name) is not None:
            yield ("properties", name)


def losses_say_when(kb: KnowledgeBase) -> Iterator[Problem]:
    """A loss says when to take it and when not, unless it is a short entry."""
    for id, loss in kb.losses.items():
        for field in ("use", "avoid"):
            if not (getattr(loss, field) or loss.short):
                tip = "add it, with one reason at least; only an entry with `short: true` may lack it"
                yield kb.sources[id].problem("missing", field, tip=tip)


def code_has_entries(kb: KnowledgeBase) -> Iterator[Problem]:
    """A public function of kbgen/losses or kbgen/optimizers belongs to an entry."""
    for found, entries, kind in (
        (registry.losses(), kb.losses, "losses"),
        (registry.optimizers(), kb.optimizers, "optimizers"),
    ):
        for name, function in found.items():
            if name not in entries and name.removesuffix("_grad") not in entries:
                code = function.__code__
                path = f"kbgen/{kind}/{function.__module__.rpartition('.')[2]}.py"
                tip = did_you_mean(name, entries, f"write data/{kind}/{name}.yml, or start the name with an underscore")
                yield Problem(path, code.co_firstlineno, f"{name} has no entry", tip)


def signatures_match(kb: KnowledgeBase) -> Iterator[Problem]:
    """Inputs and parameters on the page are arguments of the function, in the same order, and back."""
    for id, loss in kb.losses.items():
        for function in filter(None, map(registry.losses().get, (id, f"{id}_grad"))):
            yield from _same(kb.sources[id], "inputs", loss.inputs, registry.positional(function))
            yield from _same(kb.sources[id], "params", loss.params, registry.keywords(function))
    for id, optimizer in kb.optimizers.items():
        if id not in registry.optimizers():
            yield kb.sources[id].problem("has no function", tip=f"write the function {id} in a module of kbgen/optimizers")
            continue
        function = registry.optimizers()[id]
        yield from _same(kb.sources[id], "params", optimizer.params, registry.keywords(function))
        if optimizer.kind == "optimizer":
            needed = {"t", *registry.given(function)}
            kept = [name for name in registry.positional(function)[2:] if name not in needed]
            if isinstance(optimizer.state, int) and len(kept) != optimizer.state:
                yield kb.sources[id].problem(f"the function keeps {len(kept)} numbers per parameter: {kept}", "state")


def _same(place: Source, field: str, written: Iterable[str], found: Iterable[str]) -> Iterator[Problem]:
    here, there = (", ".join(names) or "none" for names in (written, found))
    if here != there:
        yield place.problem(f"{here} here, {there} in the function", field, tip="make them the same names in the same order")


def functions_have_plots(kb: KnowledgeBase) -> Iterator[Problem]:
    """A loss with a function has a plot, unless it is a short entry that does not say how smooth it is."""
    for id, loss in kb.losses.items():
        if id not in registry.losses() or loss.plot:
            continue
        if not loss.short:
            yield kb.sources[id].problem("a loss with a function needs a plot", "plot", tip="see data/losses/huber.yml")
        elif loss.properties.smoothness is not None:
            message = "smoothness is tested along the plot, and there is none"
            yield kb.sources[id].problem(message, "properties", "smoothness", tip="add a plot, or leave this out")


def plots_fit_the_function(kb: KnowledgeBase) -> Iterator[Problem]:
    """A plot of a loss with a function gives every input once."""
    for id, loss in kb.losses.items():
        if id not in registry.losses() or loss.plot is None:
            continue
        plot = loss.plot
        given = [*plot.start, *plot.fixed, *plot.lines]
        for name in sorted(set(given) ^ set(loss.inputs) | {name for name in given if given.count(name) > 1}):
            tip = "in start and stop, in fixed, or in lines"
            yield kb.sources[id].problem(f"input {name!r} must be given exactly once", "plot", tip=tip)
        if set(plot.start) != set(plot.stop):
            yield kb.sources[id].problem("start and stop must give the same inputs", "plot", "stop")
        if len(plot.lines) > 1 or (plot.lines and any(param.sweep for param in loss.params.values())):
            message = "one family of curves at a time: lines of one input, or a swept parameter"
            yield kb.sources[id].problem(message, "plot", "lines")
        for name in set(plot.params) - set(loss.params):
            yield kb.sources[id].problem(f"no parameter {name!r}", "plot", "params", name)
        if any(len(plot.labels) != len(values) for values in plot.lines.values()):
            yield kb.sources[id].problem("one label per curve", "plot", "labels")


def plots_can_be_sampled(kb: KnowledgeBase, stem: str) -> Iterator[Problem]:
    """The function of a loss takes the inputs of its plot, and returns numbers that an axis can hold."""
    loss = kb.losses.get(stem)
    if loss is None or not {stem, f"{stem}_grad"} <= registry.losses().keys() or loss.plot is None:
        return
    plot, place = loss.plot, kb.sources[stem]
    for field in ("range", "y", "slope_y"):
        low, high = getattr(plot, field) or (0, 1)
        if not (np.isfinite([low, high]).all() and low < high and high - low > 1e-12 * max(abs(low), abs(high))):
            yield place.problem("not two finite numbers, the smaller one first", "plot", field, tip="write it as [low, high]")
            return
    try:
        for sweep in [name for name, param in loss.params.items() if param.sweep] or [""]:
            with np.errstate(all="ignore"):  # curves may leave the axis
                _, values, slopes = zip(*curves(loss, sweep, FEW_POINTS), strict=True)
                limits(plot, "value", values)
                limits(plot, "slope", slopes)
    except NUMERICAL as error:
        yield place.problem(f"{stem} cannot be drawn: {error}", "plot", tip="check start, stop, fixed, params and sweeps")


def pictures_are_drawn(kb: KnowledgeBase) -> Iterator[Problem]:
    """An entry with words for a picture has a drawing, and a drawing has words."""
    for id, entry in kb.entries.items():
        if entry.picture and id not in drawings():
            tip = f"write the function {id} in a module of kbgen/figures/drawings, or remove the words"
            yield kb.sources[id].problem("no drawing has this id", "picture", tip=tip)
    for id, path in drawings().items():
        if id not in kb.entries or not kb.entries[id].picture:
            tip = "add `picture` with alt and caption to its entry, or start the name with an underscore"
            yield Problem(f"kbgen/figures/drawings/{path.name}", 1, f"the drawing {id} belongs to no entry with a picture", tip)


def examples_hold(kb: KnowledgeBase, stem: str) -> Iterator[Problem]:
    """A loss with a function has an example, and the function returns the value that it states."""
    function = registry.losses().get(stem)
    if function is None or stem not in kb.losses:
        return
    loss, source = kb.losses[stem], kb.sources[stem]
    if not loss.examples:
        yield source.problem("a loss with a function needs an example", "examples", tip="see data/losses/huber.yml")
    for i, example in enumerate(loss.examples):
        place = ("examples", i)
        wrong = sorted(set(example.inputs) ^ set(loss.inputs) | set(example.params) - set(loss.params))
        if wrong:
            yield source.problem(f"inputs or parameters that do not fit: {', '.join(wrong)}", *place)
            continue
        try:
            with np.errstate(all="ignore"):  # a value that overflows is one to compare
                value = function(*(example.inputs[name] for name in loss.inputs), **example.params)
                stated = np.asarray(example.value, float)
        except NUMERICAL as error:
            yield source.problem(f"{stem} refuses it: {error}", *place, tip="check the shapes")
            continue
        if np.shape(value) != stated.shape or not np.allclose(value, stated, rtol=2e-4, atol=2e-6):
            tip = "find out which of the two is wrong; the function is not right because it is code"
            yield source.problem(f"{stem} returns {np.asarray(value).tolist()}", *place, "value", tip=tip)


def one_record_per_publication(kb: KnowledgeBase) -> Iterator[Problem]:
    """The same DOI, arXiv id, ISBN or page has the same authors, year, title and venue wherever it is cited."""
    cited: dict[str, tuple[str, object]] = {}
    for id, entry in kb.entries.items():
        for i, reference in enumerate(entry.references):
            for identifier in filter(None, (reference.doi, reference.arxiv, reference.isbn, reference.page)):
                first, record = cited.setdefault(identifier, (id, reference))
                if record != reference:
                    tip = f"copy the record from {kb.sources[first].path}, or mend it there"
                    yield kb.sources[id].problem(f"{identifier} is cited with other data elsewhere", "references", i, tip=tip)


def identities_have_words(kb: KnowledgeBase) -> Iterator[Problem]:
    """Every function of kbgen/proofs/identities is said in words in data/identities.yml, and back."""
    place = kb.sources["identities"]
    for name in registry.identities().keys() - kb.identities.keys():
        yield place.problem(
            f"no words for {name}", "identities", tip="say in both languages what kbgen/proofs/identities runs there"
        )
    for name in kb.identities.keys() - registry.identities().keys():
        tip = did_you_mean(name, registry.identities(), "remove it, or write the function in kbgen/proofs/identities")
        yield place.problem("nothing of this name is executed", "identities", name, tip=tip)


def relations_do_not_contradict(kb: KnowledgeBase) -> Iterator[Problem]:
    """Two entries are not each the special case, the limit or the part of the other."""
    one_way = {"special_case_of", "limit_of", "part_of"}
    edges = {(id, r.to, r.kind) for id, entry in kb.entries.items() for r in entry.relations if r.kind in one_way}
    for (a, b, kind), (c, d, other) in combinations(sorted(edges), 2):
        if (a, b, kind) == (d, c, other):
            yield kb.sources[a].problem(f"{a} and {b} are each {kind} the other", "relations", tip="remove one of the two")


def pitfalls_have_code(kb: KnowledgeBase, stem: str) -> Iterator[Problem]:
    """`run` of a pitfall names a function `<entry>__<run>` of kbgen.pitfalls."""
    for i, pitfall in enumerate(kb.entries[stem].pitfalls if stem in kb.entries else ()):
        known = keys().get(stem, [])
        if pitfall.run and pitfall.run not in known:
            tip = did_you_mean(pitfall.run, known, "write the function, or remove the line")
            yield kb.sources[stem].problem(f"no function {stem}__{pitfall.run} in kbgen/pitfalls", "pitfalls", i, "run", tip=tip)


def questions_are_a_tree(kb: KnowledgeBase) -> Iterator[Problem]:
    """Every question of data/chooser.yml is reached from the first one, on one way only, and every `next` exists."""
    if kb.chooser is None:
        return
    place, questions = kb.sources["chooser"], kb.chooser.questions
    reached: set[str] = set()
    queue: list[tuple[str, Loc]] = [(kb.chooser.start, ("start",))]
    while queue:
        id, loc = queue.pop(0)
        if id not in questions:
            yield place.problem(f"no question {id!r}", *loc, tip=did_you_mean(id, questions, "write it under `questions`"))
        elif id in reached:
            yield place.problem(f"a second way to the question {id!r}", *loc, tip="a question has one way to it: copy it instead")
        else:
            reached.add(id)
            answers = questions[id].answers.items()
            queue += [(answer.next, ("questions", id, "answers", key, "next")) for key, answer in answers if answer.next]
    for id in questions.keys() - reached:
        yield place.problem("no answer leads to this question", "questions", id, tip="remove it, or name it in a `next`")


def chooser_names_losses(kb: KnowledgeBase) -> Iterator[Problem]:
    """Candidates and comparisons of data/chooser.yml are losses of the base."""
    if kb.chooser is None:
        return
    named: list[tuple[Loc, str]] = [
        (("questions", id, "answers", key, "candidates", loss), loss)
        for id, question in kb.chooser.questions.items()
        for key, answer in question.answers.items()
        for loss in answer.candidates
    ]
    for i, comparison in enumerate(kb.chooser.comparisons):
        named += [(("comparisons", i, "losses", k), loss) for k, loss in enumerate(comparison.losses)]
    for loc, loss in named:
        if loss not in kb.losses:
            yield kb.sources["chooser"].problem(f"no loss {loss!r}", *loc, tip=did_you_mean(loss, kb.losses, "see data/losses"))


CHECKS: tuple[Check, ...] = (
    words_are_there,
    choices_are_known,
    ids_are_entries,
    former_ids_are_free,
    first_steps_are_entries,
    names_are_unique,
    losses_have_code,
    losses_say_when,
    code_has_entries,
    signatures_match,
    functions_have_plots,
    plots_fit_the_function,
    pictures_are_drawn,
    one_record_per_publication,
    identities_have_words,
    relations_do_not_contradict,
    questions_are_a_tree,
    chooser_names_losses,
)
"""Rules that look at several files."""

FILE_CHECKS: tuple[FileCheck, ...] = (
    links_lead_somewhere,
    nothing_is_left_to_write,
    mathematics_can_be_drawn,
    dollars_are_paired,
    examples_hold,
    plots_can_be_sampled,
    pitfalls_have_code,
    chinese_terms_are_the_preferred_ones,
    texts_are_harmless,
)
"""Rules about one file, given its stem; beside that file they ask for names and code only."""


def problems(kb: KnowledgeBase, memo: Memo | None = None, stems: Collection[str] = ()) -> list[Problem]:
    """What every check finds, in the order of the files. A file is checked again if it, or what there is to name, has changed.

    With `stems`, rules about one file look at these files only.
    """
    memo, names = memo or Memo(), outline(kb)
    found = {problem.by(check.__name__) for check in CHECKS for problem in check(kb)}
    for stem in (*kb.entries, *kb.claims, "identities", "chooser", "kb"):
        if stem in kb.sources and (not stems or stem in stems):
            found |= memo.get("checks", digest(names, kb.sources[stem].hash), partial(_of_file, kb, stem))
    return sorted(found)


def _of_file(kb: KnowledgeBase, stem: str) -> set[Problem]:
    return {problem.by(check.__name__) for check in FILE_CHECKS for problem in check(kb, stem)}

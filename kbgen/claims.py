"""The pages of the claims laboratory: what is said, what was done, and what came out."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from kbgen import byhand, trials
from kbgen.cache import digest
from kbgen.errors import Problem, did_you_mean
from kbgen.model import Claim, KnowledgeBase, Words, texts
from kbgen.pages import Book, note_of, render
from kbgen.parts import Part
from kbgen.trials import Kept, Measured, shown

NUMBER = re.compile(r"\{=(\w+)\}")


def problems(kb: KnowledgeBase, kept: Mapping[str, Kept]) -> Iterator[Problem]:
    """Claims without an experiment that holds, and names of numbers that theirs does not have."""
    for id, claim in kb.claims.items():
        place = kb.sources[id]
        if id not in kept:
            known = trials.experiments()
            tip = f"run kbgen lab {id}" if id in known else did_you_mean(id, known, f"write kbgen/lab/{id}.py")
            yield place.problem("no run is kept for this experiment as it is now", "title", tip=tip)
            continue
        numbers = kept[id].found.numbers
        named = [(loc, name) for loc, text in texts(claim) for name in NUMBER.findall(text)]
        for loc, name in [*named, *((("rows", i, "number"), row.number) for i, row in enumerate(claim.rows))]:
            if name not in numbers:
                yield place.problem(
                    f"no number {name!r}", *loc, tip=did_you_mean(name, numbers, f"there are: {', '.join(numbers)}")
                )
        for i, other in enumerate(claim.see_also):
            if other not in kb.entries:
                yield place.problem(f"no entry {other!r}", "see_also", i, tip=did_you_mean(other, kb.entries, "see data/"))


def claim_pages(book: Book, kept: Mapping[str, Kept]) -> Iterator[tuple[str, str]]:
    """The list of all claims, and a page for each."""
    if book.kb.claims:
        context = {"book": book, "claims": book.kb.claims, "filled": lambda id, words: filled(book, kept[id], words)}
        yield "lab/index.md", _page(book.label("lab"), book.label("lab_about"), "index", render("lab", context))
    for id, claim in book.kb.claims.items():
        fill = partial(filled, book, kept[id])
        context = {"book": book, "id": id, "claim": claim, "kept": kept[id], "filled": fill, "interval": interval}
        title = book.words(claim.title)
        yield f"lab/{id}.md", _page(title, book.bare(claim.claim), "lab/index", render("claim", context))


def filled(book: Book, kept: Kept, words: Words) -> str:
    """A text with its links written out and its numbers put in."""
    return NUMBER.sub(lambda match: shown(kept.found.numbers[match[1]].value), book.text(words))


def interval(number: Measured) -> str:
    """The middle nine tenths of the seeds; nothing if no seed changes the number."""
    return "" if number.low is None or number.high is None else f" ({shown(number.low)} … {shown(number.high)})"


def printed(claim: Claim, kept: Kept) -> frozenset[str]:
    """Every number that the page of a claim prints, in a result or in its texts."""
    numbers = [
        part for number in kept.found.numbers.values() for part in (number.value, number.low, number.high) if part is not None
    ]
    spelled = (found for _, text in texts(claim) for found in byhand.NUMBER.findall(text))
    return frozenset({*(shown(number).replace("−", "-") for number in numbers), *(text.replace("−", "-") for text in spelled)})


def _page(title: str, description: str, up: str, text: str) -> str:
    return note_of({"title": title, "description": description, "up": f"[[{up}]]"}, f"# {title}", text)


def claim_figures(kb: KnowledgeBase, kept: Mapping[str, Kept], cache_folder: Path) -> Iterator[Part]:
    """The picture of every experiment."""
    for id in kb.claims:
        name = digest(_look(), _source(id), kept[id].model_dump_json())
        yield Part(f"figures/{id}.svg", cache_folder / f"{name}.svg", partial(_draw, id, kept[id]))


@cache
def _look() -> str:
    from kbgen.figures.render import look

    return look()


def _source(id: str) -> str:
    """The experiment, and what experiments share to draw with."""
    module = Path(str(trials.experiments()[id].__file__))
    return "".join(path.read_text(encoding="utf-8") for path in (module, *sorted(module.parent.glob("_*.py"))))


def _draw(id: str, kept: Kept) -> bytes:
    from kbgen.figures import style

    with style.look():
        return style.to_svg(trials.experiments()[id].draw(kept.found)).encode()

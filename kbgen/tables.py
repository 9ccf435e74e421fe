"""Tables over entries that guides embed: `![[tables/taxonomy]]`. Each is also a page of its own."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kbgen.model import Loss
from kbgen.names import apis
from kbgen.pages import Book, argument, cell, note_of


def table_pages(book: Book) -> Iterator[tuple[str, str]]:
    """Every table as a note; its title and what it says stand in kb.yml as `table_<name>` and `table_<name>_about`."""
    for name, parts in TABLES.items():
        title, about = book.label(f"table_{name}"), book.label(f"table_{name}_about")
        properties = {"title": title, "description": about, "module": "rows"}
        yield f"tables/{name}.md", note_of(properties, f"# {title}", about, *parts(book))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines)


def _taxonomy(book: Book) -> Iterator[str]:
    """Every loss: tasks, convexity, smoothness, influence; a fold for each family, whose rows are cards on a phone."""
    head = tuple(map(book.label, ("name", "tasks", "convexity", "smoothness", "influence")))
    for family, words in book.kb.config.families.items():
        losses = [loss for loss in book.kb.losses.values() if loss.family == family]
        if losses:
            title = f"> [!example|cards]- {book.words(words)} ·\u00a0{len(losses)}\n"
            yield title + textwrap.indent(_table(head, (_loss(book, loss) for loss in losses)), "> ")


def _loss(book: Book, loss: Loss) -> tuple[str, ...]:
    tasks = book.mark("comma").join(book.words(book.kb.config.tasks[task]) for task in loss.tasks)
    return book.link(loss.id), tasks, *(_stated(book, loss, name) for name in ("convex", "smoothness", "influence"))


def _stated(book: Book, loss: Loss, name: str) -> str:
    value = getattr(loss.properties, name)
    return "" if value is None else book.label("yes" if value else "no") if isinstance(value, bool) else book.label(str(value))


def _defaults(book: Book) -> Iterator[str]:
    """Every optimizer that libraries have: their defaults side by side."""
    libraries = {key: words for key, words in book.kb.config.libraries.items() if key != "other"}
    used = {library for rule in book.kb.optimizers.values() for library, given in apis(rule) if any(api.defaults for api in given)}
    columns = [library for library in libraries if library in used]
    rows = []
    for id, rule in book.kb.optimizers.items():
        given = dict(apis(rule))
        cells = [" ".join(_written(api.defaults) for api in given.get(library, ())[:1]) for library in columns]
        if any(cells):
            rows.append((book.link(id), *cells))
    yield _table((book.label("name"), *(libraries[library] for library in columns)), rows)


def _written(defaults: Mapping[str, object]) -> str:
    return " ".join(f"`{argument(name, value)}`" for name, value in defaults.items())


TABLES: Mapping[str, Callable[[Book], Iterator[str]]] = {"taxonomy": _taxonomy, "defaults": _defaults}

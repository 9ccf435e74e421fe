"""Tables over entries that guides embed: `![[tables/taxonomy]]`. Each is also a page of its own."""

from collections.abc import Callable, Iterator, Mapping

from kbgen.model import Loss
from kbgen.names import apis
from kbgen.pages import Book, cell, note_of


def table_pages(book: Book) -> Iterator[tuple[str, str]]:
    """Every table as a note; its title and what it says stand in kb.yml as `table_<name>` and `table_<name>_about`."""
    for name, rows in TABLES.items():
        title, about = book.label(f"table_{name}"), book.label(f"table_{name}_about")
        head, *body = rows(book)
        lines = [head, tuple("---" for _ in head), *body]
        table = "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines)
        yield f"tables/{name}.md", note_of({"title": title, "description": about, "module": "rows"}, f"# {title}", about, table)


def _taxonomy(book: Book) -> Iterator[tuple[str, ...]]:
    """Every loss: family, tasks, convexity, smoothness, influence."""
    yield tuple(map(book.label, ("name", "family", "tasks", "convex", "smoothness", "influence")))
    for id, loss in book.kb.losses.items():
        tasks = book.mark("comma").join(book.words(book.kb.config.tasks[task]) for task in loss.tasks)
        family = book.words(book.kb.config.families[loss.family])
        yield book.link(id), family, tasks, *(_stated(book, loss, name) for name in ("convex", "smoothness", "influence"))


def _stated(book: Book, loss: Loss, name: str) -> str:
    value = getattr(loss.properties, name)
    return "" if value is None else book.label("yes" if value else "no") if isinstance(value, bool) else book.label(str(value))


def _defaults(book: Book) -> Iterator[tuple[str, ...]]:
    """Every optimizer that libraries have: their defaults side by side."""
    libraries = {key: words for key, words in book.kb.config.libraries.items() if key != "other"}
    used = {library for rule in book.kb.optimizers.values() for library, given in apis(rule) if any(api.defaults for api in given)}
    columns = [library for library in libraries if library in used]
    yield book.label("name"), *(libraries[library] for library in columns)
    for id, rule in book.kb.optimizers.items():
        given = dict(apis(rule))
        cells = [" ".join(_written(api.defaults) for api in given.get(library, ())[:1]) for library in columns]
        if any(cells):
            yield book.link(id), *cells


def _written(defaults: Mapping[str, object]) -> str:
    return " ".join(f"`{name}={value}`" for name, value in defaults.items())


TABLES: Mapping[str, Callable[[Book], Iterator[tuple[str, ...]]]] = {"taxonomy": _taxonomy, "defaults": _defaults}

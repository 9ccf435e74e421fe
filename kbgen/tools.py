"""Pages of the labs: a few sentences, and a picture that the scripts bring to life."""

from collections.abc import Iterator

from kbgen.pages import Book, note_of

LABS = {"optimizers": "optimizer-lab", "fit": "fit-lab"}
"""Page in the folder tools, and its picture."""


def tool_pages(book: Book) -> Iterator[tuple[str, str]]:
    """The page of every lab."""
    for name, stem in LABS.items():
        yield f"tools/{name}.md", _page(book, name, stem)


def _page(book: Book, name: str, stem: str) -> str:
    labels = book.kb.config.labels
    title, plain = book.label(f"lab_{name}"), book.bare(labels[f"lab_{name}_about"])
    properties = {"title": title, "description": plain, "cssclasses": ["lab"]}
    picture = f"![{book.bare(labels[f'lab_{name}_alt'])}](../figures/{stem}.svg)"
    texts = [book.text(labels[f"lab_{name}_{part}"]) for part in ("about", "try")]
    notes = [book.text(labels[f"lab_{name}_{part}"]) for part in ("note", "how")]
    return note_of(properties, f"# {title}", book.mark("blank").join(texts), picture, *notes)

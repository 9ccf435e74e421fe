"""What results can be narrowed by: kind, task, property, library."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kbgen.model import Entry, KnowledgeBase, Loss, Optimizer, Words
from kbgen.names import apis


@dataclass(frozen=True)
class Facet:
    """A toggle: its group, its words, and which entries it keeps."""

    group: str
    words: Words
    holds: Callable[[Entry], bool]


PROPERTIES: Mapping[str, Callable[[Loss], bool]] = {
    "convex": lambda loss: loss.properties.convex is True,
    "smooth": lambda loss: loss.properties.smoothness in {"smooth", "twice", "once"},
    "robust": lambda loss: loss.properties.influence in {"bounded", "redescending"},
    "bounded_gradient": lambda loss: loss.properties.gradient_bound not in {None, "none"},
    "proper": lambda loss: loss.properties.proper in {"strictly", "weakly"},
    "calibrated": lambda loss: loss.properties.calibrated is True,
    "symmetric": lambda loss: loss.properties.symmetric is True,
}


def facets(kb: KnowledgeBase) -> Iterator[tuple[str, Facet]]:
    """Every facet by its key, `group:name`."""
    config = kb.config
    for kind in ("loss", "term", "optimizer", "schedule"):
        yield f"kind:{kind}", Facet("kind", config.kinds[kind], lambda entry, kind=kind: _is(entry, kind))  # type: ignore[misc]
    yield "kind:page", Facet("kind", config.labels["page"], lambda _: False)
    for task, words in config.tasks.items():
        yield f"task:{task}", Facet("task", words, lambda entry, task=task: task in getattr(entry, "tasks", ()))  # type: ignore[misc]
    for name, holds in PROPERTIES.items():
        words = config.labels[f"facet_{name}"]
        yield f"property:{name}", Facet("property", words, lambda entry, holds=holds: isinstance(entry, Loss) and holds(entry))  # type: ignore[misc]
    for library, shown in config.libraries.items():
        if library != "other":
            words = Words(zh=shown, en=shown)
            yield f"library:{library}", Facet("library", words, lambda entry, library=library: library in _libraries(entry))  # type: ignore[misc]


def _is(entry: Entry, kind: str) -> bool:
    return kind == ("loss" if isinstance(entry, Loss) else entry.kind if isinstance(entry, Optimizer) else "term")


def _libraries(entry: Entry) -> set[str]:
    return {library for library, found in apis(entry) if found}

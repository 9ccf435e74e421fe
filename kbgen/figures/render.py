"""The pictures of the entries and of the labs, each under a hash of everything that decides it."""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from kbgen import registry
from kbgen.cache import Memo, digest
from kbgen.figures.names import drawings, figure_names
from kbgen.landscapes import FIRST
from kbgen.model import Entry, KnowledgeBase, Loss
from kbgen.parts import Part

HERE = Path(__file__).parent


@cache
def look() -> str:
    """Everything that every picture depends on."""
    names = ("style.py", "frame.py", "pieces.py", "palette.py", "line.py", "curve.py", "render.py")
    sources = "".join((HERE / name).read_text(encoding="utf-8") for name in names)
    return sources + version("matplotlib") + version("numpy")


@cache
def _what_drawings_use() -> tuple[Path, ...]:
    """What drawings share, and every function that they may call."""
    folders = (HERE / "drawings", HERE.parent / "losses", HERE.parent / "optimizers", HERE.parent / "scenes")
    patterns = ("_*.py", "*.py", "*.py", "*.py")
    found = [path for folder, pattern in zip(folders, patterns, strict=True) for path in sorted(folder.glob(pattern))]
    return (*found, HERE.parent / "landscapes.py")


@cache
def _labs() -> str:
    """What decides the pictures of the labs."""
    own = (HERE / "labs.py", HERE.parent / "fits.py")
    return digest(*(path.read_text(encoding="utf-8") for path in (*own, *_what_drawings_use())))


def key(entry: Entry, stem: str) -> str:
    """The hash under which a picture is kept."""
    sweep, what = figure_names(entry)[stem]
    parts = [look(), stem, sweep, what]
    if what == "drawing":
        parts += [path.read_text(encoding="utf-8") for path in (drawings()[entry.id], *_what_drawings_use())]
    elif what == "walks":
        parts += [_labs()]
    elif what == "estimate":
        assert isinstance(entry, Loss)
        parts += [path.read_text(encoding="utf-8") for path in (HERE / "estimate.py", HERE.parent / "estimates.py")]
        parts += [repr(entry.inputs.keys()), *(f"{name} {param.symbol} {param.sweep}" for name, param in entry.params.items())]
        parts += registry.listing((entry.id,), "kbgen.losses")
    elif isinstance(entry, Loss) and entry.plot:
        picture = entry.plot.model_copy(update={"alt": None})
        parts += [picture.model_dump_json(warnings=False), repr(entry.inputs.keys()), repr(entry.differentiable)]
        parts += [f"{name} {param.symbol} {param.sweep}" for name, param in entry.params.items()]
        parts += registry.listing(registry.functions_of(entry.id), "kbgen.losses")
    return digest(*parts)


def figures(kb: KnowledgeBase, cache_folder: Path, memo: Memo | None = None) -> Iterator[Part]:
    """The picture files of all entries, SVG."""
    for entry in kb.entries.values():
        for stem, name in keys(kb, entry, memo or Memo()).items():
            yield Part(f"figures/{stem}.svg", cache_folder / f"{name}.svg", partial(draw, entry, stem))


def keys(kb: KnowledgeBase, entry: Entry, memo: Memo) -> Mapping[str, str]:
    """The hash of every picture of an entry."""
    return memo.get("pictures", kb.sources[entry.id].hash, lambda: {stem: key(entry, stem) for stem in figure_names(entry)})


def lab_figures(cache_folder: Path) -> Iterator[Part]:
    """The pictures that belong to a lab and to no entry."""
    if not (registry.losses() and registry.optimizers()):  # a base without functions has no labs
        return
    for stem in ("fit-lab", "optimizer-lab"):
        yield Part(f"figures/{stem}.svg", cache_folder / f"{digest(stem, look(), _labs())}.svg", partial(_lab, stem))


def _lab(stem: str) -> bytes:
    from kbgen.figures import labs, style

    with style.look():
        return style.to_svg(labs.fit() if stem == "fit-lab" else labs.optimizers(FIRST)).encode()


def draw(entry: Entry, stem: str) -> bytes:
    """One picture as SVG."""
    from kbgen.figures import curve, estimate, labs, style  # matplotlib is loaded only where something is drawn

    sweep, what = figure_names(entry)[stem]
    with style.look():
        if what == "drawing":
            figure = registry.functions("kbgen.figures.drawings")[entry.id]()
        elif what == "walks":
            figure = labs.walks(entry.id)
        else:
            assert isinstance(entry, Loss)
            figure = estimate.draw(entry, sweep) if what == "estimate" else curve.draw(entry, sweep, what)
        return style.to_svg(figure).encode()

"""Draws what is missing: pictures are kept under a hash of everything that decides them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from kbgen import registry
from kbgen.cache import digest, kept
from kbgen.figures.names import drawings, figure_names
from kbgen.landscapes import FIRST
from kbgen.model import Entry, KnowledgeBase, Loss

HERE = Path(__file__).parent
WORTH_HELPERS = 8


@cache
def _look() -> str:
    """Everything that every picture depends on."""
    names = ("style.py", "palette.py", "line.py", "curve.py", "render.py")
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
    parts = [_look(), stem, sweep, what]
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


def figures(kb: KnowledgeBase, cache_folder: Path) -> Iterator[tuple[str, bytes]]:
    """(path inside a vault, SVG) of every picture; draws those that are not in the cache, on all cores."""
    every = ((stem, entry) for entry in kb.entries.values() for stem in figure_names(entry))
    wanted = {stem: (entry, cache_folder / f"{key(entry, stem)}.svg") for stem, entry in every}
    in_parallel(draw, [(entry, stem, path) for stem, (entry, path) in wanted.items() if not path.is_file()])
    for stem, (_, path) in wanted.items():
        yield f"figures/{stem}.svg", path.read_bytes()


def lab_figures(cache_folder: Path) -> Iterator[tuple[str, bytes]]:
    """(path inside a vault, SVG) of the pictures that belong to a lab and to no entry."""
    if not (registry.losses() and registry.optimizers()):  # a base without functions has no labs
        return
    for stem in ("fit-lab", "optimizer-lab"):
        path = cache_folder / f"{digest(stem, _look(), _labs())}.svg"
        yield f"figures/{stem}.svg", kept(path, partial(_lab, stem))


def _lab(stem: str) -> bytes:
    from kbgen.figures import labs, style

    with style.look():
        return style.to_svg(labs.fit() if stem == "fit-lab" else labs.optimizers(FIRST)).encode()


def in_parallel(draw: Callable[..., None], jobs: Sequence[tuple[object, ...]]) -> None:
    """Do jobs on all cores; a few are done here, for starting helpers would take longer."""
    if len(jobs) < WORTH_HELPERS:
        for job in jobs:
            draw(*job)
        return
    with ProcessPoolExecutor() as pool:
        list(pool.map(draw, *zip(*jobs, strict=True), chunksize=max(1, len(jobs) // 16)))


def draw(entry: Entry, stem: str, path: Path) -> None:
    """Draw one picture into the cache."""
    kept(path, lambda: _svg(entry, stem).encode())


def _svg(entry: Entry, stem: str) -> str:
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
        return style.to_svg(figure)

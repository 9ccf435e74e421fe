"""Which pictures an entry has. Knows names only, so that nothing has to be drawn to write a page."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kbgen.landscapes import RATES
from kbgen.model import Entry, Loss

DRAWINGS = Path(__file__).parent / "drawings"
FUNCTION = re.compile(r"^def ([a-z]\w*)", re.M)


@cache
def drawings() -> Mapping[str, Path]:
    """Every public function of kbgen/figures/drawings with its module, found without importing matplotlib."""
    found: dict[str, Path] = {}
    for path in sorted(DRAWINGS.glob("[a-z]*.py")):
        for name in FUNCTION.findall(path.read_text(encoding="utf-8")):
            if name in found:
                raise ImportError(f"{name} is drawn in {found[name].name} and in {path.name}")
            found[name] = path
    return MappingProxyType(found)


def figure_names(entry: Entry) -> Mapping[str, tuple[str, str]]:
    """File stem -> (swept parameter, "value", "slope" or "estimate"), or ("", "drawing") or ("", "walks")."""
    names: dict[str, tuple[str, str]] = {}
    if isinstance(entry, Loss) and entry.plot:
        swept = [name for name, param in entry.params.items() if param.sweep] or [""]
        for i, sweep in enumerate(swept):
            stem = f"{entry.id}-{sweep}" if i else entry.id
            names |= {stem: (sweep, "value"), f"{stem}-slope": (sweep, "slope")}
    if isinstance(entry, Loss) and entry.estimates:
        names[f"{entry.id}-estimate"] = (entry.swept, "estimate")
    if entry.id in RATES:
        names[f"{entry.id}-walks"] = ("", "walks")
    if entry.picture:
        names[f"{entry.id}-drawing"] = ("", "drawing")
    return names

"""The picture that other sites show beside a link to a loss: its curve and its English name; one for both languages.

They ask for it by a whole address, so there are none where the public address is not known.
"""

import io
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kbgen.cache import Memo, digest
from kbgen.figures import render
from kbgen.model import KnowledgeBase, Loss
from kbgen.parts import Part

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = (12.0, 6.3)
PLACE = (0.07, 0.14, 0.76, 0.58)
"""Of the axes: above them is room for two lines of text."""
DPI = 100
COLOURS = 48
"""Few colours make a small file; the picture has not many."""
HERE = Path(__file__)


def cards(kb: KnowledgeBase, cache_folder: Path, memo: Memo | None = None) -> Iterator[Part]:
    """The card of every loss that has a curve, PNG."""
    site, own = kb.config.site.en, HERE.read_bytes()
    for id, loss in kb.losses.items():
        if loss.plot:
            key = digest(render.keys(kb, loss, memo or Memo())[id], loss.name.en, site, own)
            yield Part(f"assets/cards/{id}.png", cache_folder / f"{key}.png", partial(_png, loss, site))


def _png(loss: Loss, site: str) -> bytes:
    from PIL import Image

    from kbgen.figures import curve, palette, style  # matplotlib is loaded only where something is drawn

    with style.look({"font.size": 18, "lines.linewidth": 5}):
        figure = curve.draw(loss, loss.swept, "value", partial(style.panel_again, size=SIZE, place=PLACE))
        (axes,) = figure.axes
        axes.text(0, 1.26, loss.name.en, fontsize=34, fontweight="bold", transform=axes.transAxes)
        axes.text(0, 1.14, site, fontsize=17, alpha=0.7, transform=axes.transAxes)
        axes.get_xticklabels(), axes.get_yticklabels()  # makes the ticks that are missing yet
        _recolour(figure, palette.LIGHT)
        figure.set_facecolor(palette.LIGHT["bg"])
        drawn, png = io.BytesIO(), io.BytesIO()
        figure.savefig(drawn, format="rgba", dpi=DPI)
    width, height = (round(inches * DPI) for inches in SIZE)
    picture = Image.frombytes("RGBA", (width, height), drawn.getvalue()).convert("RGB")
    picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(png, "png")
    return png.getvalue()


def _recolour(figure: "Figure", colours: Mapping[str, str]) -> None:
    """Real colours in place of the tokens."""
    from matplotlib.colors import to_hex

    from kbgen.figures.style import TOKENS

    for artist in figure.findobj():
        for what in ("color", "facecolor", "edgecolor", "markeredgecolor", "markerfacecolor"):
            get, put = getattr(artist, f"get_{what}", None), getattr(artist, f"set_{what}", None)
            colour = get() if get and put else None
            if isinstance(colour, str | tuple) and (name := TOKENS.get(to_hex(colour))):
                assert put is not None
                put(colours[name])

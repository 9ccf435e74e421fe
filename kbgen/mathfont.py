"""STIX Two Math cut down to the signs that the pages use.

Two things a plain subset gets wrong in browsers: signs that a browser makes by itself (italics of one-letter names, roots,
stretched brackets) are in no page's text and must be added, and WebKit sets accents an x-height too high unless their outlines
sit on the baseline.
"""

import base64
import html
import io
import re
from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kbgen.cache import digest, kept

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

CARRIER = "ziamath"  # the package is never imported: only its font file is of use here
ACCENTS = "ˆ¯˜˙⃗ˇ˘´`¨˚\u0302\u0303\u030c"
DRAWN_BY_BROWSERS = "√⟨⟩()[]{}|‖/\\⏞⏟→←↔⇒⇐⇔∑∏∫⋃⋂⌊⌋⌈⌉‾_^~′″=+-−×·…⋯<>≤≥≠≈∈,.:;!?*0123456789ℎ" + ACCENTS
ITALIC = ((0x41, 26, 0x1D434), (0x61, 26, 0x1D44E), (0x391, 25, 0x1D6E2), (0x3B1, 25, 0x1D6FC))
ITALIC_SPECIAL = {0x3F5: 0x1D716, 0x3D1: 0x1D717, 0x3D5: 0x1D719, 0x2202: 0x1D715}
CJK = range(0x2E80, 0xFF61)


def visible(mathml: Iterable[str]) -> str:
    """The signs of these formulas, each once."""
    shown = (re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", formula, flags=re.S) for formula in mathml)
    return "".join(sorted({sign for formula in shown for sign in html.unescape(formula)}))


def characters(signs: Iterable[str]) -> frozenset[int]:
    """Code points that a browser draws for these signs; Chinese is left to the font of the text."""
    points = set(map(ord, set(DRAWN_BY_BROWSERS).union(*signs)))
    for first, count, italic in ITALIC:
        points |= {point - first + italic for point in points if first <= point < first + count}
    points |= {ITALIC_SPECIAL[point] for point in points & ITALIC_SPECIAL.keys()}
    return frozenset(points) - frozenset(CJK)


def stylesheet(points: frozenset[int], cache_folder: Path) -> str:
    """The font inside a style sheet: it is there before anything is painted, so that formulas do not move when it arrives.

    A file of its own, fetched beside the page, came too late on the first visit (layout shift 0.10 on a page full of formulas), and
    browsers refuse to preload it from a disk. Compressed, the sheet is as large as the file.
    """
    source = base64.b64encode(woff2(points, cache_folder)).decode()
    return f'@font-face{{font-family:"STIX Two Math";src:url("data:font/woff2;base64,{source}") format("woff2")}}\n'


def woff2(points: frozenset[int], cache_folder: Path) -> bytes:
    """The font with these code points, kept once it is cut."""
    name = digest(repr(sorted(points)), Path(__file__).read_bytes(), version(CARRIER))
    return kept(cache_folder / f"{name}.woff2", lambda: _cut(points))


def _cut(points: frozenset[int]) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["dtls", "ccmp"]  # ssty, finer small signs for Firefox, would double the file
    options.hinting = False
    options.drop_tables += ["DSIG"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # the licence stays inside
    carrier = find_spec(CARRIER)
    assert carrier is not None
    assert carrier.origin is not None
    font = TTFont(Path(carrier.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf", recalcTimestamp=False)
    _lower_accents(font)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    out = io.BytesIO()
    font.flavor = "woff2"
    font.save(out)
    return out.getvalue()


def _lower_accents(font: "TTFont") -> None:
    """Move accents, and their wide forms, from above the x-height down to the baseline."""
    math, cmap, outlines = font["MATH"].table, font.getBestCmap(), font["glyf"]
    drop = math.MathConstants.AccentBaseHeight.Value
    names = {cmap[ord(c)] for c in ACCENTS if ord(c) in cmap}
    wide = zip(math.MathVariants.HorizGlyphCoverage.glyphs, math.MathVariants.HorizGlyphConstruction, strict=True)
    for base, construction in list(wide):
        if base in names:
            names |= {variant.VariantGlyph for variant in construction.MathGlyphVariantRecord or ()}
    for name in sorted(names):
        glyph = outlines[name]
        if glyph.isComposite():
            for component in glyph.components:
                component.y -= drop
        elif glyph.numberOfContours > 0:
            glyph.coordinates.translate((0, -drop))
        glyph.recalcBounds(outlines)

"""The pictures that other sites show beside a link."""

import io

from PIL import Image

from kbgen.figures.card import DPI, SIZE, _png
from kbgen.figures.style import LIGHT, TOKENS


def test_a_card_shows_curve_and_name_in_real_colours_and_comes_out_the_same(kb):
    first, second = (_png(kb.losses["huber"], kb.config.site.en) for _ in range(2))
    assert first == second
    picture = Image.open(io.BytesIO(first))
    assert picture.size == tuple(round(inches * DPI) for inches in SIZE)
    colours = {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in picture.convert("RGB").getcolors()}
    assert {LIGHT["c1"], LIGHT["c2"], LIGHT["c3"], LIGHT["bg"]} <= colours
    assert not colours & set(TOKENS)

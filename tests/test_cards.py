"""The pictures that other sites show beside a link."""

import io

from PIL import Image

from kbgen.figures.card import DPI, SIZE, _png
from kbgen.figures.palette import LIGHT
from kbgen.figures.style import TOKENS


def test_a_card_shows_curve_and_name_in_real_colours_and_comes_out_the_same(kb):
    first, other, second = (_png(kb.losses[id], kb.config.site.en) for id in ("huber", "focal", "huber"))
    assert first == second != other  # cards share their axes
    picture = Image.open(io.BytesIO(first))
    assert picture.size == tuple(round(inches * DPI) for inches in SIZE)
    colours = [colour for _, colour in picture.convert("RGB").getcolors()]
    assert all(min(apart(LIGHT[name], colour) for colour in colours) < 8 for name in ("c1", "c2", "c3", "bg", "fg"))
    assert all(min(apart(token, colour) for colour in colours) > 8 for token in TOKENS)


def apart(name, colour):
    """The largest difference of a channel; a small palette moves colours a little."""
    return max(abs(int(name[i : i + 2], 16) - channel) for i, channel in zip((1, 3, 5), colour, strict=True))

"""Pictures: the same bytes every time, symbols only, and the cache that keeps them."""

import re

import numpy as np
import pytest
from conftest import ROOT, made

from kbgen.figures import line, palette, pieces, render, style
from kbgen.figures.drawings._shared import signs
from kbgen.figures.names import figure_names

WORD = re.compile(r"[A-Za-z]{4,}|[\u3400-\u9fff]")
FUNCTION_NAMES = {"sign", "softmax", "GIoU", "DIoU", "CIoU", "tanh", "argmax", "float", "cosh", "ReLU", "true", "conv"}
FUNCTION_NAMES |= {
    "AdEMAMix",
    "FTRL",
    "SOAP",
    "NovoGrad",
    "AdaBelief",
    "Yogi",
    "AdaGrad",
    "AdaMax",
    "Adam",
    "AMSGrad",
    "LAMB",
    "LARS",
    "NAdam",
    "Adan",
    "Shampoo",
    "SparseAdam",
    "Sophia",
}


FUNCTION_NAMES |= {"slow", "slowe"}  # letters of a corpus, which the entry quotes in both languages
WORDS_ENOUGH = """
    ablation bagging bptt chain_rule checkpoint classification_task computer_vision contextual_modeling debugging_loop
    design_principles domain_adaptation droppath effective_batch_size end_to_end expected_value feature_disentanglement
    functional_programming gating ground_truth input_feature interpretability invariance jit_compilation kl_annealing
    master_weights max_norm multimodal_learning negative_sampling_method parallelization policy_gradient pruning
    query_key_value r_squared recall_at_k regression_task self_supervised sentencepiece sequence_model subword
    supervised_learning teacher_forcing throughput transfer_learning vector_norm
"""
"""Terms that name a task, a habit or a part of something that is drawn elsewhere."""
EVERY = 6
"""One picture in so many is drawn again: what makes two drawings differ is common to all that one module draws."""


@pytest.fixture(scope="session")
def svgs(kb, tmp_path_factory):
    """Every picture of the base, as the build drew and kept it."""
    parts = render.figures(kb, tmp_path_factory.mktemp("figures"))
    return {part.name: (ROOT / "docs/zh" / part.name).read_text(encoding="utf-8") for part in parts}


def test_pictures_come_out_byte_identical(kb, svgs, tmp_path):
    """What is drawn here is what the build drew, in another process and maybe on another day."""
    drawn = dict(made(list(render.figures(kb, tmp_path))[::EVERY]))
    assert len(drawn) > 40
    assert {path for path, data in drawn.items() if data.decode() != svgs[path]} == set()


def test_what_was_drawn_before_leaves_no_trace(kb):
    """Curves and minimisers are drawn on the same axes over and over."""
    stems = ["huber", "quantile-estimate", "focal-slope", "squared_error", "log_cosh"]
    first, second = ({stem: render.draw(kb.losses[stem.split("-")[0]], stem) for stem in turn} for turn in (stems, stems[::-1]))
    assert first == second and len(set(first.values())) == len(stems)


def test_pictures_hold_symbols_and_no_words(svgs):
    words = {
        (path, word) for path, svg in svgs.items() for text in re.findall(r"<text[^>]*>([^<]*)", svg) for word in WORD.findall(text)
    }
    assert {found for found in words if found[1] not in FUNCTION_NAMES} == set()


def test_a_picture_wider_than_a_phone_is_in_pieces_that_are_not():
    """What stands in figures/ but the map, which has a viewer of its own."""
    pictures = [path.read_text(encoding="utf-8") for path in ROOT.glob("docs/zh/figures/*.svg") if path.stem != "graph-all"]
    wide = [svg for svg in pictures if float(re.findall(r'viewBox="0 0 ([\d.]+)', svg)[0]) > pieces.WIDE]
    widths = [[int(width) for width in re.findall(r'data-piece="\d+ \d+ (\d+) \d+"', svg)] for svg in wide]
    assert len(wide) > 60 and all(len(found) > 1 and max(found) < 280 for found in widths)
    assert not any("data-piece" in svg for svg in pictures if svg not in wide)


def test_pieces_hold_all_that_was_drawn_in_the_order_of_reading():
    with style.look():
        figure, axes = style.panels(2)
        for panel in axes:
            panel.plot([0, 1])
        signs(figure, ["a", "b"])
        found = pieces.pieces(figure)
        svg = style.to_svg(figure)
    assert [piece.names for piece in found[:2]] == [["sign0"], ["sign1"]]
    assert len({piece.place[1] for piece in found[2:]}) == 1
    assert [part.count("<text") for part in svg.split("data-piece")] == [0, 1, 1, 10, 10]
    assert svg.count("<clipPath") == svg.split("data-piece")[0].count("<clipPath") == 2


def test_every_entry_has_a_picture_unless_words_are_enough(kb):
    bare = {id for id, entry in kb.entries.items() if not getattr(entry, "short", False) and not figure_names(entry)}
    assert bare - set(WORDS_ENOUGH.split()) == set(), "draw a picture of each, or say in WORDS_ENOUGH that it needs none"


def test_pictures_take_their_colours_from_the_page(svgs):
    fixed = {(path, colour) for path, svg in svgs.items() for colour in re.findall(r"(?:fill|stroke): ?(#\w+)", svg)}
    assert fixed == set()
    assert all("var(--p-" in svg for svg in svgs.values())


def test_every_path_leads_somewhere(svgs):
    """A line beside the picture has nothing to draw, and readers of books take a path without data for an error."""
    assert {name for name, svg in svgs.items() if re.search(r"<path(?![^>]* d=)", svg)} == set()


def test_the_page_and_the_file_agree_on_the_colours():
    css = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "kbgen/assets/css").glob("*.css")))
    for scheme in (palette.LIGHT, palette.DARK):
        for name, value in scheme.items():
            assert f"--p-{name}: {value}" in css or f"--p-{name}: {value[:4]};" in css, (name, value)


def test_pictures_are_small(svgs):
    large = {path: len(svg) for path, svg in svgs.items() if len(svg) > 60_000}
    assert large == {}


def test_a_picture_in_the_cache_is_not_drawn_again(kb, tmp_path, monkeypatch):
    few = kb.__class__(
        config=kb.config, losses={"huber": kb.losses["huber"]}, terms={}, optimizers={}, identities={}, sources=kb.sources
    )
    first = dict(made(render.figures(few, tmp_path)))
    monkeypatch.setattr(render, "draw", pytest.fail)
    assert dict(made(render.figures(few, tmp_path))) == first


def test_words_do_not_decide_a_picture_but_its_range_does(kb):
    huber = kb.losses["huber"]
    before = render.key(huber, "huber")
    assert render.key(huber.model_copy(update={"plain": huber.exact}), "huber") == before
    wider = huber.plot.model_copy(update={"range": (-5, 5)})
    assert render.key(huber.model_copy(update={"plot": wider}), "huber") != before


def test_the_curve_is_the_function_and_the_slope_its_gradient(kb):
    huber = kb.losses["huber"]
    for label, value, slope in line.curves(huber, "delta"):
        delta, r = float(label.split("=")[1]), np.linspace(-4, 4, line.points_of(huber))
        np.testing.assert_allclose(value, np.where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2)), atol=1e-12)
        np.testing.assert_allclose(slope, np.clip(r, -delta, delta), atol=1e-12)


def test_slopes_of_all_curves_are_the_differences_of_their_values(loss):
    """The slope drawn is the derivative of the value drawn, away from kinks and steep ends."""
    for stem, (sweep, what) in figure_names(loss).items():
        if what != "value":
            continue
        x = np.linspace(*loss.plot.range, line.points_of(loss))
        for label, value, slope in line.curves(loss, sweep):
            middle = (value[2:] - value[:-2]) / (x[2] - x[0])
            error = np.abs(middle - slope[1:-1]) / (1 + np.abs(slope[1:-1]))
            assert np.nanmedian(error) < 2e-3, (stem, label)


@pytest.mark.parametrize(
    ("tex", "plain"),
    [(r"\delta", "δ"), (r"\lambda_1", "λ₁"), (r"\varepsilon", "ε"), ("m", "m"), (r"\sigma^2", "σ^2"), (r"\beta", "β")],
)
def test_symbols_in_plain_unicode(tex, plain):
    assert line.symbol(tex) == plain

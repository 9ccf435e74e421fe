"""What pages say was executed, was: the evidence is there, holds, and belongs to the page as it is now."""

import pytest
from conftest import ROOT, config

from kbgen import registry
from kbgen.cli import main
from kbgen.proofs import evidence
from kbgen.proofs.verify import verify


@pytest.fixture(scope="session")
def kept(kb):
    return evidence.read(ROOT, kb.losses)


def test_evidence_fits_the_page(loss, kept):
    assert loss.id in kept, f"its code, equations, statements or the proofs changed: run kbgen verify {loss.id}"


def test_everything_kept_holds_and_is_complete(loss, kept):
    found = kept[loss.id]
    assert all(finding.holds for finding in found.findings)
    stated = {name for name, value in loss.properties if value is not None}
    assert {finding.name for finding in found.of("property")} == stated
    assert bool(found.of("estimate")) == (loss.estimates is not None)
    assert len(found.of("example")) == len(loss.examples)
    assert found.of("gradient") or loss.short
    assert bool(found.of("gradient")) == (f"{loss.id}_grad" in registry.losses())
    assert len(found.of("autodiff")) == len(found.of("gradient")), "make evidence"
    assert bool(found.of("formula")) == (loss.not_executed.formula is None)


def test_no_evidence_without_a_loss(kb):
    assert {path.stem for path in (ROOT / evidence.FOLDER).glob("*.json")} - {"pitfalls"} == set(kb.losses) & set(registry.losses())


@pytest.mark.parametrize(
    "change",
    [
        lambda huber: {"formula": huber.formula + " "},
        lambda huber: {"properties": huber.properties.model_copy(update={"convex": False})},
        lambda huber: {"examples": huber.examples[:0]},
    ],
)
def test_evidence_for_another_page_is_not_shown(kb, change):
    huber = kb.losses["huber"]
    assert "huber" in evidence.read(ROOT, {"huber": huber})
    assert evidence.read(ROOT, {"huber": huber.model_copy(update=change(huber))}) == {}


def test_a_statement_that_does_not_hold_is_reported_with_its_line_and_keeps_no_evidence(kb, tmp_path, monkeypatch, capsys):
    for folder in ("losses", "terms", "optimizers"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    (tmp_path / "data/kb.yml").write_text(config(), encoding="utf-8")
    text = (ROOT / "data/losses/huber.yml").read_text(encoding="utf-8")
    (tmp_path / "data/losses/huber.yml").write_text(text.replace("convex: true", "convex: false", 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["verify", "huber"]) == 1
    line = text[: text.index("convex: true")].count("\n") + 1
    assert f"data/losses/huber.yml:{line}: properties.convex: property convex: does not hold" in capsys.readouterr().err
    assert not (tmp_path / "data/evidence").exists()


def test_verifying_again_gives_the_same(kb):
    assert verify(kb.losses["huber"]) == verify(kb.losses["huber"])

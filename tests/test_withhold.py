"""What says `publish: false` reaches no reader: neither its words nor its name nor its address, in any file that is made."""

import gzip
import re
import shutil
import zlib
from dataclasses import replace

import pytest
from conftest import ROOT, config
from test_broken_files import TERM

from kbgen.build import draft, write_docs
from kbgen.cli import main
from kbgen.links import find_links
from kbgen.site import publish
from kbgen.vault import written
from kbgen.withhold import _named, _tells_of, hides, published

HELD = """\
name: {zh: 绝密甲, en: Zorblax theorem}
aliases: {zh: [秘号乙], en: [Quuxification]}
group: basics
publish: false
plain: {zh: 机要丙。, en: Frobnicate quietly.}
exact: {zh: 机要丁, en: Wibblewobble}
formula: \\mathrm{snarkmass}
example: {zh: 机要戊, en: Gribbleflix}
see_also: [alpha]
references:
  - {authors: Vexmeister, year: 2001, title: Plumbusology, doi: 10.1000/klaatu}
"""
NOTE = "---\ntitle: {title}\naliases: [Hushname]\n{mark}\n---\n# {title}\n\nBarada niktofying [[alpha]] #hushtag\n"
WORDS = (
    "Zorblax", "Quuxif", "Frobnic", "Wibblewob", "snarkmass", "Gribblef", "Vexmeis", "Plumbus", "klaatu", "绝密甲",
    "秘号乙", "机要", "Hushtitle", "Hushname", "niktofy", "hushtag", "zl_secret", "hushfile",
)  # fmt: skip
"""What only the withheld files hold, with a part of their paths."""


@pytest.fixture
def base(tmp_path, monkeypatch):
    """One published term that names a withheld one in every way it can, and notes of both kinds."""
    for name in ("losses", "optimizers", "identities"):
        monkeypatch.setattr(f"kbgen.registry.{name}", dict)
    monkeypatch.setattr("kbgen.checks.drawings", dict)
    for folder in ("losses", "terms", "optimizers"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    steps = "first_steps: {term: {basics: [zl_secret, alpha]}}\nfirst_cards: [alpha, zl_secret]\n"
    (tmp_path / "data/kb.yml").write_text(config() + steps, encoding="utf-8")
    named = "see_also: [zl_secret]\nrelations: [{kind: variant_of, to: zl_secret}]\n"
    linked = TERM.replace("一句话。", "'见[[zl_secret|别处]]。'").replace("One sentence.", "'See [[Quuxification|elsewhere]].'")
    (tmp_path / "data/terms/alpha.yml").write_text(linked + named, encoding="utf-8")
    (tmp_path / "data/terms/zl_secret.yml").write_text(HELD, encoding="utf-8")
    for language in ("zh", "en"):
        vault = tmp_path / "docs" / language
        vault.mkdir(parents=True)
        see = "# Home\n\n[[terms/zl_secret|there]], [[hushfile|a note]], [[terms/alpha]], [a way](hushfile.md)\n"
        (vault / "index.md").write_text(see, encoding="utf-8")
        mark = "draft: true" if language == "zh" else "publish: false"
        (vault / "hushfile.md").write_text(NOTE.format(title="Hushtitle", mark=mark), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def leaks(paths, but=()):
    """(path, word) wherever a secret word stands in a file or in its address, however the file is packed."""
    for path in paths:
        found = f"{path}\n".encode() + _unpacked(path)
        yield from ((str(path), word) for word in WORDS if word not in but and re.search(re.escape(word).encode(), found, re.I))


def _unpacked(path):
    content = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(content)
    for packed in re.finditer(rb"(?:zTXt|iTXt)[^\0]*\0+(?=\x78)", content):
        content += zlib.decompressobj().decompress(content[packed.end() :])
    return content


def test_nothing_that_is_written_tells_of_what_is_withheld(base):
    write_docs(base)
    vaults = (base / "docs/zh", base / "docs/en")
    made = [vault / name for vault in vaults for name in written(vault)]
    assert (base / "docs/en/terms/alpha.md") in made
    assert sorted(leaks(made)) == []
    page = (base / "docs/en/terms/alpha.md").read_text(encoding="utf-8")
    assert "See elsewhere." in page


def test_an_entry_that_is_withdrawn_takes_its_files_with_it(base):
    file = base / "data/terms/zl_secret.yml"
    file.write_text(HELD.replace("publish: false", "publish: true"), encoding="utf-8")
    write_docs(base)
    vaults = (base / "docs/zh", base / "docs/en")
    assert {word for _, word in leaks(vault / name for vault in vaults for name in written(vault))} > {"Zorblax", "绝密甲"}
    file.write_text(HELD, encoding="utf-8")
    write_docs(base)
    assert sorted(leaks(path for vault in vaults for path in vault.rglob("*.*") if path.stem not in {"hushfile", "index"})) == []


def site_of(base):
    """Write and publish a base that has no configuration of its own."""
    (base / "kbgen").mkdir()
    (base / "kbgen/theme").symlink_to(ROOT / "kbgen/theme")
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        shutil.copy(ROOT / name, base)
    write_docs(base)
    publish(base)


def test_no_page_of_the_site_tells_of_what_is_withheld(base, monkeypatch):
    monkeypatch.setenv("KBGEN_SITE_URL", "https://example.org/kb/")
    site_of(base)
    made = [path for path in (base / "site").rglob("*") if path.is_file()]
    assert {"sitemap.xml", "index.html", "alpha.html"} <= {path.name for path in made}
    home = (base / "site/en/index.html").read_text(encoding="utf-8")
    assert "there" in home and "a note" in home and "a way" in home
    assert sorted(leaks(made)) == []


def test_check_lists_what_is_withheld_and_what_follows(base, capsys):
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "3 not published: data/terms/zl_secret.yml, docs/en/hushfile.md, docs/zh/hushfile.md" in said
    assert "note: data/terms/alpha.yml:3: plain.en: [[Quuxification]] is not published: plain words on the page" in said
    for place in ("alpha.yml:6: see_also.0", "alpha.yml:7: relations.0.to", "first_cards.1", "first_steps.term.basics.0"):
        assert f"{place}: zl_secret is not published: left out" in said
    assert "docs/zh/index.md:3: [[hushfile]] is not published" in said
    assert "1 terms" in said


def test_a_link_without_words_shows_what_was_typed(base):
    file = base / "data/terms/alpha.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("|elsewhere", ""), encoding="utf-8")
    assert "See Quuxification." in draft(base).written["en"]["terms/alpha.md"]


def test_a_base_without_a_loss_names_it_nowhere(kb):
    """With a loss of the catalogue that texts, relations, questions, comparisons, identities and first steps name."""
    hidden = kb.losses["huber"].model_copy(update={"publish": False})
    whole = replace(kb, losses={**kb.losses, "huber": hidden})
    left, hide = published(whole), hides(whole)
    assert "huber" not in left.entries
    stems = (*left.entries, *left.claims, "identities", "chooser")
    assert not [stem for stem in stems for _, text in left.prose(stem) for link in find_links(text) if hide(link.target)]
    assert "huber" in {id for _, _, id in _named(whole)}
    assert "huber" not in {id for _, _, id in _named(left)}
    assert [name for name in kb.identities if name not in left.identities] == [
        name for name in kb.identities if _tells_of(whole, name, frozenset({"huber"}))
    ]
    changed = {stem for stem in left.sources if left.sources[stem].hash != kb.sources[stem].hash}
    assert {"chooser", "kb", "identities", "squared_error"} <= changed
    assert "focal" not in changed


def test_a_question_whose_answers_are_all_withheld_is_not_asked(kb):
    assert kb.chooser
    question = next(q for q in kb.chooser.questions.values() if all(answer.candidates for answer in q.answers.values()))
    gone = {id for answer in question.answers.values() for id in answer.candidates}
    losses = {id: loss.model_copy(update={"publish": id not in gone}) for id, loss in kb.losses.items()}
    left = published(replace(kb, losses=losses)).chooser
    assert left
    asked = {answer.next for q in left.questions.values() for answer in q.answers.values()} | {left.start}
    assert question not in [left.questions[id] for id in asked if id]
    assert all(left.questions[id].answers for id in asked if id)

"""Which words of a text are marked as terms, and what comes with the page."""

import json
import re
from pathlib import Path

import lxml.html
import markdown
import pytest
from conftest import ROOT

from kbgen.definitions import term_file, written
from kbgen.matcher import Matcher, inflections, key
from kbgen.obsidian import makeExtension
from kbgen.pages import Book

NAMES = {
    "gradient": "gradient", "梯度": "gradient", "梯度下降": "descent", "gradient descent": "descent", "GD": "descent",
    "Huber loss": "huber", "Huber 损失": "huber", "loss": "loss", "损失": "loss", "损失函数": "loss",
    "CE": "entropy", "cross-entropy": "entropy",
    "KL 散度": "kl", "RMSE": "rmse", "Adam": "adam", "mini-batch": "batch", "logits": "logits", "margin": "margin",
    "log-cosh": "cosh",
    "β": "beta", "熵": "one",
}  # fmt: skip
PASSED_OVER = ("损失", "loss", "Adams", "残差连接", "metric learning")
SENTENCES = [
    ("The gradient of gradient descent.", "gradient gradient descent"),
    ("Gradients, LOSS FUNCTIONS and Mini-Batches", "Gradients Mini-Batches"),
    ("two Huber losses or cross entropies", "Huber losses|cross entropies"),
    ("one logit, two logits", "logit|logits"),
    ("CE and GDs, but not ce, gd, Ce", "CE GDs"),
    ("rmse and RMSE and Rmse", "rmse RMSE Rmse"),
    ("ADAM or adam, not Adams, madam, adam_w, adam.step, x.adam", "ADAM adam"),
    ("subgradient, sub-gradient, gradient1, 2gradient", ""),
    ("gradient-based, log cosh, log\ncosh", "gradient|log cosh|log\ncosh"),
    ("margin=1 is code, a margin = 1 is a margin", "margin|margin"),
    ("metric learning has a loss", ""),
    ("用梯度下降求梯度。", "梯度下降|梯度"),
    ("损失和损失函数", "损失函数"),
    ("Huber损失、KL  散度、用Adam优化", "Huber损失|KL  散度|Adam"),
    ("熵与 β", ""),
    ("梯度gradient梯度", "梯度|gradient|梯度"),
]


@pytest.mark.parametrize(("text", "wanted"), SENTENCES)
def test_names_in_a_sentence(text, wanted):
    found = [text[at.start : at.end] for at in Matcher(NAMES, PASSED_OVER).find(text) if at.path]
    assert found == (wanted.split("|") if "|" in wanted or wanted in {"梯度下降", "损失函数"} else _words(wanted))


def _words(wanted):
    """Names of one sentence, where a blank may be a part of a name."""
    return re.findall(r"gradient descent|\S+", wanted)


@pytest.mark.parametrize(
    ("name", "form"),
    [("KL 散度", "kl散度"), ("Mini-Batch", "mini batch"), ("log‑cosh", "log cosh"), ("-log D trick", "log d trick")],
)
def test_spellings_of_a_name_are_one(name, form):
    assert key(name) == form


@pytest.mark.parametrize(
    ("form", "more"),
    [("loss", ["losses"]), ("entropy", ["entropies", "entropys"]), ("logits", ["logit"]), ("梯度", []), ("bias", ["biases"]),
     ("batch", ["batches", "batchs"]), ("basis", ["basises"])],
)  # fmt: skip
def test_plurals(form, more):
    assert set(more) <= set(inflections(form))
    assert not {"los", "bia", "basi"} & set(inflections(form))


TERMS = {
    "terms/gradient.md": {"name": "梯度", "names": ["梯度", "gradient"], "text": "最陡的 $\\nabla f$，`grad` & <上>坡。"},
    "terms/outlier.md": {"name": "离群点", "names": ["离群点", "outlier"], "text": "远离大家的点。"},
    "losses/huber.md": {"name": "Huber 损失", "names": ["Huber 损失"], "text": "先平方，后按比例。"},
}
PLACES = [
    ("梯度和梯度", ["梯度"]),
    ("梯度\n\n## 节\n\n梯度\n\n### 小节\n\n梯度", ["梯度"] * 3),
    ("# 梯度\n\n**梯度**", ["梯度"]),
    ("## 梯度", []),
    ("`梯度` 与 $梯度$", []),
    ("$$\n\\text{梯度}\n$$", []),
    ("```\n梯度\n```", []),
    ("    梯度", []),
    ("*梯度* 是书名", []),
    ("[梯度](https://example.org)", []),
    ("[[terms/gradient|坡]]，梯度，离群点", ["离群点"]),
    ("梯度，[[terms/gradient|坡]]", []),
    ("[[terms/gradient|坡]]\n\n## 节\n\n梯度", ["梯度"]),
    ("| 梯度 | b |\n| - | - |\n| 梯度 | 离群点 |", ["梯度", "离群点"]),
    ("![梯度](x.png)", []),
    ("> 梯度", ["梯度"]),
    ("- 离群点\n- Huber损失 和 outliers", ["离群点", "Huber损失"]),
    ("a \\* 梯度 & 梯度", ["梯度"]),
]


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    for path in TERMS:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("# x\n", encoding="utf-8")
    (tmp_path / "assets").mkdir()
    columns, unmarked = {"plain": "大白话", "exact": "准确"}, ["又名：", "参考文献"]
    content = {"columns": columns, "unmarked": unmarked, "passed_over": [], "terms": TERMS}
    (tmp_path / "assets/terms.json").write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def convert(vault, text):
    extensions = [makeExtension(vault=str(vault)), "tables", "pymdownx.superfences", "pymdownx.betterem"]
    return lxml.html.fragment_fromstring(markdown.markdown(text, extensions=extensions), create_parent=True)


@pytest.mark.parametrize(("text", "wanted"), PLACES)
def test_places_in_a_page(vault, text, wanted):
    page = convert(vault, text)
    assert [mark.text_content() for mark in page.find_class("kb-term")] == wanted


def test_names_are_no_words(vault):
    page = convert(vault, "又名：梯度 · 离群点\n\n梯度\n\n## 参考文献\n\n- 离群点\n\n## 后\n\n离群点又名：")
    assert [mark.getparent().tag for mark in page.find_class("kb-term")] == ["p", "p"]
    assert [mark.text_content() for mark in page.find_class("kb-term")] == ["梯度", "离群点"]


def test_text_around_marks_is_as_it_was(vault):
    text = "先梯度，**再 [[nowhere|那里]] 离群点**，后 `x` Huber 损失；完。"
    marked = convert(vault, text)
    for template in marked.iter("template"):
        template.drop_tree()
    (vault / "assets/terms.json").unlink()
    assert marked.text_content().strip() == convert(vault, text).text_content().strip()


def test_definitions_come_with_the_page_once_each(vault):
    page = convert(vault, "梯度，[[losses/huber]]\n\n## 节\n\n梯度 离群点")
    items = page.xpath("//template[@class='kb-terms']/p")
    assert [(item[0].text, item[0].get("href")) for item in items] == [
        ("梯度", "terms/gradient.md"), ("离群点", "terms/outlier.md"), ("Huber 损失", "losses/huber.md"),
    ]  # fmt: skip
    assert [mark.get("data-kb-term") for mark in page.find_class("kb-term")] == ["0", "0", "1"]
    assert items[0].xpath(".//math") and items[0].xpath(".//code")[0].text == "grad"
    assert "& <上>坡" in items[0].text_content()


def test_a_vault_without_terms_is_left_alone(vault):
    (vault / "assets/terms.json").unlink()
    assert not convert(vault, "梯度").xpath("//span|//template")


def test_columns_of_definitions_have_names(vault):
    page = convert(vault, "| 名 | 大白话 | 准确 |\n| - | - | - |\n| a | b | c |\n\n| 名 | 大白话 |\n| - | - |\n| a | b |")
    assert [cell.text for cell in page.find_class("kb-plain")] == ["大白话", "b"]
    assert [cell.text for cell in page.find_class("kb-exact")] == ["准确", "c"]


def test_a_changed_list_of_terms_is_noticed(vault):
    assert convert(vault, "残差").find_class("kb-term") == []
    file = vault / "assets/terms.json"
    content = json.loads(file.read_text())
    content["terms"]["terms/gradient.md"]["names"].append("残差")
    file.write_text(json.dumps(content))
    assert len(convert(vault, "残差").find_class("kb-term")) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_entry_is_a_term_with_words(kb, language):
    given = json.loads(term_file(Book(kb, language, ROOT / ".kbgen", {}, {}, {}))["assets/terms.json"])
    assert set(given["terms"]) == {f"{kb.folder(id)}/{id}.md" for id in kb.entries}
    assert all(term["text"] and "[[" not in term["text"] for term in given["terms"].values())
    owners = {}
    for target, term in given["terms"].items():
        for name in term["names"]:
            assert owners.setdefault(key(name), target) == target, name


def test_words_that_are_passed_over_hold_a_name(kb):
    """A phrase that nothing would mark is not needed in the list."""
    names = Matcher({name: name for entry in kb.entries.values() for name in written(entry, "zh")})
    bare = [phrase for phrase in (*kb.config.unmarked.zh, *kb.config.unmarked.en) if not list(names.find(phrase))]
    assert bare == []


@pytest.fixture(scope="session")
def pages():
    """The articles of the published site by path."""
    site = ROOT / "site"
    parser = lxml.html.HTMLParser(encoding="utf-8")
    found = {
        path.relative_to(site).as_posix(): lxml.html.parse(path, parser).find(".//article") for path in sorted(site.rglob("*.html"))
    }
    return {path: article for path, article in found.items() if article is not None}


def test_every_mark_of_the_site_has_its_definition(pages):
    marks = 0
    for path, page in pages.items():
        items = page.xpath(".//template[@class='kb-terms']/p")
        for mark in page.find_class("kb-term"):
            marks += 1
            target = items[int(mark.get("data-kb-term"))][0].get("href")
            assert target.endswith(".html") and target.rpartition("/")[2] != path.rpartition("/")[2], (path, mark.text)
            assert not {parent.tag for parent in mark.iterancestors()} & {"a", "code", "h1", "h2", "h3", "th", "figure", "pre"}, (
                path
            )
    assert marks > 1500


def test_entries_of_the_site_are_defined_at_two_depths(pages, kb):
    for id in kb.entries:
        for language in ("", "en/"):
            (plain,) = pages[f"{language}{kb.folder(id)}/{id}.html"].xpath(".//div[@class='admonition abstract']")
            assert plain.getnext().get("class") == "admonition exact", id
    for language in ("", "en/"):
        tables = [page for path, page in pages.items() if path.startswith(f"{language}indexes/glossary_")]
        plain, exact = (sum(len(table.find_class(name)) for table in tables) for name in ("kb-plain", "kb-exact"))
        assert plain == exact == len(kb.entries) + len(tables)


def test_the_list_of_terms_is_not_published(pages):
    assert list((ROOT / "site").rglob("terms.json")) == []

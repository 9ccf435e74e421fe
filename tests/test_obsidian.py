"""The Markdown extension, alone and in both hosts."""

import re
import subprocess
import sys
from pathlib import Path

import lxml.html
import markdown
import pytest

from kbgen.obsidian import PageError, makeExtension, slug
from kbgen.obsidian.formulas import math_element
from kbgen.tex import lines

NOTES = {
    "index.md": "# Home\n",
    "losses/huber.md": "---\naliases: [胡伯损失, Huber's function]\n---\n# Huber\n",
    "terms/残差.md": "# 残差\n\n## 两 个\n",
    "deep/er/Note One.md": "# Note\n",
}


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    for name, text in NOTES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def convert(vault: Path, text: str, *more: str) -> str:
    return markdown.markdown(
        text, extensions=[makeExtension(vault=str(vault), hover=False), "tables", "pymdownx.superfences", *more]
    )


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[[losses/huber]]", '<a href="losses/huber.md">losses/huber</a>'),
        ("[[huber|Huber 损失]]", '<a href="losses/huber.md">Huber 损失</a>'),
        ("[[HUBER.md|x]]", '<a href="losses/huber.md">x</a>'),
        ("[[胡伯损失]]", '<a href="losses/huber.md">胡伯损失</a>'),
        ("[[残差]]", '<a href="terms/残差.md">残差</a>'),
        ("[[er/note one]]", '<a href="deep/er/Note%20One.md">er/note one</a>'),
        ("[[残差#两 个|x]]", '<a href="terms/残差.md#两-个">x</a>'),
        ("[[nowhere|x]]", '<span class="kb-unresolved">x</span>'),
    ],
)
def test_links_find_their_note(vault, text, link):
    assert link in convert(vault, text)


def test_a_link_in_a_table_keeps_its_escaped_bar(vault):
    html = convert(vault, "| a | b |\n| - | - |\n| [[huber\\|x]] | y |\n")
    assert '<td><a href="losses/huber.md">x</a></td>' in html
    assert "<td>y</td>" in html


@pytest.mark.parametrize("text", ["`[[huber]]`", "    [[huber]]", "```\n[[huber]]\n```", "\\[[huber]]"])
def test_code_and_escapes_are_left_alone(vault, text):
    assert "[[huber]]" in convert(vault, text)


@pytest.mark.parametrize("text", ["$x^2$", "在 $x^2$ 中", "a **$x^2$** b", "> $x^2$", "| a |\n| - |\n| $x^2$ |"])
def test_inline_mathematics_becomes_mathml(vault, text):
    html = convert(vault, text)
    assert "<msup>" in html
    assert "$" not in html


def test_punctuation_stays_on_the_line_of_its_formula(vault):
    html = convert(vault, "当 $x^2$，且 $y$ 时。")
    assert html.count("kb-keep") == 1
    assert "</math>，</span>" in html
    html = convert(vault, "At $x^2$: cost ($y$). $z$.5 and $t$")
    assert html.count("kb-keep") == 2
    assert "</math>:</span>" in html and "</math>).</span>" in html


def test_a_per_cent_sign_stays_on_the_line_of_its_number(vault):
    html = convert(vault, "5 % of [[huber|7]] %, `1 %` and not % 3 %%hidden%%")
    assert "5\u00a0% of" in html and "7</a>\u00a0%," in html and "1 %</code>" in html and "not % 3" in html


@pytest.mark.parametrize("text", ["costs \\$5 and \\$6", "$5 and $ 6", "`$x$`", "$ x $"])
def test_dollars_that_are_not_mathematics(vault, text):
    assert "<math" not in convert(vault, text)


@pytest.mark.parametrize(
    "text", ["$$\nx^2\n$$", "before\n\n$$\na\n\n+ b\n$$\n\nafter", "> $$\n> x^2\n> $$", "- item\n\n    $$\n    x\n    $$"]
)
def test_display_mathematics_becomes_a_scrolling_block(vault, text):
    html = convert(vault, text)
    assert html.count('<div class="kb-math"') == 1
    assert 'display="block"' in html
    assert "$" not in html


def test_emphasis_inside_mathematics_is_not_emphasis(vault):
    assert "<em>" not in convert(vault, "$a_1 b_1$ and $a*b*c$")


def test_bad_mathematics_names_its_place(vault):
    with pytest.raises(PageError, match="TeX at character 1"):
        convert(vault, "$\\foo$")


def test_a_picture_is_set_into_the_page_with_its_text(vault):
    (vault / "figures").mkdir()
    inside = '<style>:root{--p-fg:#000}</style><path id="a"/><use xlink:href="#a"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{inside}</svg>'
    (vault / "figures/x.svg").write_text(svg, encoding="utf-8")
    html = convert(vault, '![a "b"](figures/x.svg)')
    assert '<svg role="img" aria-label="a &quot;b&quot;"' in html
    assert 'id="x-a"' in html
    assert 'xlink:href="#x-a"' in html
    assert ":root" not in html


@pytest.mark.parametrize(("width", "scrolls"), [(331, False), (460, True)])
def test_a_picture_too_wide_for_a_phone_scrolls_inside_itself(vault, width, scrolls):
    (vault / "x.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 100"></svg>', encoding="utf-8")
    assert ('class="kb-figure kb-figure--wide" tabindex="0"' in convert(vault, "![a](x.svg)")) == scrolls


def test_a_picture_in_pieces_is_set_in_piece_by_piece_row_by_row(vault):
    places = ("5 2 90 10", "5 20 200 80", "250 20 200 80")
    drawn = "".join(f'<g data-piece="{place}"><g><use xlink:href="#a"/></g></g>' for place in places)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 100"><defs><path id="a"/></defs>{drawn}</svg>'
    (vault / "x.svg").write_text(svg, encoding="utf-8")
    page = lxml.html.fragment_fromstring(convert(vault, "![a](x.svg)"), True)
    pieces = page.find_class("kb-pieces")[0]
    assert (pieces.get("role"), pieces.get("aria-label")) == ("img", "a")
    assert [[svg.get("viewbox") for svg in row] for row in pieces] == [[places[0]], list(places[1:])]
    assert [svg.get("style") for svg in pieces.iter("svg")] == ["--w:90", "--w:200", "--w:200"]
    assert len(pieces.xpath(".//*[@id='x-a']")) == 1 and len(pieces.findall(".//use")) == 3
    assert "tabindex" not in page.find_class("kb-figure--parted")[0].attrib


def test_a_picture_that_a_script_plays_stays_whole(vault):
    (vault / "assets/play").mkdir(parents=True)
    (vault / "assets/play/x.optim.js").write_text("", encoding="utf-8")
    (vault / "x.svg").write_text('<svg viewBox="0 0 460 9"><g data-piece="0 0 9 9"></g></svg>', encoding="utf-8")
    assert "kb-pieces" not in convert(vault, "![a](x.svg)")


def test_a_picture_that_is_missing_stays_an_image(vault):
    assert "<img" in convert(vault, "![a](figures/none.svg)")


@pytest.mark.parametrize(
    ("heading", "expected"), [("何时用，何时不用", "何时用何时不用"), ("NumPy code", "numpy-code"), ("A–Z", "az")]
)
def test_slugs_keep_letters_of_every_script(heading, expected):
    assert slug(heading) == expected


@pytest.mark.parametrize("host", ["mkdocs", "zensical"])
def test_a_foreign_project_can_use_it_alone(vault, host, tmp_path_factory):
    """In a plain project, on either host, the current page is known: a link from a folder is relative to it."""
    project = tmp_path_factory.mktemp("项目 one")
    (vault / "losses/huber.md").write_text("# Huber\n\n[[残差]] and $x^2$\n", encoding="utf-8")
    (vault / "terms/残差.md").write_text("# 残差\n\n[[huber#Huber|back]]\n", encoding="utf-8")
    vault.rename(project / "notes")
    (project / "mkdocs.yml").write_text(
        "site_name: Notes\nsite_url: ''\ndocs_dir: notes\nuse_directory_urls: false\nplugins: []\n"
        "theme: {name: material, font: false}\n"
        "markdown_extensions:\n  kbgen.obsidian: {vault: notes}\n  toc: {slugify: !!python/name:kbgen.obsidian.slug }\n",
        encoding="utf-8",
    )
    run = subprocess.run(
        [sys.executable, "-m", host, "build", "-f", "mkdocs.yml"], cwd=project, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr + run.stdout
    page = (project / "site/losses/huber.html").read_text(encoding="utf-8")
    back = (project / "site/terms/残差.html").read_text(encoding="utf-8")
    assert "<msup>" in page
    assert any(f'href="../terms/{name}.html"' in page for name in ("残差", "%E6%AE%8B%E5%B7%AE"))
    assert 'href="../losses/huber.html#huber"' in back


CONSTANTS = "`x=1` `y=2`"


@pytest.mark.parametrize(
    ("table", "heads"),
    [
        ("| a | b | c |\n| - | - | - |\n| 1 | 2 | 3 |", [None, "b", "c"]),
        ("| a | b |\n| - | - |\n| 1 | 2 |", [None, None]),
        (f"| a | b |\n| - | - |\n| 1 | {CONSTANTS} |", [None, "b"]),
        ("| a | b | c | d |\n| - | - | - | - |\n| 1 | 2 | 3 | `x` |", [None] * 4),
        (f"| a | b | c | d |\n| - | - | - | - |\n| 1 | {CONSTANTS} | {CONSTANTS} | |", [None] * 4),
        (f"| a | b | c | d |\n| - | - | - | - |\n| 1 | {CONSTANTS} | {CONSTANTS} | {CONSTANTS} |", [None, "b", "c", "d"]),
        ("> [!example|cards]- t\n> | a | b | c | d |\n> | - | - | - | - |\n> | 1 | 2 | 3 | |", [None, "b", "c", "d"]),
        ("> [!success|rows]- t\n> | a | b | c | d |\n> | - | - | - | - |\n> | 1 | 2 | 3 | |", [None, "b", "c", "d"]),
        ("> [!example]- t\n> | a | b | c | d |\n> | - | - | - | - |\n> | 1 | 2 | 3 | |", [None] * 4),
    ],
)
def test_cells_know_their_heads_where_a_phone_shows_cards(table, heads):
    page = lxml.html.fragment_fromstring(markdown.markdown(table, extensions=["tables", makeExtension()]), True)
    assert [cell.get("data-head") for cell in page.iter("td")] == heads


def test_tables_bring_their_boxes_if_asked(vault):
    text = "| a |\n| - |\n| b |\n\nafter\n"
    assert "scrollwrap" not in _with(vault, text)
    boxed = lxml.html.fromstring(f"<div>{_with(vault, text, boxes=True)}</div>")
    assert boxed.xpath("./div[@class='md-typeset__scrollwrap']/div[@class='md-typeset__table']/table//td/text()") == ["b"]
    assert boxed.xpath("./div/following-sibling::p/text()") == ["after"]


def _with(vault, text, **options):
    own = makeExtension(vault=str(vault), **options)
    return markdown.markdown(text, extensions=[own, "tables", "pymdownx.superfences", "pymdownx.highlight"])


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"a = b, \quad c = d \qquad e", ["a = b,", "c = d", "e"]),
        (r"\begin{cases} 1 \quad & 2 \end{cases}, \quad x", [r"\begin{cases} 1 \quad & 2 \end{cases},", "x"]),
        (r"\left( a \quad b \right)", [r"\left( a \quad b \right)"]),
        (r"{a \quad b}, \{c \quad d\} \quad e", [r"{a \quad b}, \{c \quad d\}", "e"]),
        (r"\quad x", ["x"]),
    ],
)
def test_formulas_are_cut_at_wide_blanks_outside_of_groups(tex, expected):
    assert lines(tex) == [expected]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\begin{aligned} a &= b, & c &= d \\ e &= \begin{cases} 1 & 2 \\ 3 & 4 \end{cases} \end{aligned} \quad f",
         [["a = b,", "c = d"], [r"e = \begin{cases} 1 & 2 \\ 3 & 4 \end{cases}"], ["f"]]),
        (r"x \quad y \quad \begin{aligned} a &= b \qquad c \\ d \end{aligned}", [["x", "y"], ["a = b", "c"], ["d"]]),
        (r"\begin{aligned} a &= b, & & c \& d \end{aligned}", [["a = b,", r"c \& d"]]),
    ],
)  # fmt: skip
def test_rows_that_hold_several_equations_are_lines(tex, expected):
    assert lines(tex) == expected


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{aligned} a &= b, & c &= d \\ &+ e \end{aligned}",
        r"\begin{aligned} a & b & c \end{aligned}{}\begin{aligned} d \end{aligned}",
        r"\begin{gathered} a \quad b \end{gathered}",
    ],
)
def test_rows_below_each_other_stay_aligned(tex):
    assert lines(tex) == [[tex]]


def test_what_only_looks_like_parts_stays_whole():
    """A piece that is no formula by itself leaves the formula as it is."""
    whole = math_element(r"a_\quad b", display=True, page="x.md")
    assert whole.count("<math") == 1


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\ell = a", [r"\ell = a"]),
        (r"\ell(s) = \left(a = b\right) + c + d \le \log c + \log d, \quad r = c",
         [r"\ell(s)", r"{}= \left(a = b\right) + c + d", r"{}\le \log c + \log d,", "r = c"]),
        (r"\ell = P(a = b) - a_{1 + 2} \times -3 + b \to -\infty + c + d + e + f = g",
         [r"\ell = P(a = b)", r"{}- a_{1 + 2} \times -3", r"{}+ b \to -\infty", "{}+ c", "{}+ d", "{}+ e", "{}+ f", "{}= g"]),
        (r"\ell(s) = a + |b - c| + \|d + e\|^2 + f + g + h + i + j + k",
         [r"\ell(s)", "{}= a", "{}+ |b - c|", r"{}+ \|d + e\|^2", "{}+ f", "{}+ g", "{}+ h", "{}+ i", "{}+ j", "{}+ k"]),
    ],
)  # fmt: skip
def test_a_wide_part_wraps_before_its_relations_and_then_its_signs(tex, expected):
    parts = math_element(tex, display=True, page="x.md")
    assert re.findall("<annotation[^>]*>(.*?)</annotation>", parts) == expected

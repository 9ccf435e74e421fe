"""What notes keep to themselves, what they may not do, and how they are set: comments, HTML, properties, tags, line breaks."""

import json
import logging
import re
import subprocess
import sys
from types import SimpleNamespace

import lxml.html
import markdown
import pytest
from conftest import config
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from test_broken_files import TERM

from kbgen import byhand, checks, safety
from kbgen.build import write_docs
from kbgen.notes import aliases, head_problems, tags, without_comments
from kbgen.obsidian import makeExtension
from kbgen.permalinks import permalink_files, permalink_problems

PROGRAM = re.compile(r"[\x00-\x20]*(?:j\s*a\s*v\s*a|vb|data:text)", re.I)


class Here(Extension):
    """Stands in for a host that is at work on a page."""

    def __init__(self, page: str) -> None:
        self.page = page

    def extendMarkdown(self, md):
        host = Treeprocessor(md)
        host.file = SimpleNamespace(src_uri=self.page)
        host.run = lambda _: None
        md.treeprocessors.register(host, "relpath", 0)


def convert(text, vault="docs", page="", more=(), **settings):
    here = [Here(page)] if page else []
    if page and not (vault / page).exists():
        (vault / page).parent.mkdir(parents=True, exist_ok=True)
        (vault / page).write_text(text, encoding="utf-8")
    return markdown.markdown(text, extensions=[makeExtension(vault=str(vault), **settings), *here, *more])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a %%x%% b", "a  b"),
        ("%%\nx\n\ny\n%%\nb", "\n\n\n\n\nb"),
        ("> %%\n> x\n> %%\nb", "> \n\n\nb"),
        ("`%%x%%` %%y%%", "`%%x%%` "),
        ("````\n```\n%%x%%\n```\n````\n%%y%%", "````\n```\n%%x%%\n```\n````\n"),
        ("```\nnever closed %%y%%", "```\nnever closed "),
        ("    %%x%%\n", "    %%x%%\n"),
        ("- a\n\n    %%y%%b\n", "- a\n\n    b\n"),
        ("$a%%b%%$ %%y%%", "$a%%b%%$ "),
        ("%%%%x%%%%", "%%%%x%%%%"),
        ("100%% a\n\nb %%y%%", "100%% a\n\nb "),
        ("%% never closed\ny", "\n"),
        ("\\%%x%%", "\\%%x%%"),
        ("a<!-- y\ny -->b", "a\nb"),
        ("---\ntitle: '%%x%%'\n---\n%%y%%", "---\ntitle: '%%x%%'\n---\n"),
    ],
)
def test_comments_go_and_code_stays_line_for_line(text, kept):
    assert without_comments(text) == kept


def test_a_comment_leaves_no_gap_in_a_list():
    assert "<p>" not in convert("- a\n%%secret%%\n- b")


def test_nothing_that_is_made_of_a_note_holds_its_comments(tmp_path, monkeypatch):
    """Pages of entries, lists, the search index and all other scripts: every byte that kbgen writes."""
    for folder in ("losses", "terms", "optimizers"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    (tmp_path / "data/kb.yml").write_text(config(), encoding="utf-8")
    (tmp_path / "data/terms/alpha.yml").write_text(TERM, encoding="utf-8")
    for language in ("zh", "en"):
        note = tmp_path / "docs" / language / "own.md"
        note.parent.mkdir(parents=True)
        text = "See [[alpha]] here %%xyzzy1 #xyzzy2 [[alpha]]%%.\n\n%%\nxyzzy3 $xyzzy$\n%%\n\n<!-- xyzzy4 -->\nWords #seen/below.\n"
        note.write_text(f"---\ntitle: Own\n---\n# Own\n\n{text}", encoding="utf-8")
    monkeypatch.setattr(checks, "problems", lambda *_: [])  # the code of this project has no entries in a base of one term
    write_docs(tmp_path)
    written = {
        path: path.read_bytes() for path in sorted((tmp_path / "docs").rglob("*")) if path.is_file() and path.name != "own.md"
    }
    assert {path for path, content in written.items() if b"xyzzy" in content} == set()
    assert b"See" in written[tmp_path / "docs/en/terms/alpha.md"]  # the note itself is read
    assert b"### seen/below\n\n[[own|Own]]" in written[tmp_path / "docs/en/indexes/tags.md"]
    assert "xyzzy" not in convert(note.read_text(encoding="utf-8"), tmp_path / "docs/en")


ATTACKS = [
    "<script>alert(1)</script>",
    "a <script>alert(1)</script> b",
    "a <SCRIPT\n>alert(1)</SCRIPT > b",
    '<img src=x onerror="alert(1)">',
    'a <b onclick="alert(1)">x</b>',
    "a <b/onclick=alert(1)>x</b>",
    '<a href="java&#115;cript:alert(1)">x</a>',
    'a <a href=" &#14; javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x]( data:text/html,alert(1))",
    "![x](javascript:alert(1))",
    "[x][r]\n\n[r]: vbscript:alert(1)",
    "<javascript://%0aalert(1)>",
    '<iframe src="javascript:alert(1)"></iframe>',
    'a <iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "a <svg><a xlink:href=javascript:alert(1)>x</a></svg>",
    '<math><mtext><table><mglyph><style><img src onerror="alert(1)"></style></mglyph></table></mtext></math>',
    "<object data=javascript:alert(1)></object>",
    "<form action=javascript:alert(1)><input type=submit formaction=javascript:alert(1)></form>",
    '<div style="background:url(javascript:alert(1))">x</div>',
    '<style>@import "javascript:alert(1)"</style>',
    '<details ontoggle="alert(1)" open>x</details>',
    "| a |\n| - |\n| <b onclick=alert(1)>x</b> |",
    "> [!note] <b onclick=alert(1)>x</b>\n> y",
    "- [ ] <b onclick=alert(1)>x</b>",
    "x^[<b onclick=alert(1)>x</b>]",
    "# <b onclick=alert(1)>x</b>",
    "<template><script>alert(1)</script></template>",
    "<base href=javascript:alert(1)//>",
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    "<xmp><b onclick=alert(1)></xmp>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "==<b onclick=alert(1)>x</b>==",
    '[x](# "y" onclick=alert(1)){onclick=alert(1)}',
    "[x](#){onclick=alert(1)}",
    "# x {onclick=alert(1)}",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_no_note_brings_a_program(text):
    page = lxml.html.fragment_fromstring(convert(text, more=["attr_list", "md_in_html"]), create_parent=True)
    for element in page.iter():
        assert element.tag not in {"script", "iframe", "object", "style", "form", "base", "meta", "svg", "template"}
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in {"srcdoc", "formaction"}

            assert not (name in {"href", "src"} and PROGRAM.match(value)), (name, value)


@pytest.mark.parametrize(
    "text",
    [
        '<details open=""><summary>a</summary>b</details>',
        "<kbd>Ctrl</kbd>",
        'a <span class="own" title="x">b</span>',
        '<video src="a.mp4" controls=""></video>',
        "H<sub>2</sub>O",
        "a<br>b",
    ],
)
def test_what_formats_text_stays(text):
    assert text in convert(text)


def test_mathematics_code_and_drawings_pass_untouched(tmp_path):
    (tmp_path / "x.svg").write_text('<svg viewBox="0 0 1 1"><style>a{}</style></svg>', encoding="utf-8")
    page = convert("$x^2$ `<script>` ![a](x.svg)\n\n```\n<script>\n```\n\n- [x] a", tmp_path, page="index.md")
    for piece in ("<msup>", "<style>a{}</style>", 'type="checkbox"', 'annotation encoding="application/x-tex"'):
        assert piece in page
    assert page.count("&lt;script&gt;") == 2


def test_a_project_may_switch_the_list_off():
    assert 'onclick="x()"' in convert('<b onclick="x()">y</b>', html="raw")


def test_what_is_dropped_is_reported(caplog, tmp_path):
    caplog.set_level(logging.INFO)
    convert('<b onclick="x()">y</b> [z](javascript:x)', tmp_path, "own.md")
    assert [record.getMessage() for record in caplog.records] == [
        "own.md: onclick of <b> is not on the list of safe HTML and was dropped",
        "own.md: the address of <a> is a program and was dropped",
    ]


@pytest.mark.parametrize(
    ("svg", "still"),
    [
        ("<svg><path d='M0 0'/><style>a{}</style></svg>", True),
        ("<svg><script>x</script></svg>", False),
        ("<svg onload='x'/>", False),
        ("<svg><a href='java&#115;cript:x'/></svg>", False),
        ("<svg><foreignObject/></svg>", False),
    ],
)
def test_a_drawing_that_could_act_is_not_still(svg, still):
    assert safety.is_still(svg) == still


def test_our_editors_are_told_with_the_line(tmp_path):
    head = "---\ntag: x\naliases: a, b\n---\n"
    note = f"{head}# A\n\n`<script>` %%<script>%% <https://a.example>\n\n<b onclick=x>y</b>\n<iframe></iframe>\n"
    (tmp_path / "own.md").write_text(note, encoding="utf-8")
    found = byhand.problems("docs/en", byhand.pages(tmp_path, ()), {}, {})
    assert [(problem.path, problem.line, problem.message.partition(" is ")[0]) for problem in found] == [
        ("docs/en/own.md", 2, "tag"),
        ("docs/en/own.md", 3, "aliases"),
        ("docs/en/own.md", 9, "onclick of <b>"),
        ("docs/en/own.md", 10, "<iframe>"),
    ]


def test_properties_that_cannot_be_read_have_a_line():
    assert [slip[0] for slip in head_problems("---\ntitle: x\ntags: [a\n---\n")] == [4]
    assert [slip[0] for slip in head_problems("---\ntitle: x\ntitle: y\n---\n")] == [3]
    assert list(head_problems('---\n{"aliases": ["a"]}\n---\n')) == []


def test_unreadable_properties_are_reported_and_the_page_goes_on(caplog, tmp_path):
    page = convert("---\ntags: [a\n---\n# Text", tmp_path, "own.md")
    assert "<h1" in page and "tags" not in page
    assert caplog.records[0].getMessage().startswith("own.md:3: the properties cannot be read")
    assert caplog.records[0].levelno == logging.WARNING


def test_one_name_is_a_list_of_one():
    assert aliases("---\naliases: Only\n---\n") == ["Only"]


def test_classes_of_a_page_stand_around_it(tmp_path):
    (tmp_path / "own.md").write_text('---\ncssclasses: [wide, "<x>"]\n---\n# A\n', encoding="utf-8")
    assert convert("# A", tmp_path, "own.md").startswith('<div class="wide &lt;x&gt;">')
    assert convert("# A", tmp_path, "own.md", page_classes=False).startswith("<h1")


def test_tags_of_properties_and_text_are_one_set():
    head = "---\ntags: ['#A/b', c, 2020]\n---\n"
    note = f"{head}# H\n\n#a/B `#no` $#no$ [[x#no]] [t](#no) %%#no%% https://x/#no \\#no #yes/ok，#1984\n\n    #no\n"
    assert tags(note) == ["A/b", "c", "yes/ok"]


def test_a_tag_leads_to_its_note_or_to_its_heading(tmp_path):
    for name, text in {"tags/a/b.md": "# x\n", "all.md": "# All\n\n### c/d\n"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    page = convert("#a/b #C/d #e", tmp_path, "deep/own.md", tags="all")
    assert 'href="../tags/a/b.md">#a/b</a>' in page
    assert 'href="../all.md#cd">#C/d</a>' in page
    assert '<span class="kb-tag">#e</span>' in page


@pytest.mark.parametrize(
    ("setting", "strict", "breaks"),
    [("auto", None, True), ("auto", False, True), ("auto", True, False), ("strict", False, False), ("visible", True, True)],
)
def test_a_new_line_is_one_where_the_vault_shows_it(tmp_path, setting, strict, breaks):
    if strict is not None:
        (tmp_path / ".obsidian").mkdir()
        (tmp_path / ".obsidian/app.json").write_text(json.dumps({"strictLineBreaks": strict}), encoding="utf-8")
    assert ("<br" in convert("a\nb", tmp_path, line_breaks=setting)) == breaks


@pytest.mark.parametrize("host", ["mkdocs", "zensical"])
def test_a_foreign_vault_needs_no_other_extension(host, tmp_path):
    """Default Material, our extension alone: both hosts build, and what is hidden or unsafe is in no file of the site."""
    source = (
        "# Home\n\n> [!faq]- Why $x^2$?\n> Because[^A].\n\n[^a]: A note.\n\n- a\n  - [/] b #tag\n\n"
        "==x== ~~y~~ z^[here]\n\n%%xyzzy%%\n\n<div onclick='xyzzy()'>d</div>\n"
    )
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/index.md").write_text(source, encoding="utf-8")
    settings = "theme: {name: material, font: false}\nmarkdown_extensions:\n  kbgen.obsidian: {vault: notes}\n"
    project = f"site_name: Notes\nsite_url: ''\ndocs_dir: notes\nuse_directory_urls: false\n{settings}"
    (tmp_path / "mkdocs.yml").write_text(project, encoding="utf-8")
    command = [sys.executable, "-m", host, "build", "-f", "mkdocs.yml"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr + run.stdout
    site = tmp_path / "site"
    assert {path for path in site.rglob("*") if path.is_file() and b"xyzzy" in path.read_bytes()} == set()
    page = (site / "index.html").read_text(encoding="utf-8")
    for piece in (
        '<details class="question faq"',
        "<msup>",
        'data-task="/"',
        "<mark>",
        "<del>",
        'class="kb-tag"',
        'id="fn:inline-',
    ):
        assert piece in page


def test_a_permalink_and_an_old_path_lead_to_the_note():
    note = "---\ntitle: A <b>\npermalink: /about/us/\naliases: [Us, old/place]\n---\n# A\n"
    files = dict(permalink_files("en", {"guides/own.md": note}))
    assert set(files) == {"about/us.html", "old/place.html"}
    page = lxml.html.document_fromstring(files["about/us.html"])
    assert [link.get("href") for link in page.iter("a")] == ["../guides/own.html"]
    assert page.findtext(".//title") == "A <b>"


@pytest.mark.parametrize("place", ["../../etc/x", "https://a.example/x", "index", 'a"b', "a/.git/b"])
def test_a_permalink_stays_on_the_site_and_takes_no_place(place):
    note = f"---\ntitle: A\npermalink: '{place}'\n---\n"
    (problem,) = permalink_problems("docs/en", {"own.md": note}, {"index.md"})
    assert problem.line == 3
    assert set(dict(permalink_files("en", {"own.md": note}))) <= {"index.html"}


def test_a_drawing_that_could_act_stays_an_image(tmp_path):
    (tmp_path / "x.svg").write_text("<svg><script>xyzzy</script></svg>", encoding="utf-8")
    page = convert("![a](x.svg)", tmp_path, "own.md")
    assert "<img" in page and "xyzzy" not in page

"""Links and embeds as Obsidian has them: a row a construct of the list of conformance, by its id (L1 …, E1 …)."""

from collections.abc import Mapping
from pathlib import Path

import lxml.html
import markdown
import pytest
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from kbgen.obsidian import makeExtension

HERE = "Folder/Page.md"
NOTES = {
    HERE: "![[#There]]\n\n# There\n\nx\n\n# End",
    "Note.md": "---\naliases: [Nickname, 小名]\n---\n# Note\n\n## First\n\n### Same\n\none\n\n## Second\n\n### Same\n\ntwo\n\n"
    "## C# & *more*, 标题！\n",
    "Folder/Deep/Leaf.md": "# Leaf\n",
    "Folder/Beside.md": "Beside the page\n",
    "Twice/Beside.md": "elsewhere\n",
    "Twice/Only.md": "",
    "Other/Only.md": "",
    "case/Word.md": "",
    "case/word.md": "",
    "中文 笔记 🎉.md": "# 标题\n",
    "R&D (draft)（草稿） it's.md": "",
    "Cafe\u0301.md": "decomposed\n",
    "Costs $5.md": "",
    "Blocks.md": (
        "A paragraph ^para\n\n- item ^Item-1\n    - child\n- other\n\n^list\n\n> quoted\n\n^quote\n\n"
        "> [!note] Title\n> inside\n\n^callout\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n^table\n\n"
        "```\ncode ^no\n```\n\n^fence\n\n| c | d |\n| - | - |\n| 3 | 4 |\n^tight\n"
    ),
    "files/paper.pdf": "",
    "files/data.csv": "",
    "a/pic.png": "",
    "b/pic.png": "",
    "only.png": "",
    "sound.mp3": "",
    "film.mp4": "",
    "board.canvas": '{"nodes": []}',
    "table.base": "",
    "Feet.md": "# Feet\n\nNote[^1] and [ref].\n\n## Part\n\nPart[^b]\n\n[^1]: first foot\n[^b]: second foot\n\n[ref]: https://example.org\n",
    "Folder/Host.md": "",
    "Folder/Links.md": "[[Host]] [[#Here]] [there](Deep/Leaf.md) ![[only.png]] ![p](../a/pic.png) [only]\n\n# Here\n",
    "Raw.md": "# See [[Leaf|the leaf]]\n",
    "More.md": "> first\n>\n> last ^both\n\n- one\n\n    two\n\n- three ^loose\n\n    under\n",
    "A/Beside.md": "first of all\n",
    "Secret.md": "---\npublish: false\n---\n# Secret\n",
    "Loop.md": "in the loop\n\n![[Loop]]\n",
    **{f"level{n}.md": f"text{n}\n\n![[level{n + 1}]]\n" for n in range(1, 9)},
}


class Host(Extension):
    """What a converter has inside a host: the page it works on."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        context = Preprocessor(md)
        context.page = self  # type: ignore[attr-defined]
        context.url = self.url = self.path.removesuffix(".md") + "/"  # type: ignore[attr-defined]
        context.run = lambda lines: lines  # type: ignore[method-assign]
        md.preprocessors.register(context, "rendering_context", 0)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vault")
    write(folder, NOTES)
    return folder


def write(folder: Path, notes: Mapping[str, str]) -> None:
    for name, text in notes.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def page(vault: Path, text: str, at: str = HERE, **options: object) -> lxml.html.HtmlElement:
    """A page of the vault, as a host with folders for addresses would ask for it."""
    extensions = [makeExtension(vault=str(vault), **options), "tables", "footnotes", "toc", "pymdownx.superfences", Host(at)]
    quotes = {"pymdownx.quotes": {"callouts": True}}
    html = markdown.markdown(text, extensions=[*extensions, "pymdownx.quotes"], extension_configs=quotes)
    assert "data-kb-" not in html, "marks of work that was not finished"
    return lxml.html.fragment_fromstring(html, create_parent="main")


CALLOUT = ("callout", "fence", "tight")
LINKS = [
    ("L1", "[[Note]] [[Note.md]]", ["../Note.md", "../Note.md"]),
    ("L2", "[[Folder/Deep/Leaf]]", ["Deep/Leaf.md"]),
    ("L2", "[[/Note]] [[./Beside]] [[../Note]]", ["../Note.md", "Beside.md", "../Note.md"]),
    ("L3", "[t](Note.md) [t](Note) [t](Leaf.md)", ["../Note.md", "../Note.md", "Deep/Leaf.md"]),
    ("L3", "[t](../Note.md#Second) [t](Deep/Leaf)", ["../Note.md#second", "Deep/Leaf.md"]),
    ("L3", "[t](%E4%B8%AD%E6%96%87%20%E7%AC%94%E8%AE%B0%20%F0%9F%8E%89.md)", ["../中文%20笔记%20🎉.md"]),
    ("L3", "[t](<中文 笔记 🎉>)", ["../中文%20笔记%20🎉.md"]),
    ("L3", "[t](Note.md#Second)", ["../Note.md#second"]),
    ("L3", "[t](Note#C#%20&%20more,%20标题！)", ["../Note.md#c-more"]),
    ("L5", "[[NOTE]] [[folder/BESIDE]]", ["../Note.md", "Beside.md"]),
    ("L6", "[[Leaf]] [[Deep/Leaf]]", ["Deep/Leaf.md"] * 2),
    ("L7", "[[Beside]] [[Twice/Beside]]", ["Beside.md", "../Twice/Beside.md"]),
    ("L7", "[[Only]]", ["../Other/Only.md"]),
    ("L8", "[[Word]] [[word]]", ["../case/Word.md", "../case/word.md"]),
    ("L9", "[[中文 笔记 🎉]]", ["../中文%20笔记%20🎉.md"]),
    ("L9", "[[R&D (draft)（草稿） it's]]", ["../R&D%20(draft)（草稿）%20it's.md"]),
    ("L9", "[[Caf\u00e9]]", ["../Cafe\u0301.md"]),
    ("L10", "[[Note#First]] [[Note#second]]", ["../Note.md#first", "../Note.md#second"]),
    ("L10", "[[Note#C# & *more*, 标题！]] [[Note#c & more 标题！]]", ["../Note.md#c-more"] * 2),
    ("L10", "[[#Below]] [t](#Below%20this)\n\n# Below\n\n# Below this", ["#below", "#below-this"]),
    ("L10", "[[Raw#See the leaf]] [[Raw#See Leaf the leaf]]", ["../Raw.md#see-the-leaf"] * 2),
    ("L11", "[[Note#First#Same]] [[Note#Second#Same]] [[Note#Same]]", ["../Note.md#same", "../Note.md#same_1", "../Note.md#same"]),
    ("L12", "[[Blocks#^para]] [[Blocks#^item-1]] [[#^own]]\n\nhere ^own", ["../Blocks.md#^para", "../Blocks.md#^Item-1", "#^own"]),
    ("L12", "[[Blocks#^list]] [[Blocks#^quote]] [[Blocks#^table]]", [f"../Blocks.md#^{k}" for k in ("list", "quote", "table")]),
    ("L12", "[[Blocks#^callout]] [[Blocks#^fence]] [[Blocks#^tight]]", [f"../Blocks.md#^{k}" for k in CALLOUT]),
    ("L13", "[[Nowhere]] [[Note#Nowhere]] [[Note#^nowhere]]", ["../Note.md", "../Note.md"]),
    ("L13", "[[#Nowhere]]", ["Page.md"]),
    ("L14", "| a | b |\n| - | - |\n| [[Note\\|text]] | ![[only.png\\|60]] |", ["../Note.md"]),
    ("L15", "`[[Note]]` $[[Note]]$ $$a[[Note]]b$$ <i title='[[Note]]'>x</i>\n\n    [[Note]]\n\n```\n[[Note]]\n```", []),
    ("L15", "[[Costs $5]] and [[Costs $5|more]]", ["../Costs%20$5.md"] * 2),
    ("L16", "[[]] [[ ]] [[#]] [[|x]]", []),
    ("L17", "[[data.csv]] [[paper.pdf#page=3]] [[data]]", ["../files/data.csv", "../files/paper.pdf#page=3"]),
    ("L18", "[[Nickname]] [[小名]] [[nickname|x]]", ["../Note.md"] * 3),
    ("L20", "# See [[Note]]\n\n> [!note] [[Note]]\n> [[Note]]\n\ntext[^1]\n\n[^1]: foot [[Note]]", ["../Note.md"] * 4),
    (
        "L22",
        "[top](#) [bad](http://[x) [a](https://a.b) [m](mailto:a@b.c) [o](obsidian://open?vault=x) <https://a.b/[[x]]>",
        ["#", "http://[x", "https://a.b", "mailto:a@b.c", "obsidian://open?vault=x", "https://a.b/[[x]]"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("id", "text", "hrefs"), LINKS)
def test_links_lead_where_obsidian_leads(vault, id, text, hrefs):
    links = [link.get("href") for link in page(vault, text).iter("a") if "footnote" not in link.get("class", "")]
    assert sorted(links) == sorted(hrefs)


@pytest.mark.parametrize(
    ("id", "text", "shown"),
    [
        ("L4", "见[[Note|笔记]]和[[Leaf|*叶*]]。", "见笔记和叶。"),
        ("L4", "[[Note]] [[Note#First]] [[#A]]\n\n# A", "Note Note > First A\nA"),
        ("L12", "here ^own", "here"),
        ("L12", "^alone", "^alone"),
        ("L12", "- a ^one\n- b\n\n^two", "\na\nb\n"),
        ("L13", "[[Nowhere|gone]]", "gone"),
        ("L14", "| a |\n| - |\n| [[Note\\|text]] |", "\n\n\na\n\n\n\n\ntext\n\n\n"),
        ("L15", "`[[Note]]`", "[[Note]]"),
        ("L16", "[[]]", "[[]]"),
    ],
)
def test_links_show_what_they_should(vault, id, text, shown):
    assert page(vault, text).text_content() == shown


def test_l4_the_words_of_a_link_may_be_formatted(vault):
    assert page(vault, "[[Note|**bold** `code` $x$]]").xpath("//a[strong and code and math]")


def test_l12_every_kind_of_block_has_its_id(vault):
    blocks = page(vault, NOTES["Blocks.md"])
    kinds = {element.get("id"): element.tag for element in blocks.iter() if element.get("id")}
    assert kinds == {
        "^para": "p", "^Item-1": "li", "^list": "ul", "^quote": "blockquote", "^callout": "div",
        "^table": "table", "^fence": "div", "^tight": "table",
    }  # fmt: skip
    assert blocks.text_content().count("^") == 1, "the one inside the code"


def test_l12_of_two_blocks_with_one_id_the_first_has_it(vault):
    assert page(vault, "one ^same\n\ntwo ^Same").xpath("//p[@id]/text()") == ["one"]


def test_l13_a_link_to_nowhere_is_marked(vault):
    assert page(vault, "[[Nowhere|gone]]").xpath("//span[@class='kb-unresolved']/@title") == ["Nowhere"]


def test_l21_the_name_of_the_note_is_shown_on_hover(vault):
    titles = [link.get("title") for link in page(vault, "[[Note|x]] [[Note]] [[Note|Note]] [[Note#First|y]]").iter("a")]
    assert titles == ["Note", None, None, "Note > First"]
    assert not page(vault, "[[Note|x]]", hover=False).xpath("//@title")


@pytest.mark.parametrize(
    ("id", "text", "told"),
    [
        ("L7", "\n[[Only]]", "Folder/Page.md:2: [[Only]] may mean Twice/Only.md as well as Other/Only.md"),
        ("L13", "a\n\n[[Nowhere]]", "Folder/Page.md:3: [[Nowhere]] leads nowhere"),
        ("L13", "[[Note#Gone]]", "Folder/Page.md:1: #Gone names no heading and no block of Note.md"),
        ("E6", "![[Note#Gone]]", "Folder/Page.md:1: #Gone names no heading and no block of Note.md"),
        ("L18", "[[Nickname]]", "Folder/Page.md:1: [[Nickname]] is an alias of Note.md"),
        ("E6", "![[Nowhere]]", "Folder/Page.md:1: ![[Nowhere]] leads nowhere"),
    ],
)
def test_what_is_doubtful_is_reported_with_file_and_line(tmp_path, caplog, id, text, told):
    write(tmp_path, {**NOTES, HERE: text})
    with caplog.at_level("INFO", "mkdocs.kbgen"):
        page(tmp_path, text)
    assert [message for message in caplog.messages if message.startswith(told)]
    assert len(caplog.messages) == 1


def test_what_is_embedded_is_reported_by_its_own_page_only(tmp_path, caplog):
    write(tmp_path, {"a.md": "![[b]]", "b.md": "[[Nowhere]]"})
    page(tmp_path, "![[b]]", at="a.md")
    assert not caplog.messages
    page(tmp_path, "[[Nowhere]]", at="b.md")
    assert len(caplog.messages) == 1


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(
    ("id", "text", "shown"),
    [
        ("E1", "before\n\n![[Beside]]\n\nafter", "before Beside the page after"),
        ("E1", "in ![[Beside]] line", "in Beside the page line"),
        ("E1", "![[Nickname#First]]", "First Same one"),
        ("E2", "![[Note#First]]", "First Same one"),
        ("E2", "![[Note#Second#Same]]", "Same two"),
        ("E2", NOTES[HERE], "There x There x End"),
        ("E3", "![[Blocks#^para]]", "A paragraph"),
        ("E3", "![[Blocks#^item-1]]", "item child"),
        ("E3", "![[Blocks#^list]]", "item child other"),
        ("E3", "![[Blocks#^quote]]", "quoted"),
        ("E3", "![[Blocks#^callout]]", "Title inside"),
        ("E3", "![[Blocks#^table]]", "a b 1 2"),
        ("E3", "![[Blocks#^tight]]", "c d 3 4"),
        ("E3", "![[More#^both]]", "first last"),
        ("E3", "![[More#^loose]]", "three under"),
        ("E6", "![[Nowhere]]", "Not found: Nowhere"),
        ("E6", "[[Secret]] ![[Secret]] ![](../Secret.md)", "Secret Not found: Secret Not found: Secret.md"),
        ("E6", "![[Note#Nowhere]]", "Not found: Note > Nowhere"),
        ("E6", "![[Note#^nowhere]]", "Not found: Note > ^nowhere"),
        ("E7", "![[Page]]", "Page"),
        ("E7", "![[Loop]]", "in the loop Loop"),
        ("E7", "![[level1]]", "text1 text2 text3 text4 text5 level6"),
        ("E8", "> [!note] T\n> ![[Beside]]", "T Beside the page"),
        ("E8", "- a\n- ![[Beside]]\n    - ![[Beside]]", "a Beside the page Beside the page"),
        ("E8", "| a |\n| - |\n| ![[Beside]] |", "a Beside the page"),
        ("E8", "# ![[Beside]]", "Beside"),
        ("E10", "mine[^1] ![[Feet#Part]]\n\n[^1]: my foot", "mine1 Part Part2 second foot ↩ my foot ↩"),
        ("E10", "mine[^x] ![[Feet]]\n\n[^x]: mine", "mine1 Feet Note1 and ref. Part Part2 first foot ↩ second foot ↩ mine ↩"),
        ("E11", "![[Beside]]\n\n![[Beside]]", "Beside the page Beside the page"),
        ("E14", "![[Beside|any words]]", "Beside the page"),
        ("E16", "![[board.canvas]]", "Canvas, to be opened in Obsidian: board.canvas"),
        ("E16", "![[table.base]]", "Base, to be opened in Obsidian: table.base"),
        ("E16", "```dataview\nLIST\n```\n\n````\n```query\nx\n```\n````", "Shown by Obsidian only: dataview ```query x ```"),
        ("E5", "![[data.csv]]", "File: data.csv"),
        (
            "E1",
            "`![[Beside]]` \\![[Beside]]\n\n    ![[Beside]]\n\n```\n![[Beside]]\n```",
            "![[Beside]] !Beside ![[Beside]] ![[Beside]]",
        ),
    ],
)
def test_embeds_show_what_obsidian_shows(vault, id, text, shown):
    assert words(page(vault, text)) == shown


@pytest.mark.parametrize(
    ("id", "text", "attributes"),
    [
        ("E4", "![[only.png]]", {"src": "../only.png", "alt": "only.png"}),
        ("E4", "![[only.png|100]]", {"src": "../only.png", "alt": "only.png", "width": "100"}),
        ("E4", "![[only.png|words|100x145]]", {"src": "../only.png", "alt": "words", "width": "100", "height": "145"}),
        ("E4", "![alt|80](../only.png)", {"src": "../only.png", "alt": "alt", "width": "80"}),
        ("E4", "![alt|64x48](https://a.b/c.png)", {"src": "https://a.b/c.png", "alt": "alt", "width": "64", "height": "48"}),
        ("E4", "![250](https://a.b/c.png)", {"src": "https://a.b/c.png", "alt": "", "width": "250"}),
        ("E4", "![a](only.png)", {"src": "../only.png", "alt": "a"}),
        ("L14", "| a |\n| - |\n| ![[only.png\\|60]] |", {"src": "../only.png", "alt": "only.png", "width": "60"}),
        ("L14", "| a |\n| - |\n| ![x\\|60](../only.png) |", {"src": "../only.png", "alt": "x", "width": "60"}),
        ("E15", "![[b/pic.png]]", {"src": "../b/pic.png", "alt": "pic.png"}),
        ("E5", "![[sound.mp3#t=5]]", {"controls": "", "preload": "metadata", "src": "../sound.mp3#t=5"}),
        ("E5", "![](../sound.mp3)", {"controls": "", "preload": "metadata", "src": "../sound.mp3"}),
        ("E5", "![[film.mp4|320]]", {"controls": "", "preload": "metadata", "width": "320", "src": "../film.mp4"}),
        (
            "E5",
            "![[paper.pdf#page=3&height=400]]",
            {
                "type": "application/pdf", "aria-label": "paper.pdf", "width": "100%", "height": "400",
                "data": "../../files/paper.pdf#page=3",
            },
        ),
    ],
)  # fmt: skip
def test_files_are_shown_with_their_size(vault, id, text, attributes):
    (shown,) = page(vault, text).xpath("//img | //audio | //video | //object")
    assert dict(shown.attrib) == attributes


def test_e1_a_markdown_picture_of_a_note_is_an_embed(vault):
    assert words(page(vault, "![x](../Note.md#First)")) == "First Same one"


def test_e10_e11_e12_every_id_is_there_once_and_footnotes_stay_with_their_note(vault):
    text = "[^1] Feet ^para\n\n![[Feet]]\n\n![[Feet]]\n\n![[Blocks]]\n\n# Feet\n\n[[#Feet]]\n\n[^1]: mine"
    made = page(vault, text)
    ids = [element.get("id") for element in made.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {link.get("href")[1:] for link in made.iter("a") if link.get("href").startswith("#")} <= set(ids)
    assert all(href.startswith(("#fn", "#e")) for href in made.xpath("//a[starts-with(@class, 'footnote')]/@href"))
    assert made.xpath("//@id[contains(., '^')]") == ["^para"], "those of blocks stay with their note"
    assert made.xpath("//h1[not(ancestor::div)]/@id") == ["feet"], "what is embedded takes no id away from the page"
    assert len(made.xpath("//a[@href='https://example.org']")) == 2, "references are those of the note"


def test_e12_links_inside_an_embed_lead_where_they_lead_in_their_note(vault):
    made = page(vault, "![[Folder/Links]]\n\n[only]: https://of.the.page", at="Twice/Page.md")
    assert [link.get("href") for link in made.iter("a")] == [
        "../Folder/Host.md", "../Folder/Links.md#here", "../Folder/Deep/Leaf.md",
    ]  # fmt: skip
    assert [picture.get("src") for picture in made.iter("img")] == ["../only.png", "../a/pic.png"]


def test_titles_of_embeds_can_be_left_out(vault):
    assert words(page(vault, "![[Note#First]] ![[Folder/Deep/Leaf]]", titles=False)) == "Same one"
    assert not words(page(vault, "![[Leaf#Leaf]]", titles=False)), "a section without text is no missing one"

"""The base for other programs: what is published for download reads as its format demands, whole and the same every time."""

import csv
import io
import json
import os
import re
import zipfile
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from conftest import ROOT
from jinja2 import Environment
from lxml import etree

from kbgen import exports
from kbgen.cache import Digests, Memo
from kbgen.cli import main
from kbgen.errors import Problems
from kbgen.exports import document, sheet
from kbgen.exports.delivery import deliver
from kbgen.exports.epub import epub, page, rendered
from kbgen.exports.formats import FORMATS, Stock, export
from kbgen.exports.page import NAMES
from kbgen.links import CODE_OR_MATH
from kbgen.model import KINDS, LANGUAGES
from kbgen.site import _offered
from kbgen.tex import MACROS

DOWNLOADS = ROOT / "site/downloads"
WIKILINK = re.compile(r"(?<!\\)(!?)\[\[([^\[\]\n]+?)\]\]")
LINK = re.compile(r"\]\(<?(?![a-z]+:)([^()\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.*?) *$", re.M)
FENCE = re.compile(r"^[ >]*(```|~~~).*?^[ >]*\1", re.S | re.M)
XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
SIGNS = r"(?:[\w!$&'()*+,\-./:;=?@~\u00a0-\U0010fffd]|%[0-9A-Fa-f]{2})*"
URL = re.compile(f"{SIGNS}(?:#{SIGNS})?")
SIZED = {"math": {"displaystyle"}, "mtable": {"displaystyle"}, "mstyle": {"displaystyle", "scriptlevel"}}
"""Where MathML 3, and so EPUB, lets formulas state sizes."""


@pytest.fixture(scope="module")
def stock() -> Stock:
    return Stock(ROOT, os.environ.get("KBGEN_SITE_URL", ""))


def unpacked(name: str) -> dict[str, bytes]:
    with zipfile.ZipFile(DOWNLOADS / name) as archive:
        assert archive.testzip() is None
        return {path: archive.read(path) for path in archive.namelist()}


@pytest.fixture(scope="module", params=LANGUAGES)
def vault(request) -> dict[str, bytes]:
    """The files of the vault of a language, as they lie in the folder that one opens."""
    name = f"kbgen-obsidian-{request.param}"
    files = unpacked(f"{name}.zip")
    assert {path.partition("/")[0] for path in files} == {name}
    return {path.removeprefix(f"{name}/"): content for path, content in files.items()}


@pytest.fixture(scope="module", params=LANGUAGES)
def book(request) -> dict[str, bytes]:
    return unpacked(f"kbgen-{request.param}.epub")


def test_every_format_has_a_maker_and_every_download_a_place():
    assert set(FORMATS) == {*exports.EACH, *exports.BOTH}
    expected = {file.format(language) for files in NAMES.values() for file in files for language in LANGUAGES}
    assert {path.name for path in DOWNLOADS.iterdir()} == expected


@pytest.mark.parametrize("name", [*(name for name in NAMES if name != "epub")])
def test_another_process_makes_the_same_bytes(stock, name):
    for file, content in export(stock, name, ["en"]).items():
        assert (DOWNLOADS / file).read_bytes() == content, file


def test_downloads_are_made_anew_when_pages_or_data_change(tmp_path):
    (tmp_path / "data").mkdir()
    seen = {_offered(tmp_path, {"en": "1"}, Digests()), _offered(tmp_path, {"en": "2"}, Digests())}
    (tmp_path / "data/a.yml").write_text("no page shows it")
    seen.add(_offered(tmp_path, {"en": "2"}, Digests()))
    assert len(seen) == 3


def test_a_book_from_scratch_is_the_same_book(stock):
    assert epub(stock.books["en"], stock.vaults["en"], Memo()) == (DOWNLOADS / "kbgen-en.epub").read_bytes()


# The vault


def folded(heading: str) -> str:
    """A heading as Obsidian compares it: without punctuation of its own, whatever the case."""
    return " ".join(re.sub(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\]", " ", heading).casefold().split())


def resolved(target: str, page: str, files: dict[str, list[str]]) -> str | None:
    """The file that Obsidian opens: by path from the root, from the folder of the note, or by the end of a path."""
    wanted = unquote(target).casefold()
    tried = [wanted, normpath(join(dirname(page), wanted)).casefold()]
    for name in [*tried, *(f"{name}.md" for name in tried)]:
        if name in files:
            return files[name][0]
    tails = [paths[0] for folded_path, paths in files.items() if folded_path.endswith((f"/{wanted}", f"/{wanted}.md"))]
    assert len(tails) < 2, f"{page}: [[{target}]] is ambiguous"
    return tails[0] if tails else None


def links(text: str):
    """(target, heading) of every link, embed and picture of a note, its properties included, as Obsidian reads them."""
    prose = CODE_OR_MATH.sub("", FENCE.sub("", text))
    for match in WIKILINK.finditer(prose):
        target, _, heading = match[2].replace("\\|", "|").partition("|")[0].partition("#")
        yield target, heading
    for match in LINK.finditer(prose):
        target, _, heading = match[1].partition("#")
        yield target, heading


def test_every_link_of_the_vault_leads_where_obsidian_would_look(vault):
    files: dict[str, list[str]] = {}
    for path in vault:
        files.setdefault(path.casefold(), []).append(path)
    assert all(len(paths) == 1 for paths in files.values()), "two files differ by case only"
    heads = {
        path: {folded(head) for head in HEADING.findall(content.decode())}
        for path, content in vault.items()
        if path.endswith(".md")
    }
    dead, seen = [], 0
    for path, content in vault.items():
        for target, heading in links(content.decode()) if path.endswith(".md") else ():
            found, seen = resolved(target, path, files) if target else path, seen + 1
            if found is None or (heading and folded(heading.rpartition("#")[2]) not in heads.get(found, ())):
                dead.append((path, target, heading))
    assert dead == []
    assert seen > 10_000


def test_obsidian_reads_the_settings(vault):
    settings = {path: json.loads(content) for path, content in vault.items() if re.fullmatch(r"\.obsidian/\w[\w-]*\.json", path)}
    assert set(settings) == {f".obsidian/{name}.json" for name in ("app", "appearance", "core-plugins", "graph", "types")}
    assert all(f".obsidian/snippets/{name}.css" in vault for name in settings[".obsidian/appearance.json"]["enabledCssSnippets"])
    assert all(value is True for value in settings[".obsidian/core-plugins.json"].values())
    for group in settings[".obsidian/graph.json"]["colorGroups"]:
        folder = group["query"].removeprefix("path:")
        assert any(path.startswith(folder) for path in vault) and 0 <= group["color"]["rgb"] < 1 << 24


def test_notes_of_the_vault_hold_nothing_that_only_the_site_understands(vault):
    macros = re.compile(rf"\\(?:{'|'.join(MACROS)})(?![A-Za-z])")
    for path, content in vault.items():
        text = content.decode() if path.endswith(".md") else ""
        assert not re.search(r"^(?:module|card|hide|cssclasses):", text, re.M), path
        assert not any(macros.search(match[0]) for match in CODE_OR_MATH.finditer(text) if match[0].startswith("$")), path
        assert not re.search(r"<a |<script|%%|compare\.md#\w+,", CODE_OR_MATH.sub("", text)), path


def test_notes_of_the_vault_are_found_by_every_name(vault, kb):
    for id, entry in kb.entries.items():
        head = vault[f"{kb.folder(id)}/{id}.md"].decode().partition("\n---\n")[0]
        names = json.loads(re.search(r"^aliases: (.*)$", head, re.M)[1])
        assert {entry.name.zh, entry.name.en, *entry.aliases.zh, *entry.aliases.en} <= set(names), id


def test_pictures_of_the_vault_have_a_palette_a_ground_and_no_links(vault):
    pictures = [content.decode() for path, content in vault.items() if path.endswith(".svg")]
    assert len(pictures) > 500
    for picture in pictures:
        assert ":root{--p-fg:" in picture and "background:var(--p-bg)}" in picture
        assert not re.search(r"<a[ >]", picture)


# The book


def test_a_book_is_a_container_of_well_formed_files_that_it_lists(book):
    names = list(book)
    assert names[0] == "mimetype" and book["mimetype"] == b"application/epub+zip"
    container = etree.fromstring(book["META-INF/container.xml"])
    package = etree.fromstring(book[container.find(".//{*}rootfile").get("full-path")])
    items = {item.get("id"): item for item in package.iterfind(".//{*}item")}
    assert {f"book/{item.get('href')}" for item in items.values()} == set(names[1:]) - {"META-INF/container.xml", "book/book.opf"}
    assert [items[ref.get("idref")].get("media-type") for ref in package.iterfind(".//{*}itemref")]
    assert [item.get("href") for item in items.values() if item.get("properties") == "nav"] == ["contents.xhtml"]
    for item in items.values():
        content = book[f"book/{item.get('href')}"]
        if item.get("media-type").endswith("xml"):
            etree.fromstring(content)
            assert (item.get("properties") == "mathml") == (b"<math" in content), item.get("href")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", package.find(".//{*}meta[@property='dcterms:modified']").text)


def test_a_book_begins_with_its_kind_unpacked():
    for path in DOWNLOADS.glob("*.epub"):
        with zipfile.ZipFile(path) as archive:
            first = archive.infolist()[0]
            assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_link_inside_a_book_resolves_and_nothing_raw_is_left(book):
    roots = {path: etree.fromstring(content) for path, content in book.items() if path.endswith(".xhtml")}
    ids = {path: [id for element in root.iter("{*}*") if (id := element.get("id"))] for path, root in roots.items()}
    assert all(len(set(found)) == len(found) for found in ids.values())
    dead = []
    for path, root in roots.items():
        for element in root.iter("{*}*"):
            address = element.get("href") or element.get("src")
            if address is None or re.match("https?:", address):
                continue
            file, _, fragment = address.partition("#")
            target = normpath(join(dirname(path), file)) if file else path
            if target not in book or (fragment and unquote(fragment) not in ids[target]):
                dead.append((path, address))
        for sign in list(root.iter(f"{XHTML}code", f"{XHTML}pre", f"{MATHML}math")):
            sign.text, sign[:] = "", []
        assert not re.search(r"\[\[|\]\]|\]\(|\$\$|[\ue000\ue001]|\\frac", "".join(root.itertext())), path
    assert dead == []


def misplaced_sizes(root) -> set[tuple[str, str]]:
    named = [(etree.QName(element).localname, set(element.attrib)) for element in root.iter(f"{MATHML}*")]
    return {(name, size) for name, given in named for size in given & SIZED["mstyle"] - SIZED.get(name, set())}


def test_formulas_of_a_book_state_sizes_where_epub_allows_it():
    formulas = r"$$\begin{cases} \tfrac12 & x < \dfrac13 \\ {\displaystyle \sum_i a_i} & \text{else} \end{cases}$$ and $\tfrac12$"
    root = etree.fromstring(page("", rendered(formulas), "style.css", "en").encode())
    assert misplaced_sizes(root) == set()
    sizes = [(etree.QName(e[0]).localname, dict(e.attrib)) for e in root.iter(f"{MATHML}mstyle")]
    assert ("mtable", {"scriptlevel": "0"}) in sizes and ("mfrac", {"displaystyle": "true"}) in sizes
    assert sizes.count(("mfrac", {"displaystyle": "false"})) == 2
    assert [table.get("displaystyle") for table in root.iter(f"{MATHML}mtable")] == ["false"]


def test_formulas_and_addresses_of_a_book_are_those_of_epub(book):
    for path, content in book.items():
        root = etree.fromstring(content) if path.endswith(".xhtml") else etree.Element("none")
        addresses = [address for element in root.iter("{*}*") if (address := element.get("href") or element.get("src"))]
        assert misplaced_sizes(root) == set(), path
        assert [address for address in addresses if not URL.fullmatch(address)] == [], path


def test_a_book_holds_all_entries_and_guides_in_its_contents(book, kb):
    contents = etree.fromstring(book["book/contents.xhtml"])
    listed = [link.get("href") for link in contents.iter(f"{XHTML}a")]
    assert {f"{kb.folder(id)}/{id}.xhtml" for id in kb.entries} <= set(listed)
    assert {f"guides/{path.stem}.xhtml" for path in ROOT.glob("docs/en/guides/*.md") if path.stem != "index"} <= set(listed)


def test_the_folds_of_a_table_are_open_in_a_book(book, kb):
    assert all(f"losses/{id}.xhtml".encode() in book["book/guides/taxonomy.xhtml"] for id in kb.losses)


def test_html_in_a_text_is_text_in_a_book():
    hostile = (
        '<b onclick="x">hi</b> <img src=x onerror=y\n\n<script>1</script> a < b & c &nbsp; &LT;br> <https://a.b/c> `<k>` $a<b$ \x07'
    )
    root = etree.fromstring(page("</title>", rendered(hostile), "style.css", "en").encode())
    tags = {etree.QName(element).localname for element in root.find("{*}body").iter()}
    assert tags <= {"body", "p", "a", "code", "math", "mrow", "mi", "mo"}
    assert '<b onclick="x">hi</b>' in "".join(root.itertext())


def test_pictures_of_a_book_need_no_variables(book):
    pictures = [content for path, content in book.items() if path.endswith(".svg")]
    assert pictures and not any(b"var(" in picture or b"<a " in picture for picture in pictures)


# Data


def read_back(kb, entry: dict) -> object:
    folder = next(folder for folder, name in document.KIND.items() if name == entry["type"])
    return KINDS[folder].model_validate({key: value for key, value in entry.items() if key != "type"})


def test_the_document_gives_back_every_entry_as_it_was(kb):
    given = json.loads((DOWNLOADS / document.NAME).read_bytes())
    assert [entry["id"] for entry in given["entries"]] == list(kb.entries)
    for entry in given["entries"]:
        assert read_back(kb, entry) == kb.entries[entry["id"]]


def slips(value, rule, defs, place="$"):
    """Where a value breaks a rule of JSON Schema, by the keywords that our schema uses."""
    checks = {
        "$ref": lambda ref: list(slips(value, defs[ref.rpartition("/")[2]], defs, place)),
        "type": lambda name: not isinstance(value, TYPES[name]) or (isinstance(value, bool) and name != "boolean"),
        "const": lambda wanted: value != wanted,
        "enum": lambda known: value not in known,
        "pattern": lambda pattern: isinstance(value, str) and not re.search(pattern, value),
        "minLength": lambda least: isinstance(value, str) and len(value) < least,
        "minimum": lambda least: isinstance(value, int | float) and value < least,
        "maximum": lambda most: isinstance(value, int | float) and value > most,
        "minItems": lambda least: isinstance(value, list) and len(value) < least,
        "maxItems": lambda most: isinstance(value, list) and len(value) > most,
        "required": lambda names: isinstance(value, dict) and [name for name in names if name not in value],
        "anyOf": lambda rules: all(list(slips(value, one, defs, place)) for one in rules),
        "oneOf": lambda rules: sum(not list(slips(value, one, defs, place)) for one in rules) != 1,
        "if": lambda test: bool(list(slips(value, test, defs, place))) and list(slips(value, rule.get("else", {}), defs, place)),
        "items": lambda one: isinstance(value, list) and [s for i in value for s in slips(i, one, defs, place)],
        "prefixItems": lambda rules: (
            isinstance(value, list) and [s for i, r in zip(value, rules, strict=False) for s in slips(i, r, defs)]
        ),
        "additionalProperties": lambda extra: isinstance(value, dict) and _more(value, rule, extra, defs, place),
        "patternProperties": lambda known: (
            isinstance(value, dict)
            and [
                s
                for key in value
                for one, r in known.items()
                if re.search(one, key)
                for s in slips(value[key], r, defs, f"{place}.{key}")
            ]
        ),
        "propertyNames": lambda names: isinstance(value, dict) and [s for key in value for s in slips(key, names, defs, place)],
        "properties": lambda known: (
            isinstance(value, dict)
            and [s for key, one in known.items() if key in value for s in slips(value[key], one, defs, f"{place}.{key}")]
        ),
    }
    passed_over = {"title", "description", "default", "else", "$schema", "$defs"}
    for keyword, argument in rule.items():
        if keyword not in passed_over and checks[keyword](argument):
            yield f"{place}: {keyword}"


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "number": int | float, "integer": int, "null": type(None)}


def _more(value, rule, extra, defs, place):
    others = [item for key, item in value.items() if key not in rule.get("properties", {})]
    return (
        bool(others) if extra is False else [] if extra is True else [s for item in others for s in slips(item, extra, defs, place)]
    )


def test_the_document_is_as_its_schema_says_and_the_schema_notices_what_is_not():
    given, schema = (json.loads((DOWNLOADS / name).read_bytes()) for name in (document.NAME, document.SCHEMA_NAME))
    defs = schema["$defs"]
    assert list(slips({**given, "entries": []}, schema, defs)) == []
    kinds = {"loss": "Loss", "term": "Term", "optimizer": "Optimizer"}
    for entry in given["entries"]:
        assert list(slips(entry, defs[kinds[entry["type"]]], defs, entry["id"])) == []
    term = next(entry for entry in given["entries"] if entry["type"] == "term")
    for broken in ({"id": "Not an id"}, {"group": "nowhere"}, {"name": {"zh": "名"}}, {"unknown": 1}, {"plain": "text"}):
        assert list(slips({**term, **broken}, defs["Term"], defs)), broken


def test_linked_data_names_every_entry_once(kb):
    for language in LANGUAGES:
        given = json.loads((DOWNLOADS / f"kbgen-{language}.jsonld").read_bytes())
        assert (given["@type"], given["inLanguage"]) == ("DefinedTermSet", language)
        terms = given["hasDefinedTerm"]
        assert {term["termCode"]: term["name"] for term in terms} == {id: entry.name[language] for id, entry in kb.entries.items()}
        assert all(place["@id"].startswith("https://") for term in terms for place in term.get("subjectOf", []))


def test_pages_carry_their_own_linked_data(kb):
    for number, (id, entry) in enumerate(kb.entries.items()):
        if number % 20:
            continue
        for language, root in (("zh", ""), ("en", "en/")):
            page = (ROOT / "site" / root / kb.folder(id) / f"{id}.html").read_text(encoding="utf-8")
            (own,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
            given = json.loads(own)
            assert (given["termCode"], given["name"], given["inLanguage"]) == (id, entry.name[language], language)
            assert given["inDefinedTermSet"]["name"] == kb.config.site[language]
            assert ("url" in given) == ("KBGEN_SITE_URL" in os.environ), "an address that nobody gave"
            assert len(own) < 4_000, id


def test_linked_data_of_a_page_cannot_end_its_script():
    template = (ROOT / "kbgen/theme/main.html").read_text(encoding="utf-8")
    (script,) = re.findall(r'<script type="application/ld\+json">.*?</script>', template)
    hostile = '</script><script>alert("1")</script>'
    meta = {"id": hostile, "title": hostile, "description": hostile, "aliases": [hostile], "cites": [hostile]}
    config = {"theme": {"language": "en"}, "site_name": hostile, "site_url": hostile}
    made = Environment(autoescape=True).from_string(script).render(page={"meta": meta, "canonical_url": hostile}, config=config)
    assert made.count("<") == 2
    assert json.loads(re.sub(r"</?script[^>]*>", "", made))["name"] == hostile


# The table


def test_the_table_has_a_row_an_entry_and_is_rfc_4180(kb):
    content = (DOWNLOADS / "kbgen.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    assert tuple(rows[0]) == sheet.COLUMNS
    assert [row[0] for row in rows[1:]] == list(kb.entries)
    assert {len(row) for row in rows} == {len(sheet.COLUMNS)}
    assert content.endswith(b"\r\n") and content.count(b"\r\n") == len(rows)
    assert not any(re.match(r"[=+\-@\t\r]", cell) for row in rows for cell in row)
    assert not any("[[" in cell for row in rows for cell in row[:11])


def test_programs_get_the_table_without_a_mark(stock):
    plain = export(Stock(ROOT, mark=False), "csv")["kbgen.csv"]
    assert (DOWNLOADS / "kbgen.csv").read_bytes() == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "＋1", "－1", "＠a"])
def test_no_cell_is_computed(cell):
    assert sheet.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1 = 1", "a-b", "$-x$", "−1", "e@mail"])
def test_other_cells_stay_as_they_are(cell):
    assert sheet.safe(cell) == cell


# The command


def test_a_file_of_a_person_is_never_written_over(tmp_path):
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(Problems, match=r"a\.txt:1: a file that kbgen did not write"):
        deliver(tmp_path, {"a.txt": b"1", "b.txt": b"2"}, tmp_path)
    assert (tmp_path / "a.txt").read_text() == "mine" and not (tmp_path / "b.txt").exists()
    assert deliver(tmp_path, {"a.txt": b"1"}, tmp_path, force=True) == [(tmp_path / "a.txt", 1)]


def test_an_export_replaces_the_last_one_unless_somebody_changed_it(tmp_path):
    deliver(tmp_path, {"a.txt": b"1"}, tmp_path / "out")
    deliver(tmp_path, {"a.txt": b"2"}, tmp_path / "out")
    assert (tmp_path / "out/a.txt").read_bytes() == b"2"
    (tmp_path / "out/a.txt").write_bytes(b"2, and a note")
    with pytest.raises(Problems, match="--force"):
        deliver(tmp_path, {"a.txt": b"3"}, tmp_path / "out")


def test_a_place_names_the_file_or_its_folder(tmp_path):
    assert deliver(tmp_path, {"a.txt": b"1"}, tmp_path / "new/b.txt") == [(tmp_path / "new/b.txt", 1)]
    assert deliver(tmp_path, {"a.txt": b"1"}, tmp_path / "folder") == [(tmp_path / "folder/a.txt", 1)]
    with pytest.raises(Problems, match="a file cannot stand here"):
        deliver(tmp_path, {"a.txt": b"1"}, tmp_path / "new/b.txt/deeper")


def test_the_command_says_what_it_wrote_and_how_large(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("kbgen.cli.building._docs", lambda _: None)
    monkeypatch.setattr("kbgen.exports.delivery.NOTED", tmp_path / "noted.json")
    assert main(["export", "bibtex", "--to", str(tmp_path)]) == 0
    size = (tmp_path / "kbgen.bib").stat().st_size
    assert capsys.readouterr().out == f"{tmp_path / 'kbgen.bib'}: {size / 1000:,.1f} kB\n"
    assert main(["export", "jsonld", "--language", "en", "--to", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.glob("*.jsonld")) == ["kbgen-en.jsonld"]


def test_what_holds_both_languages_is_not_asked_for_in_one(capsys):
    with pytest.raises(SystemExit) as refused:
        main(["export", "csv", "--language", "zh"])
    assert refused.value.code == 2
    assert "leave out --language" in capsys.readouterr().err

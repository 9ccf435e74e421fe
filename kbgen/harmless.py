"""What a text of the data may hold, so that nothing in it is live on a page, in a terminal or in a note.

No HTML, no links that run code, no signs that cannot be seen, no Markdown that would change the page around it.
Texts are judged as strictly as the most lenient reader of Markdown would read them; the tips say what to write instead.
"""

import re
import unicodedata
from collections.abc import Iterator

Fault = tuple[str, str]
"""What is wrong with a text, and what to do about it."""

CODE = re.compile(r"(?<![\\`])(`+)(?!`)[^`\n]+(?<!`)\1(?!`)")
MATH = re.compile(r"(?<![\\$])\$(?![\s$])(?:\\.|[^$\\\n])+?(?<!\s)\$(?![\d$])|(?<![\\$])\$\$(?:\\.|[^$\\])+?\$\$(?!\$)")
CODE_OR_MATH = re.compile(f"{CODE.pattern}|{MATH.pattern}")
"""Code and mathematics as every host reads them; what one of them might read otherwise counts as text."""
TAG = re.compile(r"<[A-Za-z/!?]")
TAG_FIRST = re.compile(r"^\s*<[A-Za-z/!?]", re.M)
LINK = re.compile(r"!?\]\(")
GOOD_LINK = re.compile(r"\]\((?:https?://[^\s<>()\"'\\`]+|(?:\.\./)?[a-z0-9][\w./-]*(?:#[\w-]*)?)\)")
IMAGE = re.compile(r"!\[")
BLOCK = re.compile(r"^[ \t]{0,3}(?:#{1,6}(?:\s|$)|```|~~~|>|\[[^\[\]]*\]:|[-=*_](?:[ \t]*[-=*_])*[ \t]*$)", re.M)
IN_NAMES = re.compile(r"[\[\]|<>`\n\\$#^]")
IN_CODE = re.compile(r"[`|\n$]")
FORMULA = ("=", "+", "@")
LETTERS = re.compile(r"[^\W\d_]+")
OTHER_SCRIPTS = ("CYRILLIC", "ARMENIAN", "CHEROKEE", "GREEK", "COPTIC")
LOOK_ALIKES = frozenset(
    "асеорхуѕіјһԁԛԝѵӏгьүАВСЕНІЈКМОРЅТХУҮԌԚԜѴӀЬ"  # Cyrillic
    "ոօսհզցյռՏՕԼՍ"  # Armenian
    "ᎠᎡᎢᎥᎪᎫᎬᎳᎷᎻᏀᏃᏆᏒᏔᏙᏚᏞᏟᏢᏦᏴᏽ"  # Cherokee
    "ⲓⲕⲟⲣⲥⲭⲩⲂⲈⲎⲒⲔⲘⲚⲞⲢⲤⲦⲬⲨ"  # Coptic
)
"""Letters of other alphabets that readers take for Latin ones. Greek ones are not here: they stand for quantities."""
DISGUISED = frozenset(OTHER_SCRIPTS) - {"GREEK"}
SCRIPT = re.compile(r"CJK|LATIN|" + "|".join(OTHER_SCRIPTS))
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufeff\uffa0\ufff0-\uffff\U000e0000-\U0010ffff]"
    r"|[\u0300-\u036f]{4}"
)
"""Control and format signs, surrogates, private use, blanks that are letters; and marks piled up until they cover other letters."""
UNSEEN_IN_NOTES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What is refused in pages by hand: signs that command, that reorder what is seen, or that hosts use for themselves."""
SHOWN_AS_CODE = re.compile(rf"{UNSEEN.pattern}|[\n\t]")


def unseen(text: str) -> str:
    """The first sign that a reader cannot see or that reorders what is seen, as U+XXXX; "" if there is none."""
    found = None if text.isascii() and text.isprintable() else UNSEEN.search(text)
    return f"U+{ord(found[0][0]):04X}" if found else ""


def shown(text: str) -> str:
    """A text fit for a terminal and one line of it: what cannot be seen is escaped."""
    return text if text.isascii() and text.isprintable() else SHOWN_AS_CODE.sub(lambda found: ascii(found[0])[1:-1], text)


def faults_of_words(text: str) -> Iterator[Fault]:
    """What is wrong with words, `code`, $mathematics$ and [[links]]."""
    if not any(sign in text for sign in "<[]`"):
        return
    bare = CODE_OR_MATH.sub("x", text)
    if found := TAG.search(bare):
        near = bare[found.start() : found.start() + 20]
        yield f"HTML, or what could be read as such: {near!r}", "put it in `backticks`, or a blank behind the <"
    if IMAGE.search(bare) or len(LINK.findall(bare)) != len(GOOD_LINK.findall(bare)):
        yield "a link that is neither [[an entry]] nor an address with https://", "write [[id|words]] or [words](https://…)"
    if re.search(r"(?<!\\)`", CODE.sub("", MATH.sub("", text))):
        yield "a backtick without its partner on the same line", "close the code, or write \\`"


def faults_of_prose(text: str) -> Iterator[Fault]:
    """What is wrong with a text of one or more paragraphs."""
    yield from faults_of_words(text)
    if text[:1] in FORMULA:
        yield f"{text[:1]!r} at the start of a text", "a spreadsheet would take it for a formula"
    if found := BLOCK.search(text):
        tip = "texts hold paragraphs and lists only: reword the line"
        yield f"a line that starts a new part of the page: {found[0].strip()!r}", tip


def faults_of_line(text: str) -> Iterator[Fault]:
    """What is wrong with a text of one line."""
    yield from faults_of_words(text)
    if "\n" in text:
        yield "a second line", "write it on one line"


def faults_of_name(text: str) -> Iterator[Fault]:
    """What is wrong with a name: it stands in titles, links, tables and properties."""
    if found := IN_NAMES.search(text):
        yield f"{found[0]!r} in a name", "a name is one line of plain words"
    if text[:1] in FORMULA:
        yield f"{text[:1]!r} at the start of a name", "a spreadsheet would take it for a formula"
    for word in LETTERS.findall(text):
        scripts = {_script(sign) for sign in word} - {""}
        if "LATIN" in scripts and scripts - {"LATIN", "CJK", "GREEK"}:
            yield f"letters of several alphabets in one word: {word!a}", "some look like others: type the word anew"
    yield from _faults_of_disguise(text)


def _script(sign: str) -> str:
    """The alphabet of a letter, if it is one of those that matter here."""
    found = SCRIPT.match(unicodedata.name(sign, ""))
    return found[0] if found else ""


def _faults_of_disguise(text: str) -> Iterator[Fault]:
    """A word that looks Latin and is not, unless another letter of the name gives its alphabet away."""
    plain = unicodedata.normalize("NFD", text)
    strange = {sign for sign in plain if _script(sign) in DISGUISED}
    if strange <= LOOK_ALIKES:
        for word in LETTERS.findall(plain):
            if strange.issuperset(word):
                yield f"a word that looks Latin, in letters that are not: {word!a}", "type the word anew, in Latin letters"


def faults_of_code(text: str) -> Iterator[Fault]:
    """What is wrong with a text that stands between backticks, also in tables."""
    if found := IN_CODE.search(text):
        yield f"{found[0]!r} in a name of code", "write the plain name, without backticks, bars and dollars"


def faults_of_tex(text: str) -> Iterator[Fault]:
    """What is wrong with TeX: whatever would end the formula before its end."""
    if re.search(r"(?<!\\)\$", text):
        yield "a $ inside a formula", "formulas stand without dollar signs; a price is \\$"
    if TAG_FIRST.search(text):
        yield "a line of TeX that starts like HTML", "write \\lt instead of <"


def faults(loc: tuple[str | int, ...], text: str) -> Iterator[Fault]:
    """What is wrong with a text of the data, which depends on where it stands."""
    match loc:
        case ("name" | "aliases" | "site" | "families" | "tasks" | "groups" | "kinds" | "sections" | "title", *_):
            judge = faults_of_name
        case ("comparisons", _, "title", _):
            judge = faults_of_name
        case ("apis", _, _, "symbol" | "defaults", *_):
            judge = faults_of_code
        case ("properties", _) | (*_, "formula" | "gradient" | "symbol"):
            judge = faults_of_tex
        case ("references" | "rows", *_) | ("plot", "x" | "labels", *_) | ("questions", _, "ask", _):
            judge = faults_of_line
        case ("questions", _, "answers", _, "words", _):
            judge = faults_of_line
        case ("labels" | "interface", *_):
            judge = faults_of_words
        case _:
            judge = faults_of_prose
    return judge(text)

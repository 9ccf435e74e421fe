"""Formulas as one line of Unicode signs, as lists of search results show them."""

import html
import re
import unicodedata
import xml.etree.ElementTree as ET
from functools import cache

from kbgen.tex import to_mathml

INVISIBLE = dict.fromkeys((0x2061, 0x2062, 0x2063, 0x2064))
ACCENTS = {"^": "\u0302", "\u0302": "\u0302", "¯": "\u0304", "‾": "\u0304", "~": "\u0303", "˜": "\u0303", "ˆ": "\u0302"}
SPACED = frozenset("=<>≤≥≈∈→+−")


def flat(text: str) -> str:
    """A text with its formulas on the line."""
    return re.sub(r"\$+([^$]+)\$+", lambda found: signs(found[1]), text)


@cache
def signs(tex: str) -> str:
    """A formula on one line."""
    written = re.sub(r"&(?!lt;|gt;|amp;|#)\w+;", lambda entity: html.unescape(entity[0]), to_mathml(tex))
    root = ET.fromstring(written)  # noqa: S314  # our own output
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", _line(root).translate(INVISIBLE))).strip()


def _line(node: ET.Element) -> str:
    name, own = node.tag.rpartition("}")[2], node.text or ""
    parts = [_line(child) for child in node]
    match name, parts:
        case ("annotation", _):
            line = ""
        case ("mspace", _):
            line = " "
        case "mfrac", [above, below]:
            line = f"{_grouped(above)}/{_grouped(below)}"
        case (("msup" | "msub"), [base, small]):
            line = f"{base}{'^' if name == 'msup' else '_'}{_grouped(small)}"
        case (("msubsup" | "munderover"), [base, low, high]):
            line = f"{base}_{_grouped(low)}^{_grouped(high)}"
        case "mover", [base, accent] if accent in ACCENTS:
            line = unicodedata.normalize("NFC", base + ACCENTS[accent])
        case "msqrt", _:
            line = f"√({''.join(parts)})"
        case "mo", _ if own in SPACED:
            line = f" {own} "
        case _:
            line = own + "".join(parts)
    return line


def _grouped(part: str) -> str:
    return part if len(part.strip()) <= 1 or part.isalnum() else f"({part})"

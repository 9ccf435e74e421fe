"""How texts and queries are cut into what is compared.

assets/modules/find.js does the same to queries; a test holds both against each other.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
COMMON = frozenset("的了是在也就都而把被它这那个哪么吗呢吧和与及或很")
"""Characters that tell nothing: a pair with one of them is not kept, and not looked for."""
GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron",
    "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
LETTERS = str.maketrans(dict(zip(map(chr, range(0x3B1, 0x3CA)), GREEK, strict=True)))
ENDINGS = (("sses", "ss"), ("xes", "x"), ("ies", "y"), ("ed", ""), ("s", ""))
BARS = re.compile(r"\\(?:Vert|\||mid\b|parallel)")
LAYOUT = re.compile(
    r"\\(?:left|right|mathrm|mathbf|mathbin|mathcal|operatorname|text|tfrac|dfrac|frac|abs|quad|qquad|[,;:! ])(?![a-z])"
)


def fold(text: str) -> str:
    """One spelling for all: NFKC, lower case, Greek letters by name, American endings."""
    text = unicodedata.normalize("NFKC", text).lower().translate(LETTERS)
    return re.sub(r"is(?=ation|ing\b|ed?\b|ers?\b)(?<=[a-z]{3})", "iz", text)


def normal(name: str) -> str:
    """A name as queries are compared with it: folded, letters and digits only."""
    return "".join(RUN.findall(fold(name)))


def tokens(text: str) -> Iterator[str]:
    """What a text can be found by: stems of Latin words, pairs of Chinese characters and the last of each run."""
    for run in RUN.findall(fold(text)):
        if run[0] < "\u3400":
            yield stem(run)
        else:
            yield from (a + b for a, b in pairwise(run) if a not in COMMON and b not in COMMON)
            if run[-1] not in COMMON:
                yield run[-1]


def stem(word: str) -> str:
    """An English word without the endings of plural and past."""
    for ending, instead in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) > 2 and not word.endswith(("ss", "us", "is", "eed")):
            return word.removesuffix(ending) + instead
    return word


def flat_formula(tex: str) -> str:
    """TeX as it is compared: names of commands without backslash, no braces, no blanks, no layout."""
    bare = fold(LAYOUT.sub(" ", BARS.sub("|", tex)))
    return re.sub(r"\|+", "|", re.sub(r"[\\{}\s()\[\]]+", "", bare))

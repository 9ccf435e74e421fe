"""What an editor is asked about a new entry: every question is an option of `kbgen new` too."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from kbgen import registry
from kbgen.errors import did_you_mean
from kbgen.links import find_links
from kbgen.losses.domains import DOMAINS
from kbgen.model import KnowledgeBase
from kbgen.names import names_of, normal, resolver
from kbgen.tex import TexError, to_mathml

Answers = dict[str, str]
Judge = Callable[[KnowledgeBase, str], str]
"""What is wrong with an answer; "" if nothing is."""
PARAM = re.compile(r"(?P<name>[a-z]\w*)=(?P<start>[^:]+):(?P<domain>\w+):(?P<symbol>[^:]+):(?P<zh>[^:]+):(?P<en>[^:]+)")
INPUT = re.compile(r"(?P<name>[a-z]\w*):(?P<domain>\w+):(?P<shape>\w+(?:,\w+)*)(?::(?P<symbol>[^:]+))?")
KEPT = re.compile(r"(?P<name>[a-z]\w*)=(?P<start>[^:]+)")


@dataclass(frozen=True)
class Question:
    """One thing to know: its key, what is asked, what stands there if nothing is said (None: an answer is needed)."""

    key: str
    ask: str
    default: str | None = None
    judge: Judge = lambda _kb, _answer: ""

    @property
    def option(self) -> str:
        """The question as an option of the command line."""
        return "--" + self.key.replace("_", "-")


def name_is_free(kb: KnowledgeBase, answer: str) -> str:
    """A name belongs to one entry."""
    taken = {normal(name): id for name, id in names_of(kb).items()}
    owner = taken.get(normal(answer)) or (normal(answer) in kb.entries and normal(answer))
    return f"{answer!r} is a name of {owner} already ({kb.sources[owner].path})" if owner else ""


def names_are_free(kb: KnowledgeBase, answer: str) -> str:
    """Other names, parted by semicolons, are free."""
    return next(filter(None, (name_is_free(kb, name) for name in parts(answer))), "")


def text_links(kb: KnowledgeBase, answer: str) -> str:
    """Links of a text lead somewhere."""
    for link in find_links(answer):
        if link.target and "/" not in link.target and resolver(kb)(link.target) is None:
            return (
                f"[[{link.target}]] leads nowhere; {did_you_mean(link.target, [*kb.entries, *names_of(kb)], 'remove the brackets')}"
            )
    return ""


def tex_is_drawn(kb: KnowledgeBase, answer: str) -> str:  # noqa: ARG001  # a judge like the others
    """TeX is such that the renderer draws it."""
    try:
        to_mathml(answer, display=True)
    except TexError as error:
        return f"TeX at character {error.position + 1}: {error}"
    return ""


def one_of(known: Callable[[KnowledgeBase], Collection[str]]) -> Judge:
    """An answer, or each of several parted by commas, is one of those known."""

    def judge(kb: KnowledgeBase, answer: str) -> str:
        choices = known(kb)
        wrong = next((word for word in commas(answer) if word not in choices), "") if commas(answer) else "nothing"
        return f"unknown {wrong!r}; {did_you_mean(wrong, choices, 'there are: ' + ', '.join(choices))}" if wrong else ""

    return judge


def written_as(pattern: re.Pattern[str], form: str) -> Judge:
    """Parts between semicolons have a form, and a domain that exists."""

    def judge(kb: KnowledgeBase, answer: str) -> str:  # noqa: ARG001  # a judge like the others
        for part in parts(answer):
            match = pattern.fullmatch(part)
            if match is None:
                return f"{part!r} should look like {form}"
            domain = match.groupdict().get("domain")
            if domain and domain not in DOMAINS:
                return f"unknown domain {domain!r}; {did_you_mean(domain, DOMAINS, 'there are: ' + ', '.join(sorted(DOMAINS)))}"
        return ""

    return judge


def parts(answer: str) -> list[str]:
    """What stands between semicolons, Chinese ones too."""
    return [part.strip() for part in re.split("[;；]", answer) if part.strip()]


def commas(answer: str) -> list[str]:
    """What stands between commas, Chinese ones too."""
    return [part.strip() for part in re.split("[,，、]", answer) if part.strip()]


NAMES = (
    Question("name_zh", "name in Chinese", judge=name_is_free),
    Question("name_en", "name in English", judge=name_is_free),
    Question("aliases_zh", "other Chinese names, parted by ;", "", names_are_free),
    Question("aliases_en", "other English names and abbreviations, parted by ;", "", names_are_free),
)
WORDS = (
    Question("plain_zh", "in everyday words, Chinese", judge=text_links),
    Question("plain_en", "in everyday words, English", judge=text_links),
    Question("exact_zh", "exactly, Chinese", judge=text_links),
    Question("exact_en", "exactly, English", judge=text_links),
)
EXAMPLE = (
    Question("example_zh", "in a sentence, Chinese", judge=text_links),
    Question("example_en", "in a sentence, English", judge=text_links),
)
CHOICE = (
    Question("use_zh", "when to take it, Chinese", judge=text_links),
    Question("use_en", "when to take it, English", judge=text_links),
    Question("avoid_zh", "when not, Chinese", judge=text_links),
    Question("avoid_en", "when not, English", judge=text_links),
)
PARAMS = written_as(PARAM, r"delta=1.0:positive:\delta:分界:threshold")
INPUTS = written_as(INPUT, r"pred:real:n,K:\hat y")


KEEPS = Question("keeps", "numbers kept between steps, name=start, parted by ;", "", written_as(KEPT, "v=0.0"))


def _rule(code: str, params: str, module: str, *more: Question) -> tuple[Question, ...]:
    """What is asked about an optimizer or a schedule."""
    return (
        *NAMES,
        *WORDS,
        Question("formula", "the rule as TeX", judge=tex_is_drawn),
        Question("params", "constants, name=default:domain:symbol:Chinese:English, parted by ;", params, PARAMS),
        *more,
        Question("code", code),
        *CHOICE,
        Question("source", "who published it, with a DOI, arXiv id or ISBN", ""),
        Question("module", "module of kbgen/optimizers", module, one_of(lambda _: registry.modules("kbgen.optimizers"))),
    )


QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    "term": (*NAMES, Question("group", "group (? lists them)", judge=one_of(lambda kb: kb.config.groups)), *WORDS, *EXAMPLE),
    "loss": (
        *NAMES,
        Question("family", "family (? lists them)", judge=one_of(lambda kb: kb.config.families)),
        Question("tasks", "tasks, parted by , (? lists them)", judge=one_of(lambda kb: kb.config.tasks)),
        *WORDS,
        Question("formula", "the formula as TeX", judge=tex_is_drawn),
        Question("inputs", "inputs, name:domain:shape:symbol, parted by ;", r"pred:real:n:\hat y; target:real:n:y", INPUTS),
        Question("params", "constants, name=default:domain:symbol:Chinese:English, parted by ;", "", PARAMS),
        Question("code", "NumPy for one value per item, e.g. (pred - target) ** 2"),
        Question("example", "an example worked out by hand, e.g. pred: [0, 3], target: [0, 1], value: [0, 4]"),
        Question("source", "who published it, with a DOI, arXiv id or ISBN", ""),
    ),
    "optimizer": _rule(
        "NumPy for the new theta, e.g. v = mu * v + grad; theta - lr * v",
        r"lr=0.01:positive:\eta:学习率:learning rate",
        "rules",
        KEEPS,
    ),
    "schedule": _rule("NumPy for the rate, e.g. lr / (1 + step)", r"lr=0.1:positive:\eta:起始学习率:initial rate", "schedules"),
}
OPTIONS: Mapping[str, Question] = {question.key: question for asked in QUESTIONS.values() for question in asked}

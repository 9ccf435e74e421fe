"""A new entry: asked for, tried, and only then written."""

import ast
import importlib
import keyword
import re
import shlex
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kbgen import checks, registry
from kbgen.editing import drafts
from kbgen.editing.patches import diff
from kbgen.editing.questions import OPTIONS, QUESTIONS, Answers, Question
from kbgen.editing.trial import write_all
from kbgen.errors import Problem, Problems
from kbgen.load import read_record
from kbgen.model import KINDS, Entry, KnowledgeBase
from kbgen.yamlfile import Source

ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
WITHOUT_CODE = {"losses_have_code", "signatures_match"}
"""Checks that look for the function, which is not written yet; it is tried here instead."""
Ask = Callable[[Question, str], str]
"""Asks a person; the second argument says what was wrong with the last answer."""


@dataclass(frozen=True)
class Wish:
    """A new entry of a base: its kind and its id."""

    root: Path
    kb: KnowledgeBase
    kind: str
    id: str

    @property
    def path(self) -> str:
        """Where its file will stand."""
        return f"data/{drafts.FOLDERS[self.kind]}/{self.id}.yml"


@dataclass(frozen=True)
class Draft:
    """A new entry as it would stand: the contents of files by path, and what they hold now."""

    after: Mapping[str, str]
    before: Mapping[str, str | None]

    def patch(self) -> str:
        """What would be written, as a diff."""
        return "".join(diff(path, self.before[path], text) for path, text in self.after.items())

    def write(self, root: Path) -> None:
        """Write it."""
        before = {path: None if text is None else text.encode() for path, text in self.before.items()}
        write_all(root, {path: text.encode() for path, text in self.after.items()}, before)


def made(wish: Wish, given: Answers, ask: Ask | None) -> Draft:
    """The new entry that answers describe. A person is asked for what is missing, and again for what does not hold.

    `given` keeps every answer, so that nothing that was typed is lost. Raises Problems where nobody can be asked.
    """
    refuse_id(wish)
    wrong: dict[str, str] = {}
    while True:
        answers = answered(wish, given, ask, wrong)
        try:
            return draft(wish, answers)
        except Problems as found:
            wrong = about(found, wish.kind) if ask else {}
            if not wrong:
                raise


def refuse_id(wish: Wish) -> None:
    """Raises Problems where an id cannot be that of a new entry."""
    id, sources = wish.id, wish.kb.sources
    functions = {**registry.losses(), **registry.optimizers()}
    if not ID.fullmatch(id) or keyword.iskeyword(id) or id.endswith("_grad"):
        tip = "lower case, digits and single underscores, a letter first: hinge_squared"
        problem = Problem("data", 1, f"{id!r} cannot be an id", tip)
    elif id in sources:
        problem = Problem(sources[id].path, 1, f"{id} exists already", "edit it, or choose another id")
    elif id in functions:
        problem = Problem(wish.path, 1, f"a function of {functions[id].__module__} is called {id} already", "choose another id")
    else:
        return
    raise Problems([problem.by("new")])


def answered(wish: Wish, given: Answers, ask: Ask | None, wrong: Mapping[str, str]) -> Answers:
    """Every answer: those given unless they are `wrong`, those of a person; without a person, what is optional stays open.

    Raises Problems with all that is missing or does not hold.
    """
    questions = QUESTIONS[wish.kind]
    slips = {key: f"is not asked about a {wish.kind}" for key in given if key not in {question.key for question in questions}}
    for question in questions:
        answer = given.get(question.key, question.default if ask is None else None)
        slip = wrong.get(question.key) or (_judge(wish.kb, question, answer, given) if answer is not None else "is missing")
        while slip and ask:
            answer = ask(question, "" if slip == "is missing" else slip).strip() or question.default or ""
            slip = _judge(wish.kb, question, answer, given)
        if slip:
            slips[question.key] = slip
        given[question.key] = (answer or "").strip()
    if slips:
        raise Problems(Problem(wish.path, 1, f"{key}: {slip}", _option(OPTIONS[key]), "new") for key, slip in slips.items())
    return given


def _option(question: Question) -> str:
    return f"{question.option}: {question.ask}"


def _judge(kb: KnowledgeBase, question: Question, answer: str, before: Answers) -> str:
    if not answer.strip():
        return "" if question.default == "" else "an answer is needed"
    if question.key == "name_en" and answer == before.get("name_zh"):
        return ""  # some names are the same in both
    return question.judge(kb, answer)


def draft(wish: Wish, answers: Answers) -> Draft:
    """The files of a new entry, tried: `kbgen check` accepts them. Raises Problems with what it would say."""
    after, before = dict[str, str](), dict[str, str | None]()
    wrong = []
    if wish.kind != "term":
        module = _module(wish.kind, answers)
        code, now = drafts.function(wish.kind, wish.id, answers), _content(wish.root, module)
        before[module], after[module] = now, f"{now.rstrip()}\n\n\n{code}"
        wrong += _failing(wish, code, answers)
    if not wrong:
        before[wish.path], after[wish.path] = None, drafts.entry(wish.kind, answers)
        wrong += _refused(wish.kb, wish.path, after[wish.path])
    if wrong:
        raise Problems(problem.by("new") for problem in wrong)
    return Draft(after, before)


def _module(kind: str, answers: Answers) -> str:
    return f"kbgen/losses/{answers['family']}.py" if kind == "loss" else f"kbgen/optimizers/{answers['module']}.py"


def _content(root: Path, module: str) -> str:
    path = root / module
    if not path.is_file():
        tip = "start it with a docstring and `import numpy as np`; a family of losses is a module"
        raise Problems([Problem(module, 1, "there is no such module", tip, "new")])
    return path.read_text(encoding="utf-8")


def _failing(wish: Wish, code: str, answers: Answers) -> list[Problem]:
    """What is wrong with the function: its syntax, or that it does not give the value of the example."""
    try:
        ast.parse(code)
        if wish.kind != "loss":
            return []
        example = drafts.example_of(answers)
        names = vars(importlib.import_module(_module(wish.kind, answers).removesuffix(".py").replace("/", "."))).copy()
        exec(code, names)  # noqa: S102  # code that the editor has just typed in
        value = names[wish.id](*example["inputs"].values(), **example.get("params", {}))
    except SyntaxError as error:
        return [Problem(wish.path, 1, f"code: {error.msg}", "an expression of NumPy; several steps are parted by ;")]
    except Exception as error:  # noqa: BLE001  # whatever their code raises is theirs to mend
        return [Problem(wish.path, 1, f"example: {error}", "see --code and --example")]
    stated = np.asarray(example["value"])
    if np.shape(value) == stated.shape and np.allclose(value, stated, rtol=2e-4, atol=2e-6):
        return []
    return [Problem(wish.path, 1, f"example: the code gives {np.asarray(value).tolist()}", "find out which of the two is wrong")]


def _refused(kb: KnowledgeBase, path: str, text: str) -> list[Problem]:
    """What `kbgen check` says of the entry in this base."""
    folder, id = Path(path).parent.name, Path(path).stem
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, f"{id}.yml")
        file.write_text(text, encoding="utf-8")
        entry, slips, _ = read_record(file, path, KINDS[folder])
        if entry is None or slips:
            return slips
        entries: Mapping[str, Entry] = {**getattr(kb, folder), id: entry}
        more: dict[str, Any] = {folder: entries, "sources": {**kb.sources, id: Source(path, text, file)}}
        found = checks.problems(replace(kb, **more), stems=[id])
    return [problem for problem in found if problem.path == path and problem.code not in WITHOUT_CODE]


def about(found: Problems, kind: str) -> dict[str, str]:
    """What is wrong with the answers to questions, as far as problems of an entry say it."""
    wrong: dict[str, str] = {}
    for problem in found.problems:
        place, _, message = problem.message.partition(": ")
        words = [part for part in place.split(".") if not part.isdigit()]
        keys = {"_".join(words), "_".join(words[:1]), {"examples": "example", "state": "code"}.get(words[0], "")}
        wrong |= {question.key: f"{message} {problem.tip}" for question in QUESTIONS[kind] if question.key in keys}
    return wrong


def command(kind: str, id: str, answers: Answers) -> str:
    """The command that gives the same answers without asking."""
    given = [part for key, answer in answers.items() if answer for part in (OPTIONS[key].option, answer)]
    return shlex.join(["kbgen", "new", kind, id, *given])

"""Answers -> the YAML of a new entry, and the function that belongs to it."""

import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from kbgen.editing.questions import INPUT, KEPT, PARAM, Answers, commas, parts

FOLDERS = {"term": "terms", "loss": "losses", "optimizer": "optimizers", "schedule": "optimizers"}
SYMBOLS = {"pred": r"\hat y", "target": "y"}


def entry(kind: str, answers: Answers) -> str:
    """The file of a new entry."""
    told: dict[str, Any] = {"name": flow(words(answers, "name"))}
    aliases = {language: list(parts(answers[f"aliases_{language}"])) for language in ("zh", "en") if answers[f"aliases_{language}"]}
    if aliases:
        told["aliases"] = flow(aliases)
    told |= {"term": _term, "loss": _loss}.get(kind, lambda given: _rule(kind, given))(answers)
    yaml_file = YAML()
    yaml_file.width = 10**6
    yaml_file.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml_file.dump(told, out)
    return f"# yaml-language-server: $schema=../schema/{FOLDERS[kind]}.json\n{out.getvalue()}"


def _term(answers: Answers) -> dict[str, Any]:
    return {"group": answers["group"], **_definitions(answers), "example": words(answers, "example")}


def _loss(answers: Answers) -> dict[str, Any]:
    inputs = {given["name"]: flow(_input(given)) for given in _matches(INPUT, answers["inputs"])}
    example = example_of(answers)
    return {
        "short": True,
        "family": answers["family"],
        "tasks": flow(commas(answers["tasks"])),
        **_definitions(answers),
        "formula": LiteralScalarString(answers["formula"] + "\n"),
        "inputs": inputs,
        "output": flow(_output(answers)),
        **_params(answers),
        "examples": [flow(example)],
    }


def _input(given: re.Match[str]) -> dict[str, Any]:
    symbol = given["symbol"] or SYMBOLS.get(given["name"], given["name"])
    return {"symbol": symbol, "domain": given["domain"], "shape": _shape(given)}


def _rule(kind: str, answers: Answers) -> dict[str, Any]:
    return {
        "kind": kind,
        **_definitions(answers),
        "formula": LiteralScalarString(answers["formula"] + "\n"),
        **_params(answers),
        **({"state": len(_matches(KEPT, answers["keeps"]))} if kind == "optimizer" else {}),
        "use": [words(answers, "use")],
        "avoid": [words(answers, "avoid")],
    }


def _definitions(answers: Answers) -> dict[str, Any]:
    return {"plain": words(answers, "plain"), "exact": words(answers, "exact")}


def words(answers: Answers, key: str) -> dict[str, str]:
    """A text in both languages."""
    return {language: answers[f"{key}_{language}"] for language in ("zh", "en")}


def example_of(answers: Answers) -> dict[str, Any]:
    """The worked example: inputs, params, value. Raises ValueError if it cannot be read."""
    try:
        given = yaml.safe_load("{" + answers["example"].strip().removeprefix("{").removesuffix("}") + "}")
    except yaml.YAMLError:
        given = None
    names = [match["name"] for match in _matches(INPUT, answers["inputs"])]
    constants = [match["name"] for match in _matches(PARAM, answers["params"])]
    if not isinstance(given, dict) or set(given) - set(constants) != {*names, "value"}:
        raise ValueError(f"expected {', '.join(f'{name}: …' for name in (*names, 'value'))}")
    params = {name: given[name] for name in constants if name in given}
    return {"inputs": {name: given[name] for name in names}, **({"params": params} if params else {}), "value": given["value"]}


def _params(answers: Answers) -> dict[str, Any]:
    params = {given["name"]: flow(_param(given)) for given in _matches(PARAM, answers["params"])}
    return {"params": params} if params else {}


def _param(given: re.Match[str]) -> dict[str, Any]:
    return {"symbol": given["symbol"], "domain": given["domain"], "meaning": {"zh": given["zh"], "en": given["en"]}}


def _shape(given: re.Match[str]) -> list[str | int]:
    return [int(size) if size.isdigit() else size for size in given["shape"].split(",")]


def _output(answers: Answers) -> list[str | int]:
    """One value per item, or one for all where no letter counts items."""
    first = [_shape(given)[0] for given in _matches(INPUT, answers["inputs"])]
    return ["n"] if "n" in first else []


def _matches(pattern: re.Pattern[str], answer: str) -> list[re.Match[str]]:
    return [match for part in parts(answer) if (match := pattern.fullmatch(part))]


def flow(value: Any) -> Any:
    """A value on one line, in brackets."""
    made: CommentedMap | CommentedSeq
    if isinstance(value, Mapping):
        made = CommentedMap({key: flow(item) for key, item in value.items()})
    elif isinstance(value, Sequence) and not isinstance(value, str):
        made = CommentedSeq(flow(item) for item in value)
    else:
        return value
    made.fa.set_flow_style()
    return made


def function(kind: str, id: str, answers: Answers) -> str:
    """The function of a new entry, as it stands at the end of its module."""
    constants = [f"{given['name']}={given['start'].strip()}" for given in _matches(PARAM, answers["params"])]
    arguments = ", ".join([*_positional(kind, answers), *(["*", *constants] if constants else [])])
    about = [*_shapes(kind, answers), *_source(answers)]
    head = [f'    """{answers["name_en"]}.', "", *about, '    """'] if about else [f'    """{answers["name_en"]}."""']
    return "\n".join([f"def {id}({arguments}):", *head, *_body(kind, answers)]) + "\n"


def _positional(kind: str, answers: Answers) -> list[str]:
    if kind == "loss":
        return [given["name"] for given in _matches(INPUT, answers["inputs"])]
    if kind == "schedule":
        return ["step"]
    return ["theta", "grad", *(f"{given['name']}={given['start'].strip()}" for given in _matches(KEPT, answers["keeps"]))]


def _shapes(kind: str, answers: Answers) -> list[str]:
    if kind != "loss":
        return []
    inputs = ", ".join(f"{given['name']} ({', '.join(given['shape'].split(','))})" for given in _matches(INPUT, answers["inputs"]))
    return [f"    Shapes: {inputs} -> ({', '.join(map(str, _output(answers)))})."]


def _source(answers: Answers) -> list[str]:
    return [f"    Source: {answers['source'].rstrip('.')}."] if answers["source"] else []


def _body(kind: str, answers: Answers) -> list[str]:
    *steps, value = [line.strip() for line in answers["code"].split(";") if line.strip()]
    if kind == "loss":
        steps.insert(0, _checked(answers))
    kept = [given["name"] for given in _matches(KEPT, answers["keeps"])] if kind == "optimizer" else []
    return [*(f"    {step}" for step in steps), f"    return {', '.join([value, *kept])}"]


def _checked(answers: Answers) -> str:
    """The line that refuses shapes that do not fit. `n` may be any shape."""
    given = _matches(INPUT, answers["inputs"])
    names = ", ".join(match["name"] for match in given)
    spec = ", ".join(re.sub(r"^n\b", "...", match["shape"]).replace(",", " ") for match in given)
    return f"{names} = shaped({json.dumps(spec)}, {names})"

"""Problems in the words of other programs: JSON, workflow commands of GitHub, SARIF 2.1.0."""

import json
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from kbgen import checks
from kbgen.editing import style, tidy
from kbgen.editing.checking import Report
from kbgen.errors import Problem

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(report: Report) -> str:
    """A list of objects: file, line, message, tip, code, and level, which is error or warning."""
    found = [
        {"file": found.path, "line": found.line, "message": found.message, "tip": found.tip, "code": found.code, "level": level}
        for level, found in levels(report)
    ]
    return json.dumps(found, ensure_ascii=False, indent=2)


def as_github(report: Report) -> str:
    """A workflow command a line: GitHub shows it at the line of the file."""
    return "\n".join(_command(level, problem) for level, problem in levels(report))


def _command(level: str, problem: Problem) -> str:
    given = {"file": problem.path, "line": str(problem.line), "title": problem.code}
    properties = ",".join(f"{name}={_property(value)}" for name, value in given.items() if value)
    return f"::{level} {properties}::{_data(_text(problem))}"


def _data(text: str) -> str:
    """Escaped as GitHub reads the text of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escaped as GitHub reads a property, where colon and comma part it from others."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(report: Report) -> str:
    """One run of SARIF 2.1.0, as code scanning and editors read it."""
    rules = sorted({problem.code for _, problem in levels(report)})
    driver = {"name": "kbgen", "version": version("kbgen"), "rules": [_rule(code) for code in rules]}
    results = [_result(level, problem, rules) for level, problem in levels(report)]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(code: str) -> dict[str, Any]:
    """A rule says what its function says."""
    about = RULES.get(code, "")
    return {"id": code, **({"fullDescription": {"text": about}, "shortDescription": {"text": about}} if about else {})}


def _result(level: str, problem: Problem, rules: list[str]) -> dict[str, Any]:
    file = {"uri": quote(problem.path), "uriBaseId": "%SRCROOT%"}
    place = {"artifactLocation": file, "region": {"startLine": max(1, problem.line)}}
    return {
        "ruleId": problem.code,
        "ruleIndex": rules.index(problem.code),
        "level": level,
        "message": {"text": _text(problem)},
        "locations": [{"physicalLocation": place}],
    }


def _text(problem: Problem) -> str:
    return f"{problem.message}\ntip: {problem.tip}" if problem.tip else problem.message


def levels(report: Report) -> list[tuple[str, Problem]]:
    """Everything that is told, with how bad it is."""
    return [*(("error", problem) for problem in report.problems), *(("warning", problem) for problem in report.hints)]


FORMATS: Mapping[str, Callable[[Report], str]] = {"json": as_json, "github": as_github, "sarif": as_sarif}
RULES: Mapping[str, str] = {
    rule.__name__: (rule.__doc__ or "").split("\n\n")[0]
    for rule in (*checks.CHECKS, *checks.FILE_CHECKS, *style.TEXT_RULES, *style.CHINESE_RULES, *tidy.FILE_RULES)
}

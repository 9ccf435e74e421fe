"""data/ -> one frozen KnowledgeBase, or every problem of every file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kbgen import intake
from kbgen.cache import Memo, digest
from kbgen.errors import FEW, Problem, Problems, did_you_mean, few
from kbgen.model import CLAIMS, CONFORMANCE, KINDS, Chapter, Chooser, Claim, Config, IdentityWords, KnowledgeBase
from kbgen.yamlfile import Loc, Source, read

R = TypeVar("R", bound=BaseModel)
CONFIG = "kb"
IDENTITIES = "identities"
CHOOSER = "chooser"


def load(root: Path, memo: Memo | None = None) -> KnowledgeBase:
    """The knowledge base in `root`/data. Raises Problems with all slips of all files."""
    if unfit := intake.of_data(root):
        raise Problems(unfit)
    reading = _Reading(root, memo or Memo())
    record, sources = reading.record, reading.sources
    config = record(root / "data" / f"{CONFIG}.yml", Config)
    found: dict[str, dict[str, Any]] = {
        kind: {entry.id: entry for path in sorted((root / "data" / kind).glob("*.yml")) if (entry := record(path, model))}
        for kind, model in KINDS.items()
    }
    claims = {claim.id: claim for path in sorted((root / "data" / CLAIMS).glob("*.yml")) if (claim := record(path, Claim))}
    chapters = {
        chapter.id: chapter for path in sorted((root / "data" / CONFORMANCE).glob("*.yml")) if (chapter := record(path, Chapter))
    }
    path = root / "data" / f"{IDENTITIES}.yml"
    sources[IDENTITIES] = Source(path.relative_to(root).as_posix())
    identities = record(path, IdentityWords) if path.is_file() else None
    path = root / "data" / f"{CHOOSER}.yml"
    chooser = record(path, Chooser) if path.is_file() else None
    reading.problems += _misplaced(root)
    if reading.problems or config is None:
        raise Problems(problem.by("file") for problem in reading.problems)
    words = identities.identities if identities else {}
    return KnowledgeBase(
        config=config, identities=words, chooser=chooser, claims=claims, conformance=chapters, sources=sources, **found
    )


def config(root: Path) -> Config:
    """What data/kb.yml says, alone. Raises Problems."""
    reading = _Reading(root, Memo())
    found = reading.record(root / "data" / f"{CONFIG}.yml", Config)
    if found is None or reading.problems:
        raise Problems(problem.by("file") for problem in reading.problems)
    return found


@dataclass
class _Reading:
    """The files of one base, while they are read: what is wrong so far, and where each id comes from."""

    root: Path
    memo: Memo
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)

    def record(self, path: Path, model: type[R]) -> R | None:
        """The record of one file; None, with its problems added, if it is not fit to use."""
        shown_as, sources = path.relative_to(self.root).as_posix(), self.sources
        if not path.is_file():
            what = "a folder stands in place of this file" if path.exists() else "missing file"
            self.problems.append(Problem(shown_as, 1, what, "every knowledge base has one"))
            return None
        try:
            source = Source(shown_as, digest(shown_as, path.read_bytes()), path)
        except OSError as error:
            self.problems.append(Problem(shown_as, 1, f"cannot be read: {error.strerror}", "mend the rights of the file"))
            return None
        record, found, tops = self.memo.get("records", source.hash, partial(read_record, path, shown_as, model))
        self.problems += few(found)
        if path.stem in sources and sources[path.stem].path != shown_as:
            tip = f"{sources[path.stem].path} has it: rename one file"
            self.problems.append(Problem(shown_as, 1, f"duplicate id {path.stem}", tip))
            return None
        sources[path.stem] = replace(source, tops=tops)
        return record


def read_record(path: Path, shown_as: str, model: type[R]) -> tuple[R | None, list[Problem], dict[str, int]]:
    """The record of one file, if it is fit to use, what is wrong with it, and the lines of its outermost keys."""
    value, source, slips = read(path, shown_as)
    slips = [slip.by("yaml") for slip in slips]
    tops = {str(loc[0]): line for loc, line in source.lines.items() if len(loc) == 1}
    if not isinstance(value, dict):
        tip = "start from an entry of the same folder"
        return None, slips or [source.problem("expected keys and values", tip=tip)], tops
    if "id" in model.model_fields:
        if "id" in value:
            slips.append(source.problem("unknown key", "id", tip="remove it: the name of the file is the id"))
        value = {**value, "id": path.stem}
    try:
        return model.model_validate(value), slips, tops
    except ValidationError as error:
        return None, slips + [_explain(details, source, model).by(details["type"]) for details in error.errors()[: FEW + 1]], tops


def _misplaced(root: Path) -> Iterator[Problem]:
    """Files under data/ that nothing reads: a .yaml, or a .yml in a folder of no kind."""
    for path in sorted((root / "data").rglob("*.y*ml")):
        relative = path.relative_to(root / "data")
        alone = str(relative) in {f"{name}.yml" for name in (CONFIG, IDENTITIES, CHOOSER)}
        at_home = path.suffix == ".yml" and (alone or str(relative.parent) in {*KINDS, CLAIMS, CONFORMANCE})
        if not at_home:
            places = ", ".join(f"data/{kind}/<id>.yml" for kind in (*KINDS, CLAIMS))
            yield Problem(path.relative_to(root).as_posix(), 1, "nothing reads this file", f"entries are {places}")


def _explain(details: ErrorDetails, source: Source, model: type[BaseModel]) -> Problem:
    """A pydantic error in the words of an editor."""
    loc: Loc = tuple(part for part in details["loc"] if part != "[key]")
    given = details["input"]
    match details["type"]:
        case "extra_forbidden":
            known = _fields_at(model, loc[:-1])
            tip = did_you_mean(str(loc[-1]), known, f"known keys here: {', '.join(known)}")
            return source.problem("unknown key", *loc, tip=tip)
        case "missing":
            what = {"zh": "the Chinese text is missing", "en": "the English text is missing"}.get(str(loc[-1]), "missing")
            return source.problem(what, *loc, tip="add it: every entry of this kind has one")
        case "literal_error":
            expected = str(details["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            tip = did_you_mean(str(given), expected, f"one of: {', '.join(expected)}")
            return source.problem(f"unknown value {given!r}", *loc, tip=tip)
        case "value_error":
            return source.problem(str(details["ctx"]["error"]), *loc)
        case kind if kind.endswith(("_type", "_parsing")):
            shown = "nothing" if given is None else repr(given) if len(repr(given)) < 40 else type(given).__name__
            tip = "quote it to make it text" if kind == "string_type" and given is not None else ""
            return source.problem(f"{details['msg']}, got {shown}", *loc, tip=tip)
    return source.problem(f"{details['msg']}, got {given!r}", *loc)


def _fields_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """Names of the keys that the record at `loc` may have; keys of mappings and places of lists lead on to the record inside."""
    record: Any = model
    for part in loc:
        fields = getattr(record, "model_fields", {})
        if part in fields:
            record = _record_in(fields[part].annotation)
    return [name for name in getattr(record, "model_fields", {}) if name != "id"]


def _record_in(annotation: Any) -> Any:
    """The record class inside an annotation such as tuple[Relation, ...] or Mapping[str, Param] or Plot | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_record_in(argument) for argument in getattr(annotation, "__args__", ())]
    return next((found for found in inner if found), None)


def schemas(config: Config) -> Mapping[str, dict[str, Any]]:
    """A JSON Schema per kind, with the families, groups and tasks of `config` as choices."""
    out: dict[str, dict[str, Any]] = {CONFIG: Config.model_json_schema(), IDENTITIES: IdentityWords.model_json_schema()}
    out[CHOOSER] = Chooser.model_json_schema()
    models: Mapping[str, type[BaseModel]] = {**KINDS, CLAIMS: Claim, CONFORMANCE: Chapter}
    for kind, model in models.items():
        schema = model.model_json_schema()
        fields = schema["properties"]
        del fields["id"]
        schema["required"].remove("id")
        for choice, known in (("family", config.families), ("group", config.groups)):
            if choice in fields:
                fields[choice] = {"enum": list(known)}
        if "tasks" in fields:
            fields["tasks"]["items"] = {"enum": list(config.tasks)}
        out[kind] = schema
    return out

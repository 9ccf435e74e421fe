"""What ran about an entry, kept in data/evidence: written by `kbgen verify`, shown on its page while its hash fits.

The hash covers the code, the printed equations, the statements and the proofs themselves. Evidence for anything else is not shown,
and fails the tests: what stands on a page was executed as it stands there.
"""

import json
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kbgen import registry
from kbgen.cache import Memo, digest
from kbgen.cache import write as write_whole
from kbgen.errors import Problem, Problems
from kbgen.model import Loss, Properties
from kbgen.outcomes import Printed, parse
from kbgen.proofs import libraries

FOLDER = Path("data", "evidence")
HERE = Path(__file__).parent
DERIVED = "autodiff"
DERIVED_TOLERANCE = 1e-8

STATEMENTS = {
    "formula", "gradient", "not_executed", "symbols", "inputs", "output", "params", "properties", "estimates", "examples",
}  # fmt: skip
"""Fields of a loss that proofs are about."""

Rounded = Annotated[float | None, Field(description="two digits are enough to judge an error by")]


class Finding(BaseModel):
    """The outcome of one proof. `kind` says which, `name` tells several of a kind apart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["formula", "gradient_formula", "gradient", "property", "example", "identity", "estimate", "autodiff"]
    name: Printed = ""
    holds: bool
    points: int
    error: Rounded = None
    tolerance: Rounded = None
    says: Printed = Field("", description="a counterexample, an identity in words, or why nothing was compared")


class Evidence(BaseModel):
    """All findings about an entry, and what they hold for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hash: str
    numpy: Printed
    findings: tuple[Finding, ...]

    def of(self, kind: str) -> list[Finding]:
        """The findings of one kind."""
        return [finding for finding in self.findings if finding.kind == kind]

    def counterexample(self, name: str) -> str:
        """What refuted a property that is stated as false."""
        return next((finding.says for finding in self.of("property") if finding.name == name), "")


EVIDENCE = TypeAdapter(Evidence)


@cache
def _proofs() -> str:
    """The source of everything that decides what is tried and how it is judged."""
    names = (
        "equations", "properties", "attacks", "geometry", "growth", "scoring", "relations", "sampling", "verify",
    )  # fmt: skip
    files = [*(HERE / f"{name}.py" for name in names), *sorted((HERE.parent / "formula").glob("*.py"))]
    return digest(*(path.read_bytes() for path in (*files, HERE.parent / "losses" / "domains.py", HERE.parent / "estimates.py")))


def hash_of(loss: Loss) -> str:
    """What evidence about a loss holds for: its code, its equations, its statements, its identities, and the proofs."""
    identities = registry.identities_of(loss.id)
    called = sorted({loss.id, *(id for name in identities for id in registry.losses_of(name))})
    code = registry.listing((*called, *registry.functions_of(loss.id)[1:]), "kbgen.losses")
    stated = loss.model_dump_json(include=STATEMENTS)
    return digest(*code, stated, *registry.listing(identities, "kbgen.proofs.identities"), _proofs())


@cache
def derived_hash(id: str) -> str:
    """What a comparison with automatic differentiation holds for: the code, and what derives it."""
    return digest(*registry.listing(registry.functions_of(id), "kbgen.losses"), (HERE / "autodiff.py").read_bytes())


def derived(root: Path) -> dict[str, Finding]:
    """By id, what comparing gradients with automatic differentiation found, where that holds for the code as it is."""
    return {
        id: Finding(kind=DERIVED, holds=True, points=record.points, error=record.slope, tolerance=DERIVED_TOLERANCE)
        for id, record in libraries.kept(root, DERIVED).items()
        if id in registry.losses() and record.hash == derived_hash(id)
    }


def write(root: Path, id: str, evidence: Evidence) -> None:
    """Keep the evidence of an entry."""
    path = root / FOLDER / f"{id}.json"
    content = evidence.model_dump(exclude_defaults=True)
    write_whole(path, f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode())


def read(root: Path, losses: Mapping[str, Loss], memo: Memo | None = None) -> dict[str, Evidence]:
    """The evidence that holds for the losses as they are now, by id."""
    memo, found = memo or Memo(), dict[str, Evidence]()
    from_jax = memo.get("autodiff", libraries.stamp(root, DERIVED), partial(derived, root))
    for id, loss in losses.items():
        path = root / FOLDER / f"{id}.json"
        if id in registry.losses() and path.is_file():
            content = path.read_bytes()
            key = digest(content, loss.model_dump_json(include=STATEMENTS))
            if evidence := memo.get("evidence", key, partial(_holding, content, loss)):
                more = (from_jax[id],) if id in from_jax else ()
                found[id] = evidence.model_copy(update={"findings": (*evidence.findings, *more)})
    return found


def _holding(content: bytes, loss: Loss) -> Evidence | None:
    """The evidence in a file, if it holds for the loss."""
    path, mended_by = FOLDER / f"{loss.id}.json", f"kbgen verify {loss.id}"
    evidence = parse(EVIDENCE, content, path, mended_by)
    if evidence.hash != hash_of(loss):
        return None
    named = {"property": Properties.model_fields, "identity": registry.identities()}
    for i, finding in enumerate(evidence.findings):
        if finding.name not in named.get(finding.kind, {finding.name}):
            message = f"findings.{i}: no {finding.kind} is called {finding.name!r}"
            raise Problems([Problem(path.as_posix(), 1, message, f"run: {mended_by}")])
    return evidence

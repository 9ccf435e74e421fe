"""Runs every proof about a loss. Apart from `evidence`, so that a build reads what was found without loading what finds it."""

from collections.abc import Iterable
from functools import cache

import numpy as np

from kbgen import estimates, registry
from kbgen.model import Loss
from kbgen.proofs import equations
from kbgen.proofs.evidence import Evidence, Finding, hash_of
from kbgen.proofs.properties import ATTACKS, agrees
from kbgen.proofs.relations import Identity
from kbgen.proofs.sampling import parameters, variants

COMPARISONS = {
    "formula": equations.formula,
    "gradient_formula": equations.gradient_formula,
    "gradient": equations.gradient,
}


def verify(loss: Loss) -> Evidence:
    """Run every proof about a loss."""
    rng = np.random.default_rng(list(loss.id.encode()))
    findings = [*_equations(loss, rng), *_properties(loss, rng), *_estimates(loss), *_identities(loss), *_examples(loss)]
    return Evidence(hash=hash_of(loss), numpy=np.__version__, findings=tuple(findings))


def _equations(loss: Loss, rng: np.random.Generator) -> Iterable[Finding]:
    reasons = {"formula": loss.not_executed.formula, "gradient_formula": loss.not_executed.gradient, "gradient": None}
    for kind, reason in reasons.items():
        if reason is None and _is_owed(loss, kind):
            found = COMPARISONS[kind](loss, rng)
            error = None if found.slip else float(f"{found.error:.2g}")
            yield Finding(
                kind=kind, holds=found.holds, points=found.points, error=error, tolerance=found.tolerance, says=found.slip
            )


def _is_owed(loss: Loss, kind: str) -> bool:
    """Whether a comparison belongs to a loss: all of them, but a short entry may have no gradient, or print none."""
    has = {"gradient_formula": loss.gradient is not None, "gradient": f"{loss.id}_grad" in registry.losses()}
    return not loss.short or has.get(kind, True)


def _properties(loss: Loss, rng: np.random.Generator) -> Iterable[Finding]:
    for name, attack in ATTACKS.items():
        if getattr(loss.properties, name) is not None:
            found = attack(loss, rng)
            holds = agrees(loss, name, found)
            yield Finding(kind="property", name=name, holds=holds, points=found.points, says=found.counterexample)


def _estimates(loss: Loss) -> Iterable[Finding]:
    for variant in variants(loss) if loss.estimates else ():
        found = estimates.minimiser(loss, variant)
        error = estimates.error(loss, parameters(loss, variant), found)
        yield Finding(
            kind="estimate", name=", ".join(f"{name} = {number:g}" for name, number in variant.items()),
            holds=error <= estimates.TOLERANCE, points=estimates.SIZE, error=float(f"{error:.2g}"), tolerance=estimates.TOLERANCE,
            says=f"{found:.4g}",
        )  # fmt: skip


@cache
def _identity(name: str) -> Identity:
    """An identity, run once however many losses it is about."""
    found: Identity = registry.identities()[name](np.random.default_rng(list(name.encode())))
    return found


def _identities(loss: Loss) -> Iterable[Finding]:
    for name in registry.identities_of(loss.id):
        found = _identity(name)
        error = float(f"{found.error:.2g}")
        yield Finding(kind="identity", name=name, holds=found.holds, points=found.points, error=error, tolerance=found.tolerance)


def _examples(loss: Loss) -> Iterable[Finding]:
    for number, example in enumerate(loss.examples, 1):
        value = np.asarray(registry.losses()[loss.id](*(example.inputs[name] for name in loss.inputs), **example.params))
        stated = np.asarray(example.value, float)
        error = float(np.max(np.abs(value - stated) / np.maximum(1, np.abs(stated)), initial=0.0))
        holds = bool(np.allclose(value, stated, rtol=2e-4, atol=2e-6))
        yield Finding(kind="example", name=str(number), holds=holds, points=value.size, error=float(f"{error:.2g}"), tolerance=2e-4)

"""The table of properties: what a page may state about a loss, and the attack that holds or refutes it.

Each attack searches for a counterexample and says what it found: a property stated as true must survive, one stated as false must
fall, and the counterexample is printed on the page. An attack on a statement that is not yes or no survives if the statement is
what the search found.
"""

from collections.abc import Callable, Mapping

import numpy as np

from kbgen.model import Loss
from kbgen.proofs import geometry, growth, scoring
from kbgen.proofs.attacks import Attack

ATTACKS: Mapping[str, Callable[[Loss, np.random.Generator], Attack]] = {
    function.__name__: function
    for function in (
        geometry.nonnegative, geometry.convex, geometry.strictly_convex, geometry.symmetric, geometry.zero_at_match,
        geometry.translation_invariant, geometry.scale_invariant, geometry.permutation_invariant, growth.smoothness,
        growth.gradient_bound, growth.lipschitz, growth.gradient_lipschitz, growth.influence, scoring.proper, scoring.calibrated,
    )
}  # fmt: skip


def agrees(loss: Loss, name: str, attack: Attack) -> bool:
    """Whether what was found is what the page says."""
    stated = getattr(loss.properties, name)
    return attack.survived != (stated is False)

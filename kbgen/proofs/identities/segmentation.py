"""Identities of the family segmentation."""

import numpy as np

from kbgen.proofs.relations import PIXELS, Identity, bound, draw, equal, loss, ordering


def dice_is_tversky_with_equal_prices(rng: np.random.Generator) -> Identity:
    """Dice loss is the Tversky loss with α = β = ½ and half the smoothing constant."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    right = loss.tversky(p, y, alpha=0.5, beta=0.5, smooth=0.5)
    return equal("dice", "tversky", loss.dice(p, y, smooth=1.0), right)


def jaccard_is_tversky_with_full_prices(rng: np.random.Generator) -> Identity:
    """Soft Jaccard loss is the Tversky loss with α = β = 1 and the same smoothing constant."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    right = loss.tversky(p, y, alpha=1.0, beta=1.0, smooth=1.0)
    return equal("jaccard", "tversky", loss.jaccard(p, y, smooth=1.0), right)


def jaccard_coefficient_is_a_function_of_the_dice_coefficient(rng: np.random.Generator) -> Identity:
    """Without smoothing, the coefficients 1 − loss of Jaccard and Dice satisfy J = D / (2 − D)."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    d = 1 - loss.dice(p, y, smooth=0.0)
    return equal("jaccard", "dice", 1 - loss.jaccard(p, y, smooth=0.0), d / (2 - d))


def smoothed_jaccard_is_a_function_of_dice_smoothed_twice_as_much(rng: np.random.Generator) -> Identity:
    """Soft Jaccard loss with s is 2 d / (1 + d) of the Dice loss d with 2 s."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    d = loss.dice(p, y, smooth=2.0)
    return equal("jaccard", "dice", loss.jaccard(p, y, smooth=1.0), 2 * d / (1 + d))


def dice_and_jaccard_rank_predictions_alike(rng: np.random.Generator) -> Identity:
    """Without smoothing, Dice loss and soft Jaccard loss put predictions in the same order."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    return ordering("dice", "jaccard", loss.dice(p, y, smooth=0.0), loss.jaccard(p, y, smooth=0.0))


def dice_is_at_most_jaccard(rng: np.random.Generator) -> Identity:
    """Without smoothing, Dice loss is at most the soft Jaccard loss, and equal where nothing overlaps."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    p[-1] = 1 - y[-1]
    return bound("dice", "jaccard", loss.dice(p, y, smooth=0.0), loss.jaccard(p, y, smooth=0.0))


def tversky_changes_prices_with_its_arguments(rng: np.random.Generator) -> Identity:
    """Tversky loss stays the same when p and y are exchanged together with α and β."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    return equal("tversky", "tversky", loss.tversky(p, y, alpha=0.3, beta=0.7), loss.tversky(y, p, alpha=0.7, beta=0.3))

"""Identities of the family segmentation."""

import numpy as np

from kbgen.losses.domains import Array
from kbgen.proofs.relations import PIXELS, POINTS, Identity, bound, draw, equal, limit, loss, ordering, sigmoid

CLASSES_OF_PIXELS = (POINTS, 8, 4)
IMAGES = (POINTS, 6, 7)


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


def focal_tversky_with_exponent_one_is_tversky(rng: np.random.Generator) -> Identity:
    """Focal Tversky loss with γ = 1 is the Tversky loss with the prices α and 1 − α."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    right = loss.tversky(p, y, alpha=0.2, beta=0.8, smooth=0.5)
    return equal("focal_tversky", "tversky", loss.focal_tversky(p, y, alpha=0.2, gamma=1.0, smooth=0.5), right)


def focal_tversky_with_equal_prices_is_a_power_of_dice(rng: np.random.Generator) -> Identity:
    """Focal Tversky loss with α = ½ and γ = 2 is the square of the Dice loss with twice the smoothing constant."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    left = loss.focal_tversky(p, y, alpha=0.5, gamma=2.0, smooth=0.5)
    return equal("focal_tversky", "dice", left, loss.dice(p, y, smooth=1.0) ** 2)


def focal_tversky_with_a_small_exponent_is_at_least_tversky(rng: np.random.Generator) -> Identity:
    """Focal Tversky loss with γ < 1 and s = 0 is at least the Tversky loss, and equal where nothing overlaps."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    p[-1] = 1 - y[-1]
    small = loss.tversky(p, y, alpha=0.3, beta=0.7, smooth=0.0)
    return bound("tversky", "focal_tversky", small, loss.focal_tversky(p, y, smooth=0.0))


def focal_tversky_ranks_predictions_as_tversky(rng: np.random.Generator) -> Identity:
    """Focal Tversky loss and the Tversky loss with the same prices put predictions in the same order."""
    p, y = draw(rng, "probability", "binary", shape=PIXELS)
    right = loss.tversky(p, y, alpha=0.3, beta=0.7, smooth=1.0)
    return ordering("focal_tversky", "tversky", loss.focal_tversky(p, y), right)


def generalized_dice_without_weights_is_the_mean_total_variation_distance(rng: np.random.Generator) -> Identity:
    """Generalized Dice loss at ρ = 0 is the total variation distance of prediction and label, averaged over the pixels."""
    p, y = draw(rng, "simplex", "one_hot", shape=CLASSES_OF_PIXELS)
    right = loss.total_variation_distance(p.reshape(-1, 4), y.reshape(-1, 4)).reshape(POINTS, -1).mean(axis=1)
    return equal("generalized_dice", "total_variation_distance", loss.generalized_dice(p, y, power=0.0), right)


def _dice_of_classes(p: Array, y: Array) -> Array:
    """The Dice loss of each class without smoothing, (…, classes)."""
    return np.stack([loss.dice(p[..., k], y[..., k], smooth=0.0) for k in range(p.shape[-1])], axis=-1)


def generalized_dice_is_a_weighted_mean_of_dice(rng: np.random.Generator) -> Identity:
    """Generalized Dice loss is the mean of the Dice losses of the classes with the weights wₖ Σ (p + y)."""
    p, y = draw(rng, "simplex", "one_hot", shape=CLASSES_OF_PIXELS)
    y[:, :4] = np.eye(4)  # every class has a pixel
    weight = y.sum(axis=1) ** -2.0 * np.sum(p + y, axis=1)
    right = np.sum(weight * _dice_of_classes(p, y), axis=1) / weight.sum(axis=1)
    return equal("generalized_dice", "dice", loss.generalized_dice(p, y, power=2.0), right)


def generalized_dice_is_at_most_the_worst_dice(rng: np.random.Generator) -> Identity:
    """Generalized Dice loss is at most the largest Dice loss of a class, and equal where all have the same."""
    p, y = draw(rng, "simplex", "one_hot", shape=CLASSES_OF_PIXELS)
    p[-1], y[-1] = 0.25, np.eye(4)[np.arange(8) % 4]
    return bound("generalized_dice", "dice", loss.generalized_dice(p, y), _dice_of_classes(p, y).max(axis=1))


def dice_cross_entropy_without_cross_entropy_is_dice(rng: np.random.Generator) -> Identity:
    """Dice plus cross-entropy with λ = 0 is δ times the Dice loss of p = σ(z)."""
    z, y = draw(rng, "real", "binary", shape=PIXELS)
    left = loss.dice_cross_entropy(z, y, dice_weight=0.5, ce_weight=0.0, smooth=2.0)
    return equal("dice_cross_entropy", "dice", left, 0.5 * loss.dice(sigmoid(z), y, smooth=2.0))


def dice_cross_entropy_without_dice_is_the_mean_cross_entropy(rng: np.random.Generator) -> Identity:
    """Dice plus cross-entropy with δ = 0 is λ times the binary cross-entropy with logits, averaged over the pixels."""
    z, y = draw(rng, "real", "binary", shape=PIXELS)
    left = loss.dice_cross_entropy(z, y, dice_weight=0.0, ce_weight=3.0)
    right = 3 * loss.binary_cross_entropy_with_logits(z, y).mean(axis=1)
    return equal("dice_cross_entropy", "binary_cross_entropy_with_logits", left, right)


def dice_cross_entropy_is_at_least_dice(rng: np.random.Generator) -> Identity:
    """Dice plus cross-entropy with δ = λ = 1 is at least the Dice loss of p = σ(z); both vanish for huge right scores."""
    z, y = draw(rng, "real", "binary", shape=PIXELS)
    z[-1] = 800 * (2 * y[-1] - 1)
    return bound("dice", "dice_cross_entropy", loss.dice(np.exp(-np.logaddexp(0, -z)), y), loss.dice_cross_entropy(z, y))


def lovasz_hinge_of_one_pixel_is_hinge(rng: np.random.Generator) -> Identity:
    """Lovász hinge loss of a single pixel is its hinge loss, whether the pixel is marked or not."""
    f, y = draw(rng, "real", "binary")
    return equal("lovasz_hinge", "hinge", loss.lovasz_hinge(f[:, None], y[:, None]), loss.hinge(f, 2 * y - 1))


def lovasz_hinge_is_at_least_jaccard_of_the_decision(rng: np.random.Generator) -> Identity:
    """Lovász hinge is at least the Jaccard loss of the decision f > 0, equal where all hinges are 0 or 1 and no unmarked f is 0."""
    f, y = draw(rng, "real", "binary", shape=PIXELS)
    y[-1] = np.arange(8) % 2
    f[-1] = np.where(np.arange(8) < 4, 2 * (2 * y[-1] - 1), 0 - (1 - y[-1]))
    decided = (f > 0).astype(float)
    return bound("jaccard", "lovasz_hinge", loss.jaccard(decided, y, smooth=0.0), loss.lovasz_hinge(f, y))


def lovasz_hinge_is_at_most_the_worst_hinge(rng: np.random.Generator) -> Identity:
    """Lovász hinge loss is at most the largest hinge loss of a pixel, and equal where nothing is marked."""
    f, y = draw(rng, "real", "binary", shape=PIXELS)
    y[-1] = 0
    return bound("lovasz_hinge", "hinge", loss.lovasz_hinge(f, y), loss.hinge(f, 2 * y - 1).max(axis=1))


def boundary_is_absolute_error_weighted_by_distance(rng: np.random.Generator) -> Identity:
    """Boundary loss minus that of the mask is the absolute error, weighted by the distance from a straight edge."""
    (p,) = draw(rng, "probability", shape=IMAGES)
    edge = rng.integers(1, 7, size=(POINTS, 1, 1))
    y = np.broadcast_to(np.arange(7) < edge, IMAGES).astype(float)
    distance = np.where(y == 1, edge - np.arange(7), np.arange(7) - edge + 1)
    right = np.mean(distance * loss.absolute_error(p, y), axis=(1, 2))
    return equal("boundary", "absolute_error", loss.boundary(p, y) - loss.boundary(y, y), right)


def boundary_tends_to_half_the_squared_shift_of_an_edge(rng: np.random.Generator) -> Identity:
    """Boundary loss over the width minus that of the mask tends to half the squared error of an edge as pixels get smaller."""
    u, t = (np.round(50 * edge) / 50 for edge in draw(rng, "probability", "probability", shape=(12,)))

    def sides(width: float) -> tuple[Array, Array]:
        place = (np.arange(int(width)) + 0.5) / width
        p, y = ((place < edge[:, None, None]).astype(float) for edge in (u, t))
        return (loss.boundary(p, y) - loss.boundary(y, y)) / width, loss.squared_error(u, t) / 2

    return limit("boundary", "squared_error", (50.0, 500.0, 5000.0), sides)

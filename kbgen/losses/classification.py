"""Classification: losses on class probabilities and on logits."""

import numpy as np

from kbgen.losses.shapes import shaped


def _sigmoid(z):
    return np.exp(
        -np.logaddexp(0, -z)
    )  # never overflows; keeps its relative precision down to the smallest number


def _log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def _over(weight, x):
    """Weight / x, where no weight makes nothing of any quotient: 0 / 0 = 0."""
    return np.divide(weight, x, out=np.zeros_like(x), where=weight > 0)


def binary_cross_entropy(prob, target):
    """The surprise of the outcome `target` under the probability `prob` of class 1, in nats.

    Shapes: prob (n), target (n) -> (n).
    Source: Cox 1958, doi:10.1111/j.2517-6161.1958.tb00292.x.
    """
    prob, target = shaped("..., ...", prob, target)
    one, zero = (
        np.where(target > 0, prob, 1),
        np.where(target < 1, prob, 0),
    )  # 0 log 0 = 0
    return -target * np.log(one) - (1 - target) * np.log1p(-zero)


def binary_cross_entropy_grad(prob, target):
    """d binary_cross_entropy / d prob; infinite where an outcome was ruled out and came all the same."""
    prob, target = shaped("..., ...", prob, target)
    return _over(1 - target, 1 - prob) - _over(target, prob)


def binary_cross_entropy_with_logits(logit, target, *, pos_weight=1.0):
    """Binary cross-entropy of sigmoid(logit), without ever forming the probability.

    Shapes: logit (n), target (n) -> (n).
    Source: Cox 1958, doi:10.1111/j.2517-6161.1958.tb00292.x.
    """
    logit, target = shaped("..., ...", logit, target)
    return pos_weight * target * np.logaddexp(0, -logit) + (1 - target) * np.logaddexp(
        0, logit
    )


def binary_cross_entropy_with_logits_grad(logit, target, *, pos_weight=1.0):
    """d binary_cross_entropy_with_logits / d logit: probability minus target while pos_weight is 1."""
    logit, target = shaped("..., ...", logit, target)
    return (1 - target) * _sigmoid(logit) - pos_weight * target * _sigmoid(-logit)


def cross_entropy(logits, target):
    """Cross-entropy of softmax(logits) relative to the distribution `target`, one-hot or soft.

    Shapes: logits (n, K), target (n, K) -> (n).
    Source: Bishop 2006, Pattern Recognition and Machine Learning, section 4.3.4, isbn:978-0-387-31073-2.
    """
    logits, target = shaped("n K, n K", logits, target)
    wanted = np.where(
        target > 0, _log_softmax(logits), 0
    )  # a class masked with -inf and target 0 costs nothing
    return -(target * wanted).sum(axis=-1)


def cross_entropy_grad(logits, target):
    """d cross_entropy / d logits: softmax minus target."""
    logits, target = shaped("n K, n K", logits, target)
    return np.exp(_log_softmax(logits)) - target


def nll(log_prob, label):
    """Minus the log-probability of the class that `label` numbers, from 0.

    Shapes: log_prob (n, K), label (n) -> (n).
    Source: Bishop 2006, Pattern Recognition and Machine Learning, section 4.3.4, isbn:978-0-387-31073-2.
    """
    log_prob, label = shaped("n K, n", log_prob, label)
    return -log_prob[np.arange(label.size), label.astype(int)]


def nll_grad(log_prob, label):
    """d nll / d log_prob: -1 at the class of the label, 0 elsewhere."""
    log_prob, label = shaped("n K, n", log_prob, label)
    grad = np.zeros_like(log_prob)
    grad[np.arange(label.size), label.astype(int)] = -1
    return grad


def label_smoothing_cross_entropy(logits, target, *, eps=0.1):
    """Cross-entropy after `eps` of the target's mass was spread evenly over all K classes.

    Shapes: logits (n, K), target (n, K) -> (n).
    Source: Szegedy et al. 2016, arXiv:1512.00567.
    """
    logits, target = shaped("n K, n K", logits, target)
    return cross_entropy(logits, (1 - eps) * target + eps / target.shape[-1])


def label_smoothing_cross_entropy_grad(logits, target, *, eps=0.1):
    """d label_smoothing_cross_entropy / d logits: softmax minus the smoothed target."""
    logits, target = shaped("n K, n K", logits, target)
    return cross_entropy_grad(logits, (1 - eps) * target + eps / target.shape[-1])


def weighted_cross_entropy(logits, target, weight):
    """Cross-entropy in which each class counts with its own weight; not divided by any sum of weights.

    Shapes: logits (n, K), target (n, K), weight (K) -> (n).
    Source: Zadrozny, Langford, Abe 2003, doi:10.1109/ICDM.2003.1250950.
    """
    logits, target, weight = shaped("n K, n K, K", logits, target, weight)
    return cross_entropy(logits, weight * target)


def weighted_cross_entropy_grad(logits, target, weight):
    """d weighted_cross_entropy / d logits: softmax times the item's whole weight, minus the weighted target."""
    logits, target, weight = shaped("n K, n K, K", logits, target, weight)
    mass = weight * target
    return np.exp(_log_softmax(logits)) * mass.sum(axis=-1, keepdims=True) - mass


def cost_sensitive(prob, target, *, c_fn=5.0, c_fp=1.0):
    """The expected cost of calling an item positive with probability `prob`.

    Shapes: prob (n), target (n) -> (n).
    Source: Zadrozny, Langford, Abe 2003, doi:10.1109/ICDM.2003.1250950.
    """
    prob, target = shaped("..., ...", prob, target)
    return c_fn * target * (1 - prob) + c_fp * (1 - target) * prob


def cost_sensitive_grad(prob, target, *, c_fn=5.0, c_fp=1.0):
    """d cost_sensitive / d prob: constant in prob, as no loss that counts thresholded mistakes could be."""
    prob, target = shaped("..., ...", prob, target)
    return c_fp * (1 - target) - c_fn * target


def focal(logit, target, *, alpha=0.25, gamma=2.0):
    """Binary cross-entropy, faded out by (1 - p_t)**gamma where the true class is already likely.

    Shapes: logit (n), target (n) -> (n).
    Source: Lin et al. 2017, arXiv:1708.02002.
    """
    logit, target = shaped("..., ...", logit, target)
    against = (1 - 2 * target) * logit  # logit of the wrong class
    balance = alpha * target + (1 - alpha) * (1 - target)
    return balance * _sigmoid(against) ** gamma * np.logaddexp(0, against)


def focal_grad(logit, target, *, alpha=0.25, gamma=2.0):
    """d focal / d logit."""
    logit, target = shaped("..., ...", logit, target)
    sign = 1 - 2 * target
    balance = alpha * target + (1 - alpha) * (1 - target)
    wrong = _sigmoid(sign * logit)
    rise = gamma * _sigmoid(-sign * logit) * np.logaddexp(0, sign * logit) + wrong
    return sign * balance * wrong**gamma * rise


def zero_one(score, label):
    """1 for a mistake, 0 otherwise; a score of 0 decides nothing and counts as a mistake.

    Shapes: score (n), label (n) -> (n).
    Source: Bartlett, Jordan, McAuliffe 2006, doi:10.1198/016214505000000907.
    """
    score, label = shaped("..., ...", score, label)
    return (label * score <= 0).astype(score.dtype)


def zero_one_grad(score, label):
    """d zero_one / d score: zero wherever it exists; at the jump, where it does not, zero is returned too."""
    score, label = shaped("..., ...", score, label)
    return np.zeros_like(score)

"""Classification: losses on class probabilities and on logits."""

import numpy as np

from kbgen.losses.shapes import shaped


def _sigmoid(z):
    # 1 / (1 + exp(-z)) would overflow; this is precise down to the smallest number
    return np.exp(-np.logaddexp(0, -z))


def _log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def _over(weight, x):
    """Weight / x, where no weight makes nothing of any quotient: 0 / 0 = 0."""
    return np.divide(weight, x, out=np.zeros_like(x), where=weight > 0)


def binary_cross_entropy(prob, target):
    """The surprise of `target`, given the probability `prob` of class 1, in nats.

    Shapes: prob (n), target (n) -> (n).
    Source: Cox 1958, doi:10.1111/j.2517-6161.1958.tb00292.x.
    """
    prob, target = shaped("..., ...", prob, target)
    # 0 log 0 = 0
    one = np.where(target > 0, prob, 1)
    zero = np.where(target < 1, prob, 0)
    return -target * np.log(one) - (1 - target) * np.log1p(-zero)


def binary_cross_entropy_grad(prob, target):
    """d binary_cross_entropy / d prob; infinite where what was ruled out has come."""
    prob, target = shaped("..., ...", prob, target)
    return _over(1 - target, 1 - prob) - _over(target, prob)


def binary_cross_entropy_with_logits(logit, target, *, pos_weight=1.0):
    """Binary cross-entropy of sigmoid(logit), without ever forming the probability.

    Shapes: logit (n), target (n) -> (n).
    Source: Cox 1958, doi:10.1111/j.2517-6161.1958.tb00292.x.
    """
    logit, target = shaped("..., ...", logit, target)
    positive = pos_weight * target * np.logaddexp(0, -logit)
    negative = (1 - target) * np.logaddexp(0, logit)
    return positive + negative


def binary_cross_entropy_with_logits_grad(logit, target, *, pos_weight=1.0):
    """d binary_cross_entropy_with_logits / d logit; unweighted: sigmoid - target."""
    logit, target = shaped("..., ...", logit, target)
    return (1 - target) * _sigmoid(logit) - pos_weight * target * _sigmoid(-logit)


def cross_entropy(logits, target):
    """Cross-entropy of softmax(logits) relative to `target`, one-hot or soft.

    Shapes: logits (n, K), target (n, K) -> (n).
    Source: Bishop 2006, section 4.3.4, isbn:978-0-387-31073-2.
    """
    logits, target = shaped("n K, n K", logits, target)
    # a class masked with -inf costs nothing while its target is 0
    wanted = np.where(target > 0, _log_softmax(logits), 0)
    return -(target * wanted).sum(axis=-1)


def cross_entropy_grad(logits, target):
    """d cross_entropy / d logits: softmax minus target."""
    logits, target = shaped("n K, n K", logits, target)
    return np.exp(_log_softmax(logits)) - target


def nll(log_prob, label):
    """Minus the log-probability of the class that `label` numbers, from 0.

    Shapes: log_prob (n, K), label (n) -> (n).
    Source: Bishop 2006, section 4.3.4, isbn:978-0-387-31073-2.
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
    """Cross-entropy with `eps` of the target spread evenly over all K classes.

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
    """Cross-entropy, each class with its own weight; no sum of weights divides it.

    Shapes: logits (n, K), target (n, K), weight (K) -> (n).
    Source: Zadrozny, Langford, Abe 2003, doi:10.1109/ICDM.2003.1250950.
    """
    logits, target, weight = shaped("n K, n K, K", logits, target, weight)
    return cross_entropy(logits, weight * target)


def weighted_cross_entropy_grad(logits, target, weight):
    """d weighted_cross_entropy / d logits; softmax - target where all weights are 1."""
    logits, target, weight = shaped("n K, n K, K", logits, target, weight)
    mass = weight * target
    total = mass.sum(axis=-1, keepdims=True)
    return total * np.exp(_log_softmax(logits)) - mass


def cost_sensitive(prob, target, *, c_fn=5.0, c_fp=1.0):
    """The expected cost of calling an item positive with probability `prob`.

    Shapes: prob (n), target (n) -> (n).
    Source: Zadrozny, Langford, Abe 2003, doi:10.1109/ICDM.2003.1250950.
    """
    prob, target = shaped("..., ...", prob, target)
    return c_fn * target * (1 - prob) + c_fp * (1 - target) * prob


def cost_sensitive_grad(prob, target, *, c_fn=5.0, c_fp=1.0):
    """d cost_sensitive / d prob: the same wherever `prob` lies."""
    prob, target = shaped("..., ...", prob, target)
    return c_fp * (1 - target) - c_fn * target


def focal(logit, target, *, alpha=0.25, gamma=2.0):
    """Binary cross-entropy times (1 - p_t)**gamma, which fades where p_t is near 1.

    p_t is the probability of the true class; `alpha` is the weight of class 1.
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
    against = sign * logit  # logit of the wrong class
    balance = alpha * target + (1 - alpha) * (1 - target)
    wrong = _sigmoid(against)
    rise = gamma * _sigmoid(-against) * np.logaddexp(0, against) + wrong
    return sign * balance * wrong**gamma * rise


def zero_one(score, label):
    """1 for a mistake, else 0; a score of 0 decides nothing and is a mistake.

    Shapes: score (n), label (n) -> (n).
    Source: Bartlett, Jordan, McAuliffe 2006, doi:10.1198/016214505000000907.
    """
    score, label = shaped("..., ...", score, label)
    return (label * score <= 0).astype(score.dtype)


def zero_one_grad(score, label):
    """d zero_one / d score: 0, also at the jump, where there is no derivative."""
    score, label = shaped("..., ...", score, label)
    return np.zeros_like(score)

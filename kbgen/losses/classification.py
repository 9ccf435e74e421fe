"""Classification: losses on class probabilities and on logits."""

import numpy as np

from kbgen.losses.probabilistic import _digamma_rising, _log_rising
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


def _chain(slope, logp):
    """By the logits, where `slope` is by the logarithms of the probabilities."""
    return slope - np.exp(logp) * slope.sum(axis=-1, keepdims=True)


def categorical_focal(logits, target, *, alpha=0.25, gamma=2.0):
    """Cross-entropy, each term times (1 - p_k)**gamma, which fades where p_k is near 1.

    Shapes: logits (n, K), target (n, K) -> (n).
    Source: Lin et al. 2017, arXiv:1708.02002.
    """
    logits, target = shaped("n K, n K", logits, target)
    wanted = np.where(target > 0, _log_softmax(logits), 0)
    return -alpha * (target * (-np.expm1(wanted)) ** gamma * wanted).sum(axis=-1)


def categorical_focal_grad(logits, target, *, alpha=0.25, gamma=2.0):
    """d categorical_focal / d logits; log(p) / (1 - p) is -1 where p has become 1."""
    logits, target = shaped("n K, n K", logits, target)
    logp = _log_softmax(logits)
    wanted = np.where(target > 0, logp, 0)
    miss = -np.expm1(wanted)
    ratio = np.divide(wanted, miss, out=-np.ones_like(miss), where=miss > 0)
    rise = gamma * np.exp(wanted) * ratio - 1
    return _chain(alpha * target * miss**gamma * rise, logp)


def multilabel_soft_margin(logits, target):
    """The mean, over the labels, of binary cross-entropy with logits.

    Shapes: logits (n, K), target (n, K) -> (n).
    Source: Cox 1958, doi:10.1111/j.2517-6161.1958.tb00292.x.
    """
    logits, target = shaped("n K, n K", logits, target)
    return binary_cross_entropy_with_logits(logits, target).mean(axis=-1)


def multilabel_soft_margin_grad(logits, target):
    """d multilabel_soft_margin / d logits: sigmoid minus target, over K."""
    logits, target = shaped("n K, n K", logits, target)
    return (_sigmoid(logits) - target) / target.shape[-1]


def _true_class(logits, label):
    """The log-probabilities of all classes, one-hot labels, and log p of the label."""
    logits, label = shaped("n K, n", logits, label)
    logp, one_hot = _log_softmax(logits), np.zeros_like(logits)
    one_hot[np.arange(label.size), label.astype(int)] = 1
    return logp, one_hot, np.where(one_hot > 0, logp, 0).sum(axis=-1, keepdims=True)


def generalized_cross_entropy(logits, label, *, q=0.7):
    """(1 - p**q) / q, with p the probability of the class that `label` numbers.

    Shapes: logits (n, K), label (n) -> (n).
    Source: Zhang, Sabuncu 2018, arXiv:1805.07836.
    """
    wanted = _true_class(logits, label)[2]
    return -np.expm1(q * wanted[:, 0]) / q  # keeps its digits where q is tiny


def generalized_cross_entropy_grad(logits, label, *, q=0.7):
    """d generalized_cross_entropy / d logits: that of cross-entropy, times p**q."""
    logp, one_hot, wanted = _true_class(logits, label)
    return np.exp(q * wanted) * (np.exp(logp) - one_hot)


def logit_adjusted_cross_entropy(logits, target, prior, *, tau=1.0):
    """Cross-entropy after adding `tau` times the log of each class's share.

    Shapes: logits (n, K), target (n, K), prior (K) -> (n).
    Source: Menon et al. 2021, arXiv:2007.07314.
    """
    logits, target, prior = shaped("n K, n K, K", logits, target, prior)
    return cross_entropy(logits + tau * np.log(prior), target)


def logit_adjusted_cross_entropy_grad(logits, target, prior, *, tau=1.0):
    """d logit_adjusted_cross_entropy / d logits: softmax of the sum minus target."""
    logits, target, prior = shaped("n K, n K, K", logits, target, prior)
    return cross_entropy_grad(logits + tau * np.log(prior), target)


def _log_shifted(logit, clip):
    """log(1 - max(p - clip, 0)), with p = sigmoid(logit)."""
    if clip == 0:
        return -np.logaddexp(0, logit)
    shift = logit.dtype.type(np.log(clip))
    return np.minimum(0, np.logaddexp(-np.logaddexp(0, logit), shift))


def asymmetric_multilabel(logit, target, *, gamma_neg=4.0, gamma_pos=1.0, clip=0.05):
    """Focal loss of one label, with a focus for each side; p < clip is no alarm.

    Shapes: logit (n), target (n) -> (n).
    Source: Ridnik et al. 2021, arXiv:2009.14119.
    """
    logit, target = shaped("..., ...", logit, target)
    positive = _sigmoid(-logit) ** gamma_pos * np.logaddexp(0, -logit)
    kept = _log_shifted(logit, clip)
    negative = (-np.expm1(kept)) ** gamma_neg * np.abs(kept)
    return np.where(target > 0, positive, negative)


def asymmetric_multilabel_grad(
    logit, target, *, gamma_neg=4.0, gamma_pos=1.0, clip=0.05
):
    """d asymmetric_multilabel / d logit; 0 for a negative with p <= clip."""
    logit, target = shaped("..., ...", logit, target)
    p, q = _sigmoid(logit), _sigmoid(-logit)
    positive = -(q**gamma_pos) * (gamma_pos * p * np.logaddexp(0, -logit) + q)
    kept = _log_shifted(logit, clip)
    alarm, safe = -np.expm1(kept), np.exp(kept)
    ratio = np.divide(-kept, alarm, out=np.ones_like(alarm), where=alarm > 0)
    # q / (q + clip) * p, and q * p, without 0 / 0
    slope = np.exp(-np.logaddexp(0, logit) - kept) * p
    negative = alarm**gamma_neg * slope * (gamma_neg * safe * ratio + 1)
    return np.where(target > 0, positive, np.where(p > clip, negative, 0))


def poly1_cross_entropy(logits, target, *, epsilon=2.0):
    """Cross-entropy plus `epsilon` times the probability missed, 1 - p.

    Shapes: logits (n, K), target (n, K) -> (n).
    Source: Leng et al. 2022, arXiv:2204.12511.
    """
    logits, target = shaped("n K, n K", logits, target)
    missed = (target * -np.expm1(_log_softmax(logits))).sum(axis=-1)
    return cross_entropy(logits, target) + epsilon * missed


def poly1_cross_entropy_grad(logits, target, *, epsilon=2.0):
    """d poly1_cross_entropy / d logits."""
    logits, target = shaped("n K, n K", logits, target)
    logp = _log_softmax(logits)
    missed = _chain(-target * np.exp(logp), logp)
    return np.exp(logp) - target + epsilon * missed


def _per_example(count, beta):
    """One over the effective number of examples, (1 - beta**count) / (1 - beta)."""
    return (1 - beta) / -np.expm1(count * count.dtype.type(np.log(beta)))


def class_balanced_cross_entropy(logits, target, count, *, beta=0.9999):
    """Cross-entropy, each class over the effective number of its examples.

    Shapes: logits (n, K), target (n, K), count (K) -> (n).
    Source: Cui et al. 2019, arXiv:1901.05555.
    """
    logits, target, count = shaped("n K, n K, K", logits, target, count)
    return weighted_cross_entropy(logits, target, _per_example(count, beta))


def class_balanced_cross_entropy_grad(logits, target, count, *, beta=0.9999):
    """d class_balanced_cross_entropy / d logits."""
    logits, target, count = shaped("n K, n K, K", logits, target, count)
    return weighted_cross_entropy_grad(logits, target, _per_example(count, beta))


def symmetric_cross_entropy(logits, label, *, alpha=0.1, beta=1.0, log_zero=-4.0):
    """Cross-entropy both ways round, where `log_zero` stands for log 0.

    Shapes: logits (n, K), label (n) -> (n).
    Source: Wang et al. 2019, arXiv:1908.06112.
    """
    wanted = _true_class(logits, label)[2][:, 0]
    return -alpha * wanted + beta * log_zero * np.expm1(wanted)


def symmetric_cross_entropy_grad(logits, label, *, alpha=0.1, beta=1.0, log_zero=-4.0):
    """d symmetric_cross_entropy / d logits."""
    logp, one_hot, wanted = _true_class(logits, label)
    pull = alpha - beta * log_zero * np.exp(wanted)
    return pull * (np.exp(logp) - one_hot)


def hamming(score, label):
    """The share of labels whose score has the wrong sign, or is 0.

    Shapes: score (n, K), label (n, K) -> (n).
    Source: Schapire, Singer 1999, doi:10.1023/A:1007614523901.
    """
    score, label = shaped("n K, n K", score, label)
    return (label * score <= 0).mean(axis=-1, dtype=score.dtype)


def hamming_grad(score, label):
    """d hamming / d score: 0, also at the jumps, where there is no derivative."""
    score, label = shaped("n K, n K", score, label)
    return np.zeros_like(score)


def _borders(label, threshold):
    """The thresholds below and above the class of each label; infinite at the ends."""
    ends = np.array([-np.inf, np.inf], threshold.dtype)
    every, k = np.concatenate([ends[:1], threshold, ends[1:]]), label.astype(int)
    return every[k], every[k + 1]


def ordinal_cumulative_link(score, label, threshold):
    """Minus the log of the chance that score plus logistic noise falls in the class.

    Shapes: score (n), label (n), threshold (M) -> (n).
    Source: McCullagh 1980, doi:10.1111/j.2517-6161.1980.tb01109.x.
    """
    score, label, threshold = shaped("n, n, M", score, label, threshold)
    low, high = _borders(label, threshold)
    # s(a) - s(b) = s(a) s(-b) (1 - exp(b - a)) does not cancel far outside
    tails = np.logaddexp(0, score - high) + np.logaddexp(0, low - score)
    return tails - np.log(-np.expm1(low - high))


def ordinal_cumulative_link_grad(score, label, threshold):
    """d ordinal_cumulative_link / d score: the chance to lie above less that below."""
    score, label, threshold = shaped("n, n, M", score, label, threshold)
    low, high = _borders(label, threshold)
    return _sigmoid(score - high) - _sigmoid(low - score)


def bootstrapped_cross_entropy(logits, target, *, beta=0.95):
    """Cross-entropy; the target is `beta` label and, for the rest, the prediction.

    Shapes: logits (n, K), target (n, K) -> (n).
    Source: Reed et al. 2014, arXiv:1412.6596.
    """
    logits, target = shaped("n K, n K", logits, target)
    logp = _log_softmax(logits)
    entropy = -(np.exp(logp) * np.where(logp > -np.inf, logp, 0)).sum(axis=-1)
    return beta * cross_entropy(logits, target) + (1 - beta) * entropy


def bootstrapped_cross_entropy_grad(logits, target, *, beta=0.95):
    """d bootstrapped_cross_entropy / d logits, by both places of the prediction."""
    logits, target = shaped("n K, n K", logits, target)
    logp = _log_softmax(logits)
    prob, surprise = np.exp(logp), np.where(logp > -np.inf, -logp, 0)
    entropy = (prob * surprise).sum(axis=-1, keepdims=True)
    return beta * (prob - target) + (1 - beta) * prob * (surprise - entropy)


def _threshold(z):
    """What to take off z so that the positive remainders sum to 1, on the last axis."""
    sums = np.cumsum(-np.sort(-z, axis=-1), axis=-1)
    counts = np.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    return ((sums - 1) / counts).max(axis=-1, keepdims=True)


def sparsemax(logits, target):
    """The loss whose gradient is the projection on the simplex, minus target.

    Shapes: logits (n, K), target (n, K) -> (n).
    Source: Martins, Astudillo 2016, arXiv:1602.02068.
    """
    logits, target = shaped("n K, n K", logits, target)
    z = logits - logits.max(axis=-1, keepdims=True)  # squares of z - tau stay small
    tau = _threshold(z)
    p = np.maximum(0, z - tau)
    terms = p * np.maximum(z + tau, -2) + target**2  # -2 where p = 0 and z is far away
    return (terms / 2 - target * np.where(target > 0, z, 0)).sum(axis=-1)


def sparsemax_grad(logits, target):
    """d sparsemax / d logits: the prediction minus target."""
    logits, target = shaped("n K, n K", logits, target)
    z = logits - logits.max(axis=-1, keepdims=True)
    return np.maximum(0, z - _threshold(z)) - target


def _tsallis(p, alpha):
    """Minus the Tsallis entropy along the last axis; minus Shannon's at alpha = 1."""
    logp = np.log(np.where(p > 0, p, 1))
    if alpha == 1:
        return (p * logp).sum(axis=-1)
    return (p * np.expm1((alpha - 1) * logp)).sum(axis=-1) / (alpha * (alpha - 1))


def _entmax(z, alpha):
    """The p on the simplex with the largest p z - tsallis(p); bisects for tau."""
    z = z - z.max(axis=-1, keepdims=True)
    if alpha == 1:
        return np.exp(_log_softmax(z))
    low, high = -np.ones_like(z[..., :1]), np.zeros_like(z[..., :1])
    for _ in range(60):
        tau = (low + high) / 2
        p = np.maximum(0, (alpha - 1) * z - tau) ** (1 / (alpha - 1))
        full = p.sum(axis=-1, keepdims=True) >= 1
        low, high = np.where(full, tau, low), np.where(full, high, tau)
    return p / p.sum(axis=-1, keepdims=True)


def fenchel_young(logits, target, *, alpha=1.5):
    """What z y lacks of the largest p z - omega(p), omega minus Tsallis's entropy.

    Shapes: logits (n, K), target (n, K) -> (n).
    Source: Blondel, Martins, Niculae 2020, arXiv:1901.02324.
    """
    logits, target = shaped("n K, n K", logits, target)
    p, z = _entmax(logits, alpha), logits - logits.max(axis=-1, keepdims=True)
    difference = p - target
    lack = (difference * np.where(difference != 0, z, 0)).sum(axis=-1)
    return lack + _tsallis(target, alpha) - _tsallis(p, alpha)


def fenchel_young_grad(logits, target, *, alpha=1.5):
    """d fenchel_young / d logits: the regularised prediction minus target."""
    logits, target = shaped("n K, n K", logits, target)
    return _entmax(logits, alpha) - target


def linear_cross_entropy(hidden, label, weight, *, chunk=2):
    """Cross-entropy of hidden @ weight.T, with `chunk` classes at a time in memory.

    Shapes: hidden (n, d), label (n), weight (K, d) -> (n).
    Source: Wijmans et al. 2024, arXiv:2411.09009.
    """
    hidden, label, weight = shaped("n d, n, K d", hidden, label, weight)
    total = np.full_like(label, -np.inf)  # log of a sum that has no terms yet
    for first in range(0, len(weight), int(chunk)):
        scores = hidden @ weight[first : first + int(chunk)].T
        total = np.logaddexp(total, np.logaddexp.reduce(scores, axis=-1))
    return total - (hidden * weight[label.astype(int)]).sum(axis=-1)


def linear_cross_entropy_grad(hidden, label, weight, *, chunk=2):
    """d linear_cross_entropy / d hidden: the mean row of `weight` less the true one."""
    hidden, label, weight = shaped("n d, n, K d", hidden, label, weight)
    total = linear_cross_entropy(hidden, label, weight, chunk=chunk)
    own = weight[label.astype(int)]
    total = total + (hidden * own).sum(axis=-1)
    mean = np.zeros_like(hidden)
    for first in range(0, len(weight), int(chunk)):
        block = weight[first : first + int(chunk)]
        mean += np.exp(hidden @ block.T - total[:, None]) @ block
    return mean - own


def adaptive_softmax(head, tail, label, rare):
    """Surprise of entry `label` of `head`; for label 0, also of entry `rare` of `tail`.

    Entry 0 of `head` stands for all rare classes together.
    Shapes: head (n, K), tail (n, M), label (n), rare (n) -> (n).
    Source: Grave et al. 2017, arXiv:1609.04309.
    """
    head, tail, label, rare = shaped("n K, n M, n, n", head, tail, label, rare)
    common = _true_class(head, label)[2][:, 0]
    return -common - np.where(label == 0, _true_class(tail, rare)[2][:, 0], 0)


def noise_contrastive_estimation(score, drawn, log_noise, log_noise_drawn):
    """Logistic loss of telling a data point from M points drawn from a known noise.

    Shapes: score (n), drawn (n, M), log_noise (n), log_noise_drawn (n, M) -> (n).
    Source: Mnih, Teh 2012, arXiv:1206.6426.
    """
    score, drawn, log_noise, log_noise_drawn = shaped(
        "n, n M, n, n M", score, drawn, log_noise, log_noise_drawn
    )
    ratio = float(np.log(drawn.shape[-1]))  # M points of noise for one of data
    odds, odds_drawn = score - log_noise - ratio, drawn - log_noise_drawn - ratio
    return np.logaddexp(0, -odds) + np.logaddexp(0, odds_drawn).sum(axis=-1)


def negative_sampling(score, drawn):
    """Logistic loss of an observed pair's score and the scores of M drawn pairs.

    Shapes: score (n), drawn (n, M) -> (n).
    Source: Mikolov et al. 2013, arXiv:1310.4546.
    """
    score, drawn = shaped("n, n M", score, drawn)
    return np.logaddexp(0, -score) + np.logaddexp(0, drawn).sum(axis=-1)


def negative_sampling_grad(score, drawn):
    """d negative_sampling / d score: minus the probability still missing."""
    score, drawn = shaped("n, n M", score, drawn)
    return -_sigmoid(-score)


def sampled_softmax(score, drawn, log_expected, log_expected_drawn):
    """Cross-entropy among the true class and M drawn ones, corrected for the drawing.

    Shapes: score (n), drawn (n, M), log_expected (n), log_expected_drawn (n, M) -> (n).
    Source: Jean et al. 2015, arXiv:1412.2007.
    """
    score, drawn, log_expected, log_expected_drawn = shaped(
        "n, n M, n, n M", score, drawn, log_expected, log_expected_drawn
    )
    lead = (drawn - log_expected_drawn) - (score - log_expected)[:, None]
    return np.logaddexp(0, np.logaddexp.reduce(lead, axis=-1))


def ldam(cosine, label, count, *, margin=0.5, scale=30.0):
    """Softmax of cosines, less a margin that shrinks with the fourth root of counts.

    Shapes: cosine (n, K), label (n), count (K) -> (n).
    Source: Cao et al. 2019, arXiv:1906.07413.
    """
    cosine, label, count = shaped("n K, n, K", cosine, label, count)
    row, k = np.arange(label.size), label.astype(int)
    scores = cosine.copy()
    scores[row, k] -= margin * (count.min() / count[k]) ** 0.25
    return -_log_softmax(scale * scores)[row, k]


def equalization(logits, target, share, foreground, *, threshold=0.01):
    """Binary cross-entropies, but a rare class is spared where another one is true.

    With foreground 0 the item shows none of the classes, and nothing is spared.
    Shapes: logits (n, K), target (n, K), share (K), foreground (n) -> (n).
    Source: Tan et al. 2020, arXiv:2003.05176.
    """
    logits, target, share, foreground = shaped(
        "n K, n K, K, n", logits, target, share, foreground
    )
    spared = foreground[:, None] * (share < threshold) * (1 - target)
    each = binary_cross_entropy_with_logits(logits, target)
    return ((1 - spared) * each).sum(axis=-1)


def seesaw(logits, label, count, *, p=0.8, q=2.0):
    """Cross-entropy that spares classes rarer than the true one, unless they lead it.

    Shapes: logits (n, K), label (n), count (K) -> (n).
    Source: Wang et al. 2021, arXiv:2008.10032.
    """
    logits, label, count = shaped("n K, n, K", logits, label, count)
    row, k = np.arange(label.size), label.astype(int)
    lead = logits - logits[row, k][:, None]
    rarer = np.minimum(0, np.log(count) - np.log(count[k])[:, None])
    log_factor = p * rarer + q * np.maximum(0, lead)
    return np.logaddexp.reduce(lead + log_factor, axis=-1)


def mean_absolute_error_classification(logits, label):
    """The absolute differences of softmax and one-hot label, added up: 2 (1 - p).

    Shapes: logits (n, K), label (n) -> (n).
    Source: Ghosh, Kumar, Sastry 2017, arXiv:1712.09482.
    """
    return -2 * np.expm1(_true_class(logits, label)[2][:, 0])


def mean_absolute_error_classification_grad(logits, label):
    """d mean_absolute_error_classification / d logits; faint where p is near 0."""
    logp, one_hot, wanted = _true_class(logits, label)
    return 2 * np.exp(wanted) * (np.exp(logp) - one_hot)


def taylor_cross_entropy(logits, label, *, order=2):
    """The first `order` terms of -log p = (1 - p) + (1 - p)**2 / 2 + ...

    Shapes: logits (n, K), label (n) -> (n).
    Source: Feng et al. 2020, doi:10.24963/ijcai.2020/305.
    """
    missed = -np.expm1(_true_class(logits, label)[2][:, 0])
    return sum(missed**i / i for i in range(1, int(order) + 1))


def taylor_cross_entropy_grad(logits, label, *, order=2):
    """d taylor_cross_entropy / d logits: that of cross-entropy, times a factor <= 1."""
    logp, one_hot, wanted = _true_class(logits, label)
    factor = 1 - (-np.expm1(wanted)) ** order
    return factor * (np.exp(logp) - one_hot)


def pu_learning(positive, unlabelled, *, prior=0.4):
    """The risk from positive and unlabelled scores; the part of negatives is >= 0.

    Shapes: positive (n, M), unlabelled (n, P) -> (n).
    Source: Kiryo et al. 2017, arXiv:1703.00593.
    """
    positive, unlabelled = shaped("n M, n P", positive, unlabelled)
    missed = _sigmoid(-positive).mean(axis=-1)
    mistaken = _sigmoid(positive).mean(axis=-1)
    alarms = _sigmoid(unlabelled).mean(axis=-1)
    return prior * missed + np.maximum(0, alarms - prior * mistaken)


def ohem(value, *, keep=2):
    """The mean of the `keep` largest of M losses.

    Shapes: value (n, M) -> (n).
    Source: Shrivastava, Gupta, Girshick 2016, arXiv:1604.03540.
    """
    value = shaped("n M", value)
    return np.sort(value, axis=-1)[:, -int(keep) :].mean(axis=-1)


def ohem_grad(value, *, keep=2):
    """d ohem / d value: the same share for each that is kept; of equals, the first."""
    value = shaped("n M", value)
    rank = np.argsort(np.argsort(-value, axis=-1, kind="stable"), axis=-1)
    kept = (rank < keep).astype(value.dtype)
    return kept / kept.sum(axis=-1, keepdims=True)


def corn_ordinal(logits, label):
    """Cross-entropy of "beyond k, given that beyond k - 1?" for each k that is asked.

    Shapes: logits (n, M), label (n) -> (n).
    Source: Shi, Cao, Raschka 2023, arXiv:2111.08851.
    """
    logits, label = shaped("n M, n", logits, label)
    level, label = np.arange(logits.shape[-1]), label[:, None]
    beyond = (label > level).astype(logits.dtype)
    asked = label >= level
    return (asked * binary_cross_entropy_with_logits(logits, beyond)).sum(axis=-1)


def corn_ordinal_grad(logits, label):
    """d corn_ordinal / d logits: 0 for the questions that are not asked."""
    logits, label = shaped("n M, n", logits, label)
    level, label = np.arange(logits.shape[-1]), label[:, None]
    return (label >= level) * (_sigmoid(logits) - (label > level))


def coral_ordinal(score, label, bias):
    """Cross-entropy of the M questions "beyond k?", from one score and M biases.

    Shapes: score (n), label (n), bias (M) -> (n).
    Source: Cao, Mirjalili, Raschka 2020, arXiv:1901.07884.
    """
    score, label, bias = shaped("n, n, M", score, label, bias)
    beyond = (label[:, None] > np.arange(bias.size)).astype(score.dtype)
    logits = score[:, None] + bias
    return binary_cross_entropy_with_logits(logits, beyond).sum(axis=-1)


def coral_ordinal_grad(score, label, bias):
    """d coral_ordinal / d score: the expected rank minus the true one."""
    score, label, bias = shaped("n, n, M", score, label, bias)
    return _sigmoid(score[:, None] + bias).sum(axis=-1) - label


def _from_flat(alpha):
    """The divergence of a Dirichlet distribution from the flat one."""
    more, total, ones = (
        alpha - 1,
        alpha.sum(axis=-1, keepdims=True),
        np.ones_like(alpha),
    )
    scale = _log_rising(ones.sum(axis=-1), more.sum(axis=-1))
    scale = scale - _log_rising(ones, more).sum(axis=-1)
    return scale - (more * _digamma_rising(alpha, total - alpha)).sum(axis=-1)


def evidential_classification(evidence, target, *, weight=1.0):
    """Expected squared error of a Dirichlet forecast, and a price on false evidence.

    Shapes: evidence (n, K), target (n, K) -> (n).
    Source: Sensoy, Kaplan, Kandemir 2018, arXiv:1806.01768.
    """
    evidence, target = shaped("n K, n K", evidence, target)
    alpha = evidence + 1
    total = alpha.sum(axis=-1, keepdims=True)
    p = alpha / total
    miss = ((target - p) ** 2 + p * (1 - p) / (total + 1)).sum(axis=-1)
    return miss + weight * _from_flat(target + (1 - target) * alpha)

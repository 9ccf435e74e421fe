"""Losses by scikit-learn: NumPy arrays in, one value per item out.

Its metrics average over samples; `raw_values` keeps the columns of one sample apart.
"""

import numpy as np
from scipy.special import softmax, xlogy
from sklearn import metrics


def _log_loss(prob, weight):
    """The sum over classes, each as often as its weight says."""
    classes = range(prob.shape[1])
    each = [
        metrics.log_loss(classes, [p] * len(p), sample_weight=w, normalize=False)
        for p, w in zip(prob, weight, strict=True)
    ]
    return np.array(each)


def absolute_error(pred, target):
    """sklearn.metrics.mean_absolute_error"""
    return metrics.mean_absolute_error([target], [pred], multioutput="raw_values")


def absolute_error__median_absolute_error(pred, target):
    """sklearn.metrics.median_absolute_error"""
    return metrics.median_absolute_error([target], [pred], multioutput="raw_values")


def absolute_percentage_error(pred, target):
    """sklearn.metrics.mean_absolute_percentage_error

    Clips the denominator at the machine epsilon.
    """
    loss = metrics.mean_absolute_percentage_error
    return loss([target], [pred], multioutput="raw_values")


def binary_cross_entropy(prob, target):
    """sklearn.metrics.log_loss

    It takes classes: a soft target weights both. Clips at the machine epsilon.
    """
    return _log_loss(np.stack([1 - prob, prob], 1), np.stack([1 - target, target], 1))


def brier_score(prob, target):
    """sklearn.metrics.brier_score_loss"""
    pairs = zip(target, prob, strict=True)
    return np.array([metrics.brier_score_loss([y], [p], pos_label=1) for y, p in pairs])


def cross_entropy(logits, target):
    """sklearn.metrics.log_loss

    It takes classes: a soft target weights all of them. Clips at the machine epsilon.
    """
    return _log_loss(softmax(logits, axis=1), target)


def hamming(score, label):
    """sklearn.metrics.hamming_loss"""
    rows = zip(label > 0, score > 0, strict=True)
    return np.array([metrics.hamming_loss(y, verdict) for y, verdict in rows])


def gamma_deviance(mean, target):
    """sklearn.metrics.mean_gamma_deviance"""
    pairs = zip(target, mean, strict=True)
    return np.array([metrics.mean_gamma_deviance([y], [mu]) for y, mu in pairs])


def hinge(score, label):
    """sklearn.metrics.hinge_loss

    One class alone always counts as -1: the other one comes along, without weight.
    """
    pairs, only = zip(label, score, strict=True), [1, 0]
    each = [metrics.hinge_loss([y, -y], [s, 0], sample_weight=only) for y, s in pairs]
    return np.array(each)


def label_ranking(scores, relevant):
    """sklearn.metrics.label_ranking_loss

    One item at a time, since it averages over them.
    """
    items = zip(relevant[:, None], scores[:, None], strict=True)
    return np.array([metrics.label_ranking_loss(*item) for item in items])


def mmd(x, y, *, bandwidth=1.0):
    """sklearn.metrics.pairwise.rbf_kernel

    It takes one pair of sets at a time.
    """

    def mean(a, b):
        return metrics.pairwise.rbf_kernel(a, b, gamma=0.5 / bandwidth**2).mean()

    pairs = zip(x, y, strict=True)
    return np.array([mean(a, a) + mean(b, b) - 2 * mean(a, b) for a, b in pairs])


def multiclass_hinge(score, label):
    """sklearn.metrics.hinge_loss"""
    pairs, classes = zip(label, score, strict=True), range(score.shape[1])
    return np.array([metrics.hinge_loss([y], [s], labels=classes) for y, s in pairs])


def poisson_deviance(mean, target):
    """sklearn.metrics.mean_poisson_deviance"""
    pairs = zip(target, mean, strict=True)
    return np.array([metrics.mean_poisson_deviance([y], [mu]) for y, mu in pairs])


def poisson_nll(log_rate, target):
    """sklearn.metrics.mean_poisson_deviance

    Twice the excess over the least possible value. Refuses a rate that underflows to 0.
    """
    rate = np.exp(log_rate)
    pairs = zip(target, rate, strict=True)
    excess = [metrics.mean_poisson_deviance([y], [mu]) for y, mu in pairs]
    return np.array(excess) / 2 + target - xlogy(target, target)


def quantile(pred, target, *, tau=0.5):
    """sklearn.metrics.mean_pinball_loss"""
    loss = metrics.mean_pinball_loss
    return loss([target], [pred], alpha=tau, multioutput="raw_values")


def max_error(pred, target):
    """sklearn.metrics.max_error"""
    return np.array(
        [metrics.max_error(y, p) for y, p in zip(target, pred, strict=True)]
    )


def root_mean_squared_error(pred, target):
    """sklearn.metrics.root_mean_squared_error"""
    loss = metrics.root_mean_squared_error
    return loss(target.T, pred.T, multioutput="raw_values")


def squared_error(pred, target):
    """sklearn.metrics.mean_squared_error"""
    return metrics.mean_squared_error([target], [pred], multioutput="raw_values")


def squared_error__root_mean_squared_error(pred, target):
    """sklearn.metrics.root_mean_squared_error"""
    loss = metrics.root_mean_squared_error
    return loss([target], [pred], multioutput="raw_values") ** 2


def squared_log_error(pred, target):
    """sklearn.metrics.mean_squared_log_error"""
    return metrics.mean_squared_log_error([target], [pred], multioutput="raw_values")


def squared_log_error__root_mean_squared_log_error(pred, target):
    """sklearn.metrics.root_mean_squared_log_error"""
    loss = metrics.root_mean_squared_log_error
    return loss([target], [pred], multioutput="raw_values") ** 2


def tweedie_deviance(mean, target, *, power=1.5):
    """sklearn.metrics.mean_tweedie_deviance"""
    loss = metrics.mean_tweedie_deviance
    pairs = zip(target, mean, strict=True)
    return np.array([loss([y], [mu], power=power) for y, mu in pairs])


def weighted_cross_entropy(logits, target, weight):
    """sklearn.metrics.log_loss

    It takes classes: a soft target weights all of them. Clips at the machine epsilon.
    """
    return _log_loss(softmax(logits, axis=1), weight * target)


def zero_one(score, label):
    """sklearn.metrics.zero_one_loss

    It takes classes; the sign of a score of 0 is neither of them.
    """
    pairs = zip(label, np.sign(score), strict=True)
    return np.array([metrics.zero_one_loss([y], [said]) for y, said in pairs])


def zero_one__accuracy_score(score, label):
    """sklearn.metrics.accuracy_score

    It takes classes; the sign of a score of 0 is neither of them.
    """
    pairs = zip(label, np.sign(score), strict=True)
    return np.array([1 - metrics.accuracy_score([y], [said]) for y, said in pairs])


def zero_one__hamming_loss(score, label):
    """sklearn.metrics.hamming_loss

    It takes classes; the sign of a score of 0 is neither of them.
    """
    pairs = zip(label, np.sign(score), strict=True)
    return np.array([metrics.hamming_loss([y], [said]) for y, said in pairs])


NOT_RUN = {
    ("absolute_error", "sklearn.metrics.d2_absolute_error_score"): "of all data",
    ("cross_entropy", "sklearn.metrics.d2_log_loss_score"): "of all data",
    ("dice", "sklearn.metrics.f1_score"): "takes decisions, not probabilities",
    ("elastic_net", "sklearn.linear_model.ElasticNet"): "an estimator",
    ("epsilon_insensitive", "sklearn.linear_model.SGDRegressor"): "an estimator",
    ("epsilon_insensitive", "sklearn.svm.LinearSVR"): "an estimator",
    ("epsilon_insensitive", "sklearn.svm.SVR"): "an estimator",
    ("exponential", "sklearn.ensemble.GradientBoostingClassifier"): "an estimator",
    ("gamma_deviance", "sklearn.linear_model.GammaRegressor"): "an estimator",
    ("hinge", "sklearn.linear_model.SGDClassifier"): "an estimator",
    ("hinge", "sklearn.svm.LinearSVC"): "an estimator",
    ("hinge", "sklearn.svm.SVC"): "an estimator",
    ("huber", "sklearn.linear_model.HuberRegressor"): "an estimator",
    ("huber", "sklearn.linear_model.SGDRegressor"): "an estimator",
    ("jaccard", "sklearn.metrics.jaccard_score"): "takes decisions, not probabilities",
    ("l1_penalty", "sklearn.linear_model.Lasso"): "an estimator",
    ("l2_penalty", "sklearn.linear_model.Ridge"): "an estimator",
    ("modified_huber", "sklearn.linear_model.SGDClassifier"): "an estimator",
    ("multiclass_hinge", "sklearn.svm.LinearSVC"): "an estimator",
    ("poisson_deviance", "sklearn.ensemble.HistGradientBoostingRegressor"): (
        "an estimator"
    ),
    ("poisson_deviance", "sklearn.linear_model.PoissonRegressor"): "an estimator",
    ("perceptron", "sklearn.linear_model.Perceptron"): "an estimator",
    ("perceptron", "sklearn.linear_model.SGDClassifier"): "an estimator",
    ("poisson_nll", "sklearn.linear_model.PoissonRegressor"): "an estimator",
    ("quantile", "sklearn.ensemble.GradientBoostingRegressor"): "an estimator",
    ("quantile", "sklearn.ensemble.HistGradientBoostingRegressor"): "an estimator",
    ("quantile", "sklearn.linear_model.QuantileRegressor"): "an estimator",
    ("soft_margin", "sklearn.linear_model.LogisticRegression"): "an estimator",
    ("soft_margin", "sklearn.linear_model.SGDClassifier"): "an estimator",
    ("squared_hinge", "sklearn.linear_model.SGDClassifier"): "an estimator",
    ("squared_hinge", "sklearn.svm.LinearSVC"): "an estimator",
    ("tweedie_deviance", "sklearn.linear_model.TweedieRegressor"): "an estimator",
}

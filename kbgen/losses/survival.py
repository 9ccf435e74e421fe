"""Survival analysis: the time until an event.

Some events have not happened when the study ends: their times are censored.
"""

import numpy as np

from kbgen.losses.shapes import shaped


def _risk_sets(risk, time):
    """Row i: log hazards at risk at time i, -inf for others; log-sum-exp by row."""
    # >=: tied subjects share one risk set (Breslow)
    at_risk = np.where(time >= time[:, None], risk, -np.inf)
    return at_risk, np.logaddexp.reduce(at_risk, axis=1)


def cox_partial_likelihood(risk, time, event):
    """Minus log probability that this one of all at risk has the event; 0 if censored.

    Shapes: risk (N), time (N), event (N) -> (N).
    Source: Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x; ties after Breslow 1974,
    doi:10.2307/2529620.
    """
    risk, time, event = shaped("N, N, N", risk, time, event)
    return event * (_risk_sets(risk, time)[1] - risk)


def cox_partial_likelihood_grad(risk, time, event):
    """d cox_partial_likelihood / d risk: expected events minus own, by subject."""
    risk, time, event = shaped("N, N, N", risk, time, event)
    at_risk, total = _risk_sets(risk, time)
    return event @ np.exp(at_risk - total[:, None]) - event


def weibull_nll(scale, shape, time, event):
    """The surprise of a time to failure, or of having lasted that long if censored.

    Shapes: scale (n), shape (n), time (n), event (n) -> (n).
    Source: Kalbfleisch and Prentice 2002, doi:10.1002/9781118032985.
    """
    scale, shape, time, event = shaped("..., ..., ..., ...", scale, shape, time, event)
    u = np.log(time) - np.log(scale)
    log_hazard = np.log(shape) - np.log(time) + shape * u
    return np.exp(shape * u) - event * log_hazard


def weibull_nll_grad(scale, shape, time, event):
    """d weibull_nll / d scale and / d shape."""
    scale, shape, time, event = shaped("..., ..., ..., ...", scale, shape, time, event)
    u = np.log(time) - np.log(scale)
    excess = np.exp(shape * u) - event
    return -shape * excess / scale, u * excess - event / shape


def discrete_hazard(logits, interval, event):
    """The surprise of surviving all intervals before this one, and of its outcome.

    The logit of interval k gives the risk that the event comes there, if not before.
    Shapes: logits (n, K), interval (n), event (n) -> (n).
    Source: Gensheimer and Narasimhan 2019, doi:10.7717/peerj.6257.
    """
    logits, interval, event = shaped("n K, n, n", logits, interval, event)
    last = interval.astype(int)[:, None]
    lived = np.arange(logits.shape[1]) <= last
    survived = np.sum(np.where(lived, np.logaddexp(0, logits), 0), axis=1)
    return survived - event * np.take_along_axis(logits, last, axis=1)[:, 0]


def discrete_hazard_grad(logits, interval, event):
    """d discrete_hazard / d logits: hazard minus outcome, 0 after the interval."""
    logits, interval, event = shaped("n K, n, n", logits, interval, event)
    place, last = np.arange(logits.shape[1]), interval[:, None]
    hazard = np.exp(-np.logaddexp(0, -logits))
    return np.where(place <= last, hazard - event[:, None] * (place == last), 0)


def deephit(prob, interval, event, *, weight=1.0, sigma=0.1):
    """Surprise at the time of the event, plus a fine where the order comes out wrong.

    Censored subjects pay for the probability that they would have lasted longer.
    Shapes: prob (N, K), interval (N), event (N) -> (N).
    Source: Lee, Zame, Yoon, van der Schaar 2018, doi:10.1609/aaai.v32i1.11842.
    """
    prob, interval, event = shaped("N K, N, N", prob, interval, event)
    last = interval.astype(int)
    own = np.take_along_axis(prob, last[:, None], axis=1)[:, 0]
    later = np.sum(prob * (np.arange(prob.shape[1]) > interval[:, None]), axis=1)
    risk = np.cumsum(prob, axis=1)[:, last].T  # row i: of all, at the time of i
    fine = np.exp((risk - np.diag(risk)[:, None]) / sigma)
    order = event * np.sum(fine * (interval[:, None] < interval), axis=1)
    return weight * order - np.log(np.where(event > 0, own, later))


def survival_crps(prob, interval, event):
    """Squared distance of the distribution function from what is known of the outcome.

    Shapes: prob (n, K), interval (n), event (n) -> (n).
    Source: Avati et al. 2019, arXiv:1806.08324 (there with continuous time).
    """
    prob, interval, event = shaped("n K, n, n", prob, interval, event)
    passed = np.cumsum(prob, axis=1)
    before = np.arange(prob.shape[1]) < interval[:, None]
    known = np.where(before, 1, event[:, None])
    return np.sum(known * np.where(before, passed, 1 - passed) ** 2, axis=1)

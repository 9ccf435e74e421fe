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

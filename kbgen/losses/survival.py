"""Survival analysis: time until an event, of which some have not happened when the study ends."""

import numpy as np

from kbgen.losses.shapes import shaped


def _risk_sets(risk, time):
    """Row i: log hazards of those still at risk at time i, minus infinity for others; and the log of their sum."""
    at_risk = np.where(
        time >= time[:, None], risk, -np.inf
    )  # >=: tied subjects share one risk set (Breslow)
    return at_risk, np.logaddexp.reduce(at_risk, axis=1)


def cox_partial_likelihood(risk, time, event):
    """Minus the log probability that, of all still at risk at its time, this very subject has the event; 0 if censored.

    Shapes: risk (N), time (N), event (N) -> (N).
    Source: Cox 1972, doi:10.1111/j.2517-6161.1972.tb00899.x; ties after Breslow 1974, doi:10.2307/2529620.
    """
    risk, time, event = shaped("N, N, N", risk, time, event)
    return event * (_risk_sets(risk, time)[1] - risk)


def cox_partial_likelihood_grad(risk, time, event):
    """d cox_partial_likelihood / d risk: a subject's expected share of the events it lived up to, minus its own."""
    risk, time, event = shaped("N, N, N", risk, time, event)
    at_risk, total = _risk_sets(risk, time)
    return event @ np.exp(at_risk - total[:, None]) - event

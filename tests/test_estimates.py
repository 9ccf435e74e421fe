"""What a loss estimates: the search finds the statistic, and would not find another."""

from typing import get_args

import numpy as np
import pytest

from kbgen.estimates import STATISTICS, TOLERANCE, error, mean_loss, minimiser, sample, span
from kbgen.model import Statistic
from kbgen.proofs.sampling import parameters, variants


def test_every_statistic_that_an_entry_may_name_is_computed():
    assert set(STATISTICS) == set(get_args(Statistic))


def test_samples_are_skewed_and_the_statistics_lie_apart():
    for domain in ("real", "count", "positive"):
        y = sample(domain)
        assert np.median(y) < 0.8 * y.mean()


def test_the_constant_with_the_least_loss_is_the_stated_statistic_and_no_other(loss):
    if loss.estimates is None:
        pytest.skip("no statistic is stated")
    for variant in variants(loss):
        params = parameters(loss, variant)
        found = minimiser(loss, variant)
        assert error(loss, params, found) <= TOLERANCE
        assert error(loss, params, found + 1) > TOLERANCE
        assert mean_loss(loss, np.array([found]), variant) <= mean_loss(loss, np.linspace(*span(loss), 5000), variant).min() + 1e-9


@pytest.mark.parametrize(("id", "wrong"), [("squared_error", "median"), ("absolute_error", "mean"), ("huber", "mean")])
def test_a_wrong_claim_is_found(kb, id, wrong):
    loss = kb.losses[id].model_copy(update={"estimates": wrong})
    assert error(loss, parameters(loss, {}), minimiser(loss, {})) > TOLERANCE

"""Gradients against those that JAX derives from the same code; all of them in `make parity`, here that a slip would be noticed."""

import importlib.util

import numpy as np
import pytest

from kbgen import registry
from kbgen.proofs import autodiff, sampling

pytestmark = pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is not installed")


@pytest.mark.parametrize("id", ["huber", "gaussian_kl", "cosface", "nt_xent"])  # plain; divides, stores, fills
def test_the_gradient_is_what_jax_derives_and_no_other(kb, id, rng, monkeypatch):
    loss, right = kb.losses[id], sampling.gradients
    assert autodiff.compare(loss, rng).holds
    monkeypatch.setattr(autodiff, "gradients", lambda *given: tuple(1.000001 * grad for grad in right(*given)))
    assert not autodiff.compare(loss, rng).holds


def test_the_value_that_is_derived_is_ours(kb, draw):
    for id in ("ctc", "ssim", "lambdarank", "energy_score"):
        inputs = draw(kb.losses[id])
        np.testing.assert_allclose(autodiff.function(id)(*inputs), registry.losses()[id](*inputs), rtol=1e-12)

"""Learning from preferences."""

import numpy as np

from kbgen.losses.preference import bradley_terry, dpo


def bradley_terry__zero():
    """Two reward models and the same three answers."""
    first_model = np.array([1.0, 2.0, 4.0])
    second_model = np.array([6.0, 7.0, 8.0])
    wrong = second_model - first_model
    right = wrong - (second_model.mean() - first_model.mean())
    return wrong, right


def bradley_terry__two_steps():
    """A sigmoid, then its logarithm."""
    preferred, rejected = 0.0, 800.0
    chance = 1 / (1 + np.exp(rejected - preferred))
    wrong = -np.log(chance)
    right = bradley_terry(preferred, rejected)
    return wrong, right


def bradley_terry__disagreement():
    """The minimum with one vote, with one against one, with three to one."""
    lead = np.linspace(-5, 5, 1001)
    in_favour, against = bradley_terry(lead, 0), bradley_terry(0, lead)
    one_each, three_to_one = in_favour + against, 3 * in_favour + against
    wrong = lead[np.argmin(in_favour)]
    right = lead[np.argmin(one_each)], lead[np.argmin(three_to_one)]
    return wrong, right


def dpo__difference():
    """Before and after a training in which both answers became less likely."""
    preferred, rejected = np.array([-20.0, -30.0]), np.array([-20.0, -50.0])
    reference = np.array([-20.0, -20.0])
    wrong = dpo(preferred, rejected, reference, reference, beta=0.1)
    right = preferred
    return wrong, right


def dpo__mean():
    """Tokens averaged or added, without and with the prompt."""
    better, better_before = np.full(4, -1.9), np.full(4, -2.0)
    worse, worse_before = np.full(1, -2.8), np.full(1, -3.0)
    answers = better, worse, better_before, worse_before
    prompts = [-4, -4], [-4, -4], [-6, -6], [-6, -6]
    both = [np.append(*pair) for pair in zip(prompts, answers, strict=True)]
    wrong = [dpo(*map(np.mean, tokens), beta=1) for tokens in (answers, both)]
    right = [dpo(*map(np.sum, tokens), beta=1) for tokens in (answers, both)]
    return wrong, right


def dpo__first_step():
    """The reference is the policy itself, with dropout left on."""
    hidden, weights = np.array([1.0, 0.5]), np.array([[1.0, 0.2], [-0.4, 2.0]])
    logits = hidden @ weights
    half_dropped = (2 * hidden * [1, 0]) @ weights
    policy = logits - np.logaddexp.reduce(logits)
    reference = half_dropped - np.logaddexp.reduce(half_dropped)
    wrong = dpo(*policy, *reference, beta=0.1)
    right = dpo(*policy, *policy, beta=0.1)
    return wrong, right

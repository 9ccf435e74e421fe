"""Learning from preferences."""

import numpy as np

from kbgen.losses.preference import (
    bradley_terry,
    dpo,
    dpo_grad,
    ipo,
    ipo_grad,
    kto,
    kto_grad,
    orpo,
    orpo_grad,
    ppo_clip,
    ppo_clip_grad,
    simpo,
)


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


def ipo__tau():
    """Where DPO and IPO settle if three judges out of four agree."""
    lead, none = np.linspace(-20, 20, 4001), np.zeros(4001)
    settled = []
    for loss, strength in ((ipo, {"tau": 0.1}), (ipo, {"tau": 0.0228}), (dpo, {})):
        for_it = loss(lead, none, none, none, **strength)
        against = loss(none, lead, none, none, **strength)
        settled.append(lead[np.argmin(3 * for_it + against)])
    wrong = settled[0], settled[2]
    right = settled[1], settled[2]
    return wrong, right


def ipo__first_step():
    """The first step with a rate that suits DPO, and with one for IPO."""
    beta, tau, rate = 0.1, 0.1, 0.5
    start = -10.0, -10.0, -10.0, -10.0
    push_dpo, push_ipo = -dpo_grad(*start)[0], -ipo_grad(*start, tau=tau)[0]
    wrong = rate * push_dpo, rate * push_ipo
    right = rate * push_dpo, rate * (beta * tau / 2) * push_ipo
    return wrong, right


def ipo__mean():
    """The lead of a whole answer of 40 tokens that gives the least loss."""
    tokens, lead = 40, np.linspace(0, 400, 4001)
    none = 0 * lead
    mean = ipo(lead / tokens, none, none, none, tau=0.1)
    total = ipo(lead, none, none, none, tau=0.1)
    wrong = lead[np.argmin(mean)]
    right = lead[np.argmin(total)]
    return wrong, right


def kto__zero():
    """Slopes of four good answers after all log-ratios rose together."""
    reference = np.full(4, -80.0)
    log_prob = reference + np.array([55, 58, 62, 65])
    wrong = kto_grad(log_prob, reference, np.ones(4), 0.0)
    right = kto_grad(log_prob, reference, np.ones(4), 60.0)
    return wrong, right


def kto__constant():
    """What raising all four good answers by 0.001 does to their losses."""
    reference, good, h = np.full(4, -20.0), np.ones(4), 0.001
    before = reference + np.array([1, 2, 3, 6])
    after, baseline = before + h, (before - reference).mean()
    start = kto(before, reference, good, baseline).sum()
    wrong = (kto(after, reference, good, baseline + h).sum() - start) / h
    right = (kto(after, reference, good, baseline).sum() - start) / h
    return wrong, right


def kto__balance():
    """The net pull of one thumb up and nine down, all answers at the baseline."""
    desirable, level = np.array([1.0] + 9 * [0.0]), np.full(10, -20.0)
    wrong = -kto_grad(level, level, desirable, 0.0).sum()
    pulls = -kto_grad(level, level, desirable, 0.0, desirable_weight=10.5)
    right = pulls.sum()
    return wrong, right


def simpo__length():
    """40 tokens of -0.5 each against 10 tokens of -1.5 each."""
    better, worse = -0.5 * 40, -1.5 * 10
    wrong = simpo(better, worse, 1, 1)
    right = simpo(better, worse, 40, 10)
    return wrong, right


def simpo__beta():
    """Per token: no lead, a usual lead, a large one."""
    lead = np.array([0.0, 0.3, 0.6])
    wrong = simpo(lead - 1, -np.ones(3), 1, 1, beta=0.1, gamma=0.0)
    right = simpo(lead - 1, -np.ones(3), 1, 1, beta=2.0, gamma=0.0)
    return wrong, right


def simpo__ratio():
    """A pair whose reward leads by 0.8, and the ratio 0.5."""
    pair, beta, ratio = (-1.0, -1.4, 1, 1), 2.0, 0.5
    wrong = simpo(*pair, beta=beta, gamma=ratio)
    right = simpo(*pair, beta=beta, gamma=ratio * beta)
    return wrong, right


def orpo__log1p():
    """Two answers of which the model is almost certain."""
    good, bad = -1e-17, -1e-16
    odds = [p - np.log1p(-np.exp(p)) for p in (good, bad)]
    wrong = -good + 0.1 * np.logaddexp(0, odds[1] - odds[0])
    right = orpo(good, bad)
    return wrong, right


def orpo__total():
    """Twenty tokens of -0.2 and of -0.3: loss, and slope divided by -1."""
    good, bad = -0.2, -0.3
    wrong = (
        orpo(20 * good, 20 * bad, lam=1),
        -orpo_grad(20 * good, 20 * bad, lam=1)[0],
    )
    right = orpo(good, bad, lam=1), -orpo_grad(good, bad, lam=1)[0]
    return wrong, right


def orpo__apart():
    """Both answers became likelier: the totals, and the odds-ratio terms."""
    good, bad = np.array([-2.0, -1.0]), np.array([-2.5, -0.9])
    wrong = orpo(good, bad, lam=0.1)
    right = orpo(good, bad, lam=1) - orpo(good, bad, lam=0)
    return wrong, right


def ppo_clip__recomputed():
    """The ratio to the policy that sampled, after 30 steps of 0.05."""
    ratios = []
    for recompute in (True, False):
        log_prob = old = -4.0
        for _ in range(30):
            against = log_prob if recompute else old
            log_prob = log_prob - 0.05 * ppo_clip_grad(log_prob, against, 1.0)
        ratios.append(np.exp(log_prob - old))
    wrong, right = ratios
    return wrong, right


def ppo_clip__no_minimum():
    """Slopes at the ratios 1/2 and 1 of a good action: differences of the value."""
    old, h = -1.0, 1e-6
    now = old + np.log([0.5, 1.0])
    wrong = -np.diff(
        [np.clip(np.exp(now + s - old), 0.8, 1.2) for s in (0, h)], axis=0
    )
    wrong = wrong[0] / h
    right = ppo_clip_grad(now, old, np.ones(2))
    return wrong, right


def ppo_clip__whole_answer():
    """Ratio, and sum of the slopes, of 200 tokens that moved by one per cent."""
    old = np.full(200, -2.0)
    now, good = old + np.log(1.01), np.ones(200)
    wrong = np.exp(now.sum() - old.sum()), ppo_clip_grad(now.sum(), old.sum(), 1.0)
    right = np.exp(now - old).mean(), ppo_clip_grad(now, old, good).sum()
    return wrong, right


def ppo_clip__value():
    """The mean of the first loss, and the slopes."""
    log_prob, reward = np.array([-1.0, -2.0, -0.5]), np.array([3.0, 1.0, 2.0])
    advantage = reward - reward.mean()
    wrong = ppo_clip(log_prob, log_prob, advantage).mean()
    right = ppo_clip_grad(log_prob, log_prob, advantage)
    return wrong, right

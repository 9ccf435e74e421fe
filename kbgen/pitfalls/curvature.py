"""Rules for layers and matrices, rules with curvature, and wrappers."""

import numpy as np

from kbgen.optimizers.curvature import lbfgs, newton_method, sophia
from kbgen.optimizers.layerwise import lamb, lars
from kbgen.optimizers.matrices import adafactor, muon, shampoo
from kbgen.optimizers.rules import adam, sgd
from kbgen.optimizers.wrappers import sam, swa


def lars__rate():
    """The share of its length a layer moves: at a rate for SGD, one for LARS."""
    rng = np.random.default_rng(0)
    weights, gradient = rng.normal(size=(2, 100))
    shares = []
    for lr in (0.1, 10.0):
        moved = lars(weights, gradient, lr=lr)[0]
        shares.append(np.linalg.norm(moved - weights) / np.linalg.norm(weights))
    wrong, right = shares
    return wrong, right


def lars__bias():
    """A bias of 1e-6 that should reach 1 under a slope of 1, after 100 steps."""
    scaled, v, plain = np.array([1e-6]), 0.0, np.array([1e-6])
    for _ in range(100):
        scaled, v = lars(scaled, scaled - 1, v, lr=10.0, mu=0.0)
        plain = sgd(plain, plain - 1, lr=0.1)
    wrong, right = scaled[0], plain[0]
    return wrong, right


def lars__decay():
    """The first step with decay 1: the paper's, and that of Optax."""
    import optax

    weights, gradient = np.array([3.0, 4.0]), np.array([-4.0, -3.0])
    ours = weights - lars(weights, gradient, lr=1.0, weight_decay=1.0)[0]
    rule = optax.lars(1.0, weight_decay=1.0)
    theirs, _ = rule.update(gradient, rule.init(weights), weights)
    wrong = -np.asarray(theirs)
    right = ours
    return wrong, right


def lamb__zero():
    """A layer of 1e-8, and one of 1, after 100 steps towards 2 at rate 0.01."""
    ends = []
    for start in (1e-8, 1.0):
        weight, state = np.array([start]), ()
        for _ in range(100):
            weight, *state = lamb(weight, weight - 2, *state, lr=0.01)
        ends.append(weight[0])
    wrong, right = ends
    return wrong, right


def lamb__keras():
    """Steps with decay 0.5 where Adam would take its full step: Keras, and ours."""
    import keras

    weights, gradient = np.array([3.0, 4.0]), np.array([1.0, 1.0])
    there = keras.Variable(weights)
    rule = keras.optimizers.Lamb(0.01, weight_decay=0.5)
    rule.apply_gradients([(gradient, there)])
    wrong = weights - keras.ops.convert_to_numpy(there)
    right = weights - lamb(weights, gradient, lr=0.01, weight_decay=0.5)[0]
    return wrong, right


def adafactor__rank():
    """A large square alone on the diagonal: the kept estimate and the truth."""
    gradient = np.array([[10.0, 0.1], [0.1, 10.0]])
    square = gradient**2
    rows, columns = square.sum(axis=1), square.sum(axis=0)
    wrong = np.outer(rows, columns) / square.sum()
    right = square
    return wrong, right


def adafactor__relative():
    """A step on weights of size 1 and of size 100: believed, and in fact."""
    gradient, steps = np.ones((2, 2)), []
    for size in (1.0, 100.0):
        weights = np.full((2, 2), size)
        steps.append((weights - adafactor(weights, gradient)[0])[0, 0])
    wrong = 0.01, 0.01
    right = steps
    return wrong, right


def adafactor__keras_memory():
    """Numbers kept beside a matrix of 100 by 200: in Keras; by the paper."""
    import keras

    matrix, there = np.ones((100, 200)), keras.optimizers.Adafactor()
    there.build([keras.Variable(matrix)])
    _, rows, columns, _ = adafactor(matrix, matrix)
    wrong = sum(np.size(kept) for kept in there.variables if kept.shape)
    right = rows.size + columns.size
    return wrong, right


def muon__shape():
    """Root mean square of a step for three shapes: as it is; by 0.2 sqrt(max)."""
    rng, plain, matched = np.random.default_rng(0), [], []
    for shape in ((64, 64), (64, 256), (256, 64)):
        step = -muon(np.zeros(shape), rng.normal(size=shape), lr=1.0)[0]
        alone = step / max(1, shape[0] / shape[1]) ** 0.5
        plain.append(np.sqrt(np.mean(step**2)))
        matched.append(np.sqrt(np.mean((0.2 * max(shape) ** 0.5 * alone) ** 2)))
    wrong, right = plain, matched
    return wrong, right


def muon__vector():
    """The first step of a bias, fed in as a matrix of one column, and by Adam."""
    gradient = np.array([100.0, 1.0, -0.01])
    column = -muon(np.zeros((3, 1)), gradient[:, np.newaxis], lr=1.0)[0]
    wrong = column[:, 0]
    right = -adam(np.zeros(3), gradient, lr=1.0)[0]
    return wrong, right


def shampoo__epsilon():
    """How much the first step stretches a faint direction of the gradient."""
    gradient, ratios = np.diag([1.0, 1e-6]), []
    for eps in (1e-30, 1e-6):
        step = -shampoo(np.zeros((2, 2)), gradient, lr=1.0, eps=eps)[0]
        ratios.append(step[1, 1] / step[0, 0])
    wrong, right = ratios
    return wrong, right


def shampoo__sum():
    """Steps 1, 10 and 1000 under one gradient: with all of the past; fading."""
    nothing, gradient, found = np.zeros((2, 2)), np.eye(2), []
    for keep in (1.0, 0.9):
        state, steps = (), []
        for _ in range(1000):
            moved, *kept = shampoo(nothing, gradient, *state, lr=1.0)
            state = [keep * matrix for matrix in kept]
            steps.append(-moved[0, 0])
        found.append([steps[0], steps[9], steps[-1]])
    wrong, right = found
    return wrong, right


def sophia__gamma():
    """Share of coordinates that are not cut, for two values of gamma."""
    rng = np.random.default_rng(0)
    gradient, curvature = rng.normal(size=10_000), rng.exponential(size=10_000)
    shares = []
    for gamma in (0.01, 1.0):
        step = -sophia(
            np.zeros(10_000), gradient, curvature, lr=1.0, gamma=gamma, beta1=0.5
        )[0]
        shares.append(np.mean(np.abs(step) < 1))
    wrong, right = shares
    return wrong, right


def sophia__negative():
    """At a maximum in one coordinate: Newton's step, and this one."""
    theta, curvature = np.array([0.1, 0.1]), np.array([2.0, -2.0])
    gradient = curvature * theta
    newton = newton_method(theta, gradient, np.diag(curvature))
    ours = sophia(theta, gradient, curvature, lr=0.05)[0]
    wrong, right = newton - theta, ours - theta
    return wrong, right


def newton_method__saddle():
    """Twenty steps from (0.5, 0.1) on x^2/2 + (y^2-1)^2/4, whose saddle is 0."""
    ends = []
    for damping in (0.0, 1.5):
        at = np.array([0.5, 0.1])
        for _ in range(20):
            slope = np.array([at[0], at[1] ** 3 - at[1]])
            bend = np.diag([1.0, 3 * at[1] ** 2 - 1])
            at = newton_method(at, slope, bend, damping=damping)
        ends.append(at)
    wrong, right = ends
    return wrong, right


def newton_method__far():
    """Three steps on log cosh from 1.3: whole ones, and halves."""
    wrong, right = [1.3], [1.3]
    for path, lr in ((wrong, 1.0), (right, 0.5)):
        for _ in range(3):
            at = np.array(path[-1:])
            bend = np.diag(1 / np.cosh(at) ** 2)
            path.append(newton_method(at, np.tanh(at), bend, lr=lr)[0])
    return wrong, right


def lbfgs__noise():
    """Losses after 100 noisy steps, mean and worst of 200 runs: L-BFGS, SGD."""
    bend, found = np.array([1.0, 25.0]), []
    for rule, rate in ((lbfgs, 1.0), (sgd, 0.02)):
        rng, losses = np.random.default_rng(0), []
        for _ in range(200):
            at, state = np.array([-3.0, 1.0]), ()
            for _ in range(100):
                slope = bend * at + 3 * rng.normal(size=2)
                result = rule(at, slope, *state, lr=rate)
                at, *state = result if isinstance(result, tuple) else (result,)
            losses.append(bend @ at**2 / 2)
        found.append([np.mean(losses), np.max(losses)])
    wrong, right = found
    return wrong, right


def lbfgs__line_search():
    """The sum of sqrt(1 + w^2) from (3, -2) after 20 iterations; its least is 2."""
    import torch

    found = []
    for search in (None, "strong_wolfe"):
        w = torch.tensor([3.0, -2.0], dtype=torch.float64, requires_grad=True)
        rule = torch.optim.LBFGS([w], line_search_fn=search)

        def closure(w=w, rule=rule):
            rule.zero_grad()
            loss = torch.sqrt(1 + w**2).sum()
            loss.backward()
            return loss

        rule.step(closure)
        found.append(closure().item())
    wrong, right = found
    return wrong, right


def lbfgs__closure():
    """Called like any other optimizer, and with a closure."""
    import torch

    weight = torch.tensor([3.0], requires_grad=True)
    rule = torch.optim.LBFGS([weight])

    def closure():
        rule.zero_grad()
        loss = (weight**2).sum()
        loss.backward()
        return loss

    try:
        rule.step()
    except TypeError as slip:
        wrong = type(slip).__name__
    rule.step(closure)
    right = weight.item()
    return wrong, right


def sam__plain_gradient():
    """Slopes taken at the minimum of a narrow valley: there, and where SAM asks."""

    def slope(at):
        return 100.0 * at

    at = np.array([0.001])
    here = at - sgd(at, slope(at), lr=0.01)
    worst = at - sam(at, slope(at), slope, lr=0.01, rho=0.05)
    wrong, right = here, worst
    return wrong, right


def sam__sharpness():
    """Two pairs of weights for one function a*b: how sharp, and which function."""
    a, b = 2.0, 3.0
    wrong, right = [], []
    for scale in (1.0, 10.0):
        sharp = (a * scale) ** 2 + (b / scale) ** 2  # curvature of (a*b - 6)^2 / 2
        wrong.append(sharp)
        right.append((a * scale) * (b / scale))
    return wrong, right


def swa__statistics():
    """Mean and spread that a layer hands on: kept ones, and recomputed ones."""
    rng = np.random.default_rng(0)
    data, seen, weights = rng.normal(size=1000), [], []
    for weight in (1.0, 3.0):
        weights.append(weight)
        seen.append(np.std(weight * data))
    averaged = np.mean(weights) * data
    last_statistics = averaged / seen[-1]
    own_statistics = averaged / np.std(averaged)
    wrong, right = np.std(last_statistics), np.std(own_statistics)
    return wrong, right


def swa__too_early():
    """Distance from the minimum of x^2/2: all 200 points, and the last 100."""
    rng, found = np.random.default_rng(0), []
    for start in (0, 100):
        at, state = np.full(1000, 10.0), ()
        for _ in range(200):
            noisy = at + rng.normal(size=at.size)
            at, *state = swa(at, noisy, *state, lr=0.1, start=start)
        found.append(np.abs(state[0]).mean())
    wrong, right = found
    return wrong, right


def swa__decaying_rate():
    """Spread of the points averaged: at a rate that dies, and at a constant one."""
    rng, spreads = np.random.default_rng(0), []
    for falling in (True, False):
        at, seen = np.zeros(1000), []
        for step in range(400):
            rate = 0.2 * (1 - step / 400) ** 4 if falling else 0.2
            at = sgd(at, at + rng.normal(size=at.size), lr=rate)
            seen.append(at)
        late = np.array(seen[300:])
        spreads.append(np.std(late, axis=0).mean())
    wrong, right = spreads
    return wrong, right

"""Distillation."""

import numpy as np

from kbgen.losses.distillation import (
    attention_transfer,
    decoupled_kd,
    decoupled_kd_grad,
    fitnets_hint,
    knowledge_distillation_grad,
)


def knowledge_distillation__forgotten_square():
    """Softening shrinks the slope by the square of the temperature."""
    T, student, teacher = 4, np.array([2.0, 0, 0]), np.array([0.0, 3, 1])
    learnt, taught = np.exp(student / T), np.exp(teacher / T)
    wrong = (learnt / learnt.sum() - taught / taught.sum()) / T
    right = knowledge_distillation_grad(
        [student], [teacher], [0], temperature=T, alpha=1
    )[0]
    return wrong, right


def knowledge_distillation__arguments():
    """PyTorch: log-probabilities of the student first, and batchmean."""
    import torch
    from torch.nn.functional import kl_div

    student = torch.tensor([[0.7, 0.2, 0.1]])
    teacher = torch.tensor([[0.4, 0.4, 0.2]])
    swapped = kl_div(teacher.log(), student, reduction="batchmean")
    mean = kl_div(student.log(), teacher, reduction="none").mean()  # default
    wrong = torch.stack([swapped, mean])
    right = kl_div(student.log(), teacher, reduction="batchmean")
    return wrong, right


def knowledge_distillation__inference():
    """Softening belongs to training."""
    student = np.array([6.0, 2.0, 0.0])
    soft, plain = np.exp(student / 4), np.exp(student)
    wrong = soft / soft.sum()
    right = plain / plain.sum()
    return wrong, right


def knowledge_distillation__dropout():
    """A teacher in training mode changes its mind."""
    import torch

    torch.manual_seed(0)
    layers = torch.nn.Dropout(), torch.nn.Linear(50, 3)
    teacher, image = torch.nn.Sequential(*layers), torch.ones(1, 50)
    wrong = torch.equal(teacher(image), teacher(image))
    teacher.eval()
    right = torch.equal(teacher(image), teacher(image))
    return wrong, right


def fitnets_hint__width():
    """One feature of a student against four of a teacher: best value, and loss."""
    teacher, one = (
        np.array([[4.0, 0.0, -4.0, 1.0]]),
        np.linspace(-5, 5, 1001)[:, None],
    )
    spread = 0.5 * np.sum((one - teacher) ** 2, axis=1)
    mapped = fitnets_hint(one, np.repeat(teacher, 1001, axis=0), teacher.T)
    wrong = one[np.argmin(spread)].item(), spread.min()
    right = one[np.argmin(mapped)].item(), mapped.min()
    return wrong, right


def fitnets_hint__scale():
    """Shares of the teacher's features in the loss of a student of zeros."""
    teacher = np.array([[0.3, -20.0], [-0.1, 30.0], [-0.2, -10.0]])
    shares = []
    for features in (teacher, teacher / teacher.std(axis=0)):
        each = [
            fitnets_hint(0 * f, f, np.eye(1)).sum() for f in features.T[:, :, None]
        ]
        shares.append(np.array(each) / np.sum(each))
    wrong, right = shares
    return wrong, right


def fitnets_hint__memorise():
    """A regressor for random features, fitted to 3 samples and to 300."""
    rng = np.random.default_rng(0)
    student, teacher = rng.normal(size=(2, 400, 3))
    losses = []
    for seen in (3, 300):
        W = np.linalg.lstsq(student[:seen], teacher[:seen], rcond=None)[0].T
        each = fitnets_hint(student, teacher, W)
        losses.append([each[:seen].mean(), each[300:].mean()])
    wrong, right = np.round(losses, 6)
    return wrong, right


def attention_transfer__squares():
    """Two maps of 49 positions, by the authors' code and by the paper."""
    rng = np.random.default_rng(0)
    student, teacher = rng.normal(size=(1, 2, 49)), rng.normal(size=(1, 5, 49))
    maps = [np.sum(features[0] ** 2, axis=0) for features in (student, teacher)]
    q, t = (m / np.linalg.norm(m) for m in maps)
    wrong = np.mean((q - t) ** 2)
    right = attention_transfer(student, teacher)[0]
    return wrong, right


def attention_transfer__signs():
    """Maps of two channels at three positions."""
    features = np.array([[3.0, 1.0, 0.0], [-3.0, 1.0, 0.5]])
    wrong = features.sum(axis=0)
    right = np.abs(features).sum(axis=0)
    return wrong, right


def attention_transfer__pooling():
    """Four positions down to two: features pooled, and maps pooled."""
    features = np.array([[2.0, -2.0, 1.0, 1.0]])
    wrong = np.sum(features.reshape(1, 2, 2).mean(axis=2) ** 2, axis=0)
    right = np.sum(features**2, axis=0).reshape(2, 2).mean(axis=1)
    return wrong, right


def attention_transfer__equal_maps():
    """The slope for a student that starts as a copy."""
    import torch

    teacher, slopes = torch.tensor([0.6, 0.8]), []
    for distance in (lambda d: (d**2).sum().sqrt(), torch.linalg.vector_norm):
        student = teacher.clone().requires_grad_()
        distance(student - teacher).backward()
        slopes.append(student.grad)
    wrong, right = slopes
    return wrong, right


def decoupled_kd__renormalise():
    """Of the wrong classes the first is three times the second, for both."""
    taught, learnt = np.array([0.2, 0.6, 0.2]), np.array([0.6, 0.3, 0.1])
    wrong = np.sum(taught[1:] * np.log(taught[1:] / learnt[1:]))
    logits = np.log(learnt)[None], np.log(taught)[None]
    right = decoupled_kd(*logits, [0], temperature=1.0, alpha=0.0, beta=1.0)[0]
    right = right.round(6)
    return wrong, right


def decoupled_kd__warm_up():
    """Sizes of the first slopes, in units of those of plain distillation."""
    rng, temperature = np.random.default_rng(0), 4.0
    teacher = 3 * rng.normal(size=(50, 10))
    student, label = 0.1 * rng.normal(size=(50, 10)), teacher.argmax(axis=1)
    plain = knowledge_distillation_grad(
        student, teacher, label, temperature=temperature, alpha=1.0
    )
    split = decoupled_kd_grad(student, teacher, label, temperature=temperature)
    size = np.linalg.norm(split) / np.linalg.norm(plain)
    wrong = [size] * 3
    right = [size * min(epoch / 20, 1) for epoch in (1, 10, 20)]
    return wrong, right


def decoupled_kd__label():
    """The teacher errs: class 1 is its favourite, class 0 is true."""
    student, teacher = np.array([[1.0, 1.0, 0.0]]), np.array([[2.0, 3.0, 0.0]])
    wrong = decoupled_kd(student, teacher, teacher.argmax(axis=1))[0]
    right = decoupled_kd(student, teacher, [0])[0]
    return wrong, right

"""Distillation."""

import numpy as np

from kbgen.losses.distillation import knowledge_distillation_grad


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

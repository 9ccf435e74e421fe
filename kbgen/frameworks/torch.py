"""Losses by PyTorch: tensors in, one value per item out."""

import torch
import torch.nn.functional as F
from torch import nn


def absolute_error(pred, target):
    """torch.nn.functional.l1_loss"""
    return F.l1_loss(pred, target, reduction="none")


def absolute_error__L1Loss(pred, target):
    """torch.nn.L1Loss"""
    return nn.L1Loss(reduction="none")(pred, target)


def attention_transfer(student, teacher, *, power=2.0):
    """torch.nn.functional.normalize"""
    q = F.normalize((student.abs() ** power).sum(dim=1))
    t = F.normalize((teacher.abs() ** power).sum(dim=1))
    return torch.linalg.vector_norm(q - t, dim=1)


def binary_cross_entropy(prob, target):
    """torch.nn.functional.binary_cross_entropy

    Clips both logarithms at -100.
    """
    return F.binary_cross_entropy(prob, target, reduction="none")


def binary_cross_entropy__BCELoss(prob, target):
    """torch.nn.BCELoss

    Clips both logarithms at -100.
    """
    return nn.BCELoss(reduction="none")(prob, target)


def binary_cross_entropy_with_logits(logit, target, *, pos_weight=1.0):
    """torch.nn.functional.binary_cross_entropy_with_logits"""
    return F.binary_cross_entropy_with_logits(
        logit, target, pos_weight=logit.new_tensor(pos_weight), reduction="none"
    )


def binary_cross_entropy_with_logits__BCEWithLogitsLoss(
    logit, target, *, pos_weight=1.0
):
    """torch.nn.BCEWithLogitsLoss"""
    pos_weight = logit.new_tensor(pos_weight)
    return nn.BCEWithLogitsLoss(pos_weight=pos_weight, reduction="none")(logit, target)


def bpr(positive, negative):
    """torch.nn.functional.logsigmoid"""
    return -F.logsigmoid(positive - negative)


def bpr__softplus(positive, negative):
    """torch.nn.functional.softplus

    Above its threshold, 20 by default, it returns its argument as it is.
    """
    return F.softplus(negative - positive, threshold=50)


def bradley_terry(preferred, rejected):
    """torch.nn.functional.logsigmoid"""
    return -F.logsigmoid(preferred - rejected)


def byol(prediction, target):
    """torch.nn.functional.cosine_similarity"""
    return 2 - 2 * F.cosine_similarity(prediction, target.detach())


def causal_language_modeling(logits, tokens):
    """torch.nn.functional.cross_entropy"""
    before, after = logits[:, :-1].transpose(1, 2), tokens[:, 1:]
    each = F.cross_entropy(before, after, reduction="none")
    return each.mean(dim=1)


def causal_language_modeling__CrossEntropyLoss(logits, tokens):
    """torch.nn.CrossEntropyLoss"""
    loss = nn.CrossEntropyLoss(reduction="none")
    each = loss(logits[:, :-1].transpose(1, 2), tokens[:, 1:])
    return each.mean(dim=1)


def class_balanced_cross_entropy(logits, target, count, *, beta=0.9999):
    """torch.nn.CrossEntropyLoss"""
    weight = (1 - beta) / (1 - beta**count)
    return nn.CrossEntropyLoss(weight=weight, reduction="none")(logits, target)


def chamfer(x, y):
    """torch.cdist

    It gives distances that are not squared.
    """
    squares = torch.cdist(x, y) ** 2
    return squares.amin(dim=2).mean(dim=1) + squares.amin(dim=1).mean(dim=1)


def clip(image, text, *, tau=0.07):
    """torch.nn.functional.cross_entropy"""
    similarity = F.normalize(image) @ F.normalize(text).T / tau
    partner = torch.arange(len(image), device=image.device)
    by_image = F.cross_entropy(similarity, partner, reduction="none")
    by_text = F.cross_entropy(similarity.T, partner, reduction="none")
    return (by_image + by_text) / 2


def contrastive(x1, x2, similar, *, margin=1.0):
    """torch.nn.functional.hinge_embedding_loss

    It takes the distance, and -1 for a pair that is not similar.
    """
    distance = torch.linalg.vector_norm(x1 - x2, dim=1)
    sign = 2 * similar - 1
    short = F.hinge_embedding_loss(distance, sign, margin=margin, reduction="none")
    return short**2 / 2


def contrastive__HingeEmbeddingLoss(x1, x2, similar, *, margin=1.0):
    """torch.nn.HingeEmbeddingLoss

    It takes the distance, and -1 for a pair that is not similar.
    """
    distance = torch.linalg.vector_norm(x1 - x2, dim=1)
    loss = nn.HingeEmbeddingLoss(margin=margin, reduction="none")
    return loss(distance, 2 * similar - 1) ** 2 / 2


def cosine_embedding(x1, x2, target, *, margin=0.0):
    """torch.nn.functional.cosine_embedding_loss"""
    return F.cosine_embedding_loss(x1, x2, target, margin=margin, reduction="none")


def cosine_embedding__CosineEmbeddingLoss(x1, x2, target, *, margin=0.0):
    """torch.nn.CosineEmbeddingLoss"""
    return nn.CosineEmbeddingLoss(margin=margin, reduction="none")(x1, x2, target)


def cosine_similarity_loss(pred, target):
    """torch.nn.functional.cosine_similarity"""
    return 1 - F.cosine_similarity(pred, target)


def cross_entropy(logits, target):
    """torch.nn.functional.cross_entropy"""
    return F.cross_entropy(logits, target, reduction="none")


def cross_entropy__CrossEntropyLoss(logits, target):
    """torch.nn.CrossEntropyLoss"""
    return nn.CrossEntropyLoss(reduction="none")(logits, target)


def cross_entropy__linear_cross_entropy(logits, target):
    """torch.nn.functional.linear_cross_entropy

    It multiplies by the last layer's weights first: here they are the identity.
    """
    weight = torch.eye(logits.shape[1]).to(logits)
    return F.linear_cross_entropy(logits, weight, target, reduction="none")


def cross_entropy__LinearCrossEntropyLoss(logits, target):
    """torch.nn.LinearCrossEntropyLoss

    It holds the weights of the last layer: here they are the identity.
    """
    classes = logits.shape[1]
    loss = nn.LinearCrossEntropyLoss(classes, classes, reduction="none")
    nn.init.eye_(loss.linear.weight)
    return loss.to(logits)(logits, target)


def ctc(logits, labels):
    """torch.nn.functional.ctc_loss

    It takes log-probabilities, with time in front.
    """
    frames = torch.full((len(logits),), logits.shape[1])
    lengths = torch.full((len(labels),), labels.shape[1])
    log_prob = F.log_softmax(logits, dim=2).transpose(0, 1)
    return F.ctc_loss(log_prob, labels, frames, lengths, reduction="none")


def ctc__CTCLoss(logits, labels):
    """torch.nn.CTCLoss

    It takes log-probabilities, with time in front.
    """
    frames = torch.full((len(logits),), logits.shape[1])
    lengths = torch.full((len(labels),), labels.shape[1])
    log_prob = F.log_softmax(logits, dim=2).transpose(0, 1)
    return nn.CTCLoss(reduction="none")(log_prob, labels, frames, lengths)


def cycle_consistency(back_x, x, back_y, y, *, weight=10.0):
    """torch.nn.L1Loss"""
    loss = nn.L1Loss(reduction="none")
    return weight * (loss(back_x, x) + loss(back_y, y)).sum(dim=1)


def ddpm_noise(pred, noise):
    """torch.nn.MSELoss"""
    return nn.MSELoss(reduction="none")(pred, noise).sum(dim=1)


def denoising_score_matching(pred, clean, noisy, sigma):
    """torch.nn.functional.mse_loss"""
    scale = sigma[:, None]
    noise = (noisy - clean) / scale
    return 0.5 * F.mse_loss(scale * pred, -noise, reduction="none").sum(dim=1)


def decoupled_kd(student, teacher, label, *, temperature=4.0, alpha=1.0, beta=8.0):
    """torch.nn.functional.kl_div"""
    true = F.one_hot(label, student.shape[1]).bool()
    whole, others = [], []
    for logits in (student / temperature, teacher / temperature):
        own, rest = logits[true], logits[~true].view(len(logits), -1)
        pair = torch.stack([own, rest.logsumexp(dim=1)], dim=1)
        whole.append(F.log_softmax(pair, dim=1))
        others.append(F.log_softmax(rest, dim=1))
    target = F.kl_div(*whole, reduction="none", log_target=True).sum(dim=1)
    among = F.kl_div(*others, reduction="none", log_target=True).sum(dim=1)
    return temperature**2 * (alpha * target + beta * among)


def dino(student, teacher, center, *, tau_s=0.1, tau_t=0.04):
    """torch.nn.functional.cross_entropy"""
    taught = F.softmax((teacher - center) / tau_t, dim=1).detach()
    return F.cross_entropy(student / tau_s, taught, reduction="none")


def discrete_hazard(logits, interval, event):
    """torch.nn.functional.binary_cross_entropy_with_logits"""
    place, last = torch.arange(logits.shape[1]), interval[:, None]
    outcome = torch.where(place == last, event[:, None], 0.0)
    observed = (place <= last).to(logits.dtype)
    loss = F.binary_cross_entropy_with_logits(
        logits, outcome, weight=observed, reduction="none"
    )
    return loss.sum(dim=1)


def distribution_focal(logits, target):
    """torch.nn.functional.cross_entropy

    The target is given as the shares of the bins.
    """
    bins = torch.arange(logits.shape[1])
    shares = (1 - (target[:, None] - bins).abs()).clamp(min=0)
    return F.cross_entropy(logits, shares, reduction="none")


def dpo(preferred, rejected, reference_preferred, reference_rejected, *, beta=0.1):
    """torch.nn.functional.logsigmoid"""
    gain, loss = preferred - reference_preferred, rejected - reference_rejected
    return -F.logsigmoid(beta * (gain - loss))


def flow_matching(pred, noise, data, *, sigma_min=0.0):
    """torch.nn.MSELoss"""
    way = data - (1 - sigma_min) * noise
    return nn.MSELoss(reduction="none")(pred, way).sum(dim=1)


def dynamic_weight_average(losses, last, before, *, temperature=2.0):
    """torch.softmax"""
    weights = len(last) * torch.softmax(last / before / temperature, dim=0)
    return losses @ weights


def entropy_regularizer(logits, *, beta=0.1):
    """torch.distributions.Categorical"""
    return -beta * torch.distributions.Categorical(logits=logits).entropy()


def fitnets_hint(student, teacher, regressor):
    """torch.nn.functional.mse_loss"""
    guided = F.linear(student, regressor)
    return 0.5 * F.mse_loss(guided, teacher, reduction="none").sum(dim=1)


def gan_minimax(real, fake):
    """torch.nn.BCEWithLogitsLoss"""
    loss = nn.BCEWithLogitsLoss(reduction="none")
    return -loss(real, torch.ones_like(real)) - loss(fake, torch.zeros_like(fake))


def gan_non_saturating(fake):
    """torch.nn.functional.binary_cross_entropy_with_logits"""
    real = torch.ones_like(fake)
    return F.binary_cross_entropy_with_logits(fake, real, reduction="none")


def gaussian_kl(mu, log_var, prior_mu, prior_log_var):
    """torch.distributions.kl.kl_divergence

    It gives one value per dimension.
    """
    first = torch.distributions.Normal(mu, torch.exp(log_var / 2))
    second = torch.distributions.Normal(prior_mu, torch.exp(prior_log_var / 2))
    return torch.distributions.kl.kl_divergence(first, second).sum(dim=1)


def gaussian_nll(mean, target, var):
    """torch.nn.functional.gaussian_nll_loss

    Clips the variance at 1e-6.
    """
    return F.gaussian_nll_loss(mean, target, var, reduction="none")


def gaussian_nll__GaussianNLLLoss(mean, target, var):
    """torch.nn.GaussianNLLLoss

    Clips the variance at 1e-6.
    """
    return nn.GaussianNLLLoss(reduction="none")(mean, target, var)


def gradient_penalty(gradient, *, weight=10.0):
    """torch.autograd.grad

    The critic here is linear, with the given gradient.
    """
    sample = torch.zeros_like(gradient, requires_grad=True)
    score = (gradient * sample).sum()
    (found,) = torch.autograd.grad(score, sample, create_graph=True)
    return weight * (torch.linalg.vector_norm(found, dim=1) - 1) ** 2


def hinge(score, label):
    """torch.nn.HingeEmbeddingLoss

    Another loss in spite of its name: ours only with the margin as input and target -1.
    """
    never = -torch.ones_like(score)
    return nn.HingeEmbeddingLoss(reduction="none")(label * score, never)


def hinge_gan(real, fake):
    """torch.nn.functional.relu"""
    return F.relu(1 - real) + F.relu(1 + fake)


def huber(pred, target, *, delta=1.0):
    """torch.nn.functional.huber_loss"""
    return F.huber_loss(pred, target, delta=delta, reduction="none")


def huber__HuberLoss(pred, target, *, delta=1.0):
    """torch.nn.HuberLoss"""
    return nn.HuberLoss(delta=delta, reduction="none")(pred, target)


def info_nce(query, positive, negatives, *, tau=0.07):
    """torch.nn.functional.cross_entropy"""
    candidates = torch.cat([positive[:, None], negatives], dim=1)
    logits = F.cosine_similarity(query[:, None], candidates, dim=2) / tau
    first = query.new_zeros(len(query), dtype=torch.long)
    return F.cross_entropy(logits, first, reduction="none")


def ipo(preferred, rejected, reference_preferred, reference_rejected, *, tau=0.1):
    """torch.nn.functional.mse_loss"""
    gain, loss = preferred - reference_preferred, rejected - reference_rejected
    target = torch.full_like(gain, 1 / (2 * tau))
    return F.mse_loss(gain - loss, target, reduction="none")


def kl_divergence(pred, target):
    """torch.nn.functional.kl_div

    The logarithm of the prediction comes first, and the sum is ours to take.
    """
    return F.kl_div(pred.log(), target, reduction="none").sum(dim=1)


def kl_divergence__KLDivLoss(pred, target):
    """torch.nn.KLDivLoss

    The logarithm of the prediction comes first, and the sum is ours to take.
    """
    return nn.KLDivLoss(reduction="none")(pred.log(), target).sum(dim=1)


def kl_divergence__kl_divergence(pred, target):
    """torch.distributions.kl.kl_divergence

    The prediction comes second.
    """
    p = torch.distributions.Categorical(probs=target)
    q = torch.distributions.Categorical(probs=pred)
    return torch.distributions.kl.kl_divergence(p, q)


def knowledge_distillation(student, teacher, label, *, temperature=4.0, alpha=0.5):
    """torch.nn.KLDivLoss"""
    learnt = F.log_softmax(student / temperature, dim=1)
    taught = F.softmax(teacher / temperature, dim=1)
    soft = nn.KLDivLoss(reduction="none")(learnt, taught).sum(dim=1)
    hard = F.cross_entropy(student, label, reduction="none")
    return (1 - alpha) * hard + alpha * temperature**2 * soft


def kto(
    log_prob,
    reference,
    desirable,
    baseline,
    *,
    beta=0.1,
    desirable_weight=1.0,
    undesirable_weight=1.0,
):
    """torch.sigmoid"""
    lead = beta * (log_prob - reference - baseline)
    good = desirable_weight * (1 - torch.sigmoid(lead))
    bad = undesirable_weight * (1 - torch.sigmoid(-lead))
    return torch.where(desirable == 1, good, bad)


def label_smoothing_cross_entropy(logits, target, *, eps=0.1):
    """torch.nn.CrossEntropyLoss"""
    return nn.CrossEntropyLoss(label_smoothing=eps, reduction="none")(logits, target)


def laplace_nll(mean, target, scale):
    """torch.distributions.Laplace"""
    return -torch.distributions.Laplace(mean, scale).log_prob(target)


def listmle(scores, grades):
    """torch.logcumsumexp

    Runs from the lowest grade up; the best of tied items knows them all.
    """
    order = grades.argsort(dim=1)
    ranked, places = scores.gather(1, order), grades.gather(1, order)
    left = torch.logcumsumexp(ranked, dim=1)
    last_of_tie = torch.searchsorted(places, places, right=True) - 1
    return (left.gather(1, last_of_tie) - ranked).sum(dim=1)


def listnet(scores, grades):
    """torch.nn.functional.cross_entropy"""
    return F.cross_entropy(scores, F.softmax(grades, dim=1), reduction="none")


def logit_adjusted_cross_entropy(logits, target, prior, *, tau=1.0):
    """torch.nn.functional.cross_entropy"""
    return F.cross_entropy(logits + tau * prior.log(), target, reduction="none")


def logit_adjusted_cross_entropy__CrossEntropyLoss(logits, target, prior, *, tau=1.0):
    """torch.nn.CrossEntropyLoss"""
    loss = nn.CrossEntropyLoss(reduction="none")
    return loss(logits + tau * prior.log(), target)


def lsgan(real, fake, *, real_target=1.0, fake_target=0.0):
    """torch.nn.MSELoss"""
    loss = nn.MSELoss(reduction="none")
    wanted = torch.full_like(real, real_target), torch.full_like(fake, fake_target)
    return 0.5 * (loss(real, wanted[0]) + loss(fake, wanted[1]))


def margin_ranking(first, second, order, *, margin=0.0):
    """torch.nn.functional.margin_ranking_loss"""
    return F.margin_ranking_loss(first, second, order, margin=margin, reduction="none")


def margin_ranking__MarginRankingLoss(first, second, order, *, margin=0.0):
    """torch.nn.MarginRankingLoss"""
    return nn.MarginRankingLoss(margin=margin, reduction="none")(first, second, order)


def masked_language_modeling(logits, tokens, mask):
    """torch.nn.functional.cross_entropy"""
    hidden = torch.where(mask > 0, tokens, -100)
    each = F.cross_entropy(logits.transpose(1, 2), hidden, reduction="none")
    return each.sum(dim=1) / mask.sum(dim=1).clamp(min=1)


def masked_language_modeling__CrossEntropyLoss(logits, tokens, mask):
    """torch.nn.CrossEntropyLoss"""
    hidden = torch.where(mask > 0, tokens, -100)
    loss = nn.CrossEntropyLoss(reduction="none")
    each = loss(logits.transpose(1, 2), hidden)
    return each.sum(dim=1) / mask.sum(dim=1).clamp(min=1)


def mixture_density_nll(logits, mean, sigma, target):
    """torch.distributions.MixtureSameFamily"""
    weights = torch.distributions.Categorical(logits=logits)
    parts = torch.distributions.Normal(mean, sigma)
    mixture = torch.distributions.MixtureSameFamily(weights, parts)
    return -mixture.log_prob(target)


def multi_margin(score, label, *, margin=1.0, p=1):
    """torch.nn.functional.multi_margin_loss"""
    return F.multi_margin_loss(score, label, p=p, margin=margin, reduction="none")


def multi_margin__MultiMarginLoss(score, label, *, margin=1.0, p=1):
    """torch.nn.MultiMarginLoss"""
    return nn.MultiMarginLoss(p=p, margin=margin, reduction="none")(score, label)


def _own_and_rival(score, label):
    """The scores of the labelled class and of its strongest rival, in two columns."""
    own = label[:, None]
    rival = score.scatter(1, own, -torch.inf).amax(dim=1, keepdim=True)
    return torch.cat([score.gather(1, own), rival], dim=1)


def multiclass_hinge(score, label):
    """torch.nn.functional.multi_margin_loss

    It averages over all classes; between two of them it is half of our formula.
    """
    pair, own = _own_and_rival(score, label), torch.zeros_like(label)
    return 2 * F.multi_margin_loss(pair, own, reduction="none")


def multiclass_hinge__MultiMarginLoss(score, label):
    """torch.nn.MultiMarginLoss

    It averages over all classes; between two of them it is half of our formula.
    """
    pair, own = _own_and_rival(score, label), torch.zeros_like(label)
    return 2 * nn.MultiMarginLoss(reduction="none")(pair, own)


def multilabel_soft_margin(logits, target):
    """torch.nn.functional.multilabel_soft_margin_loss"""
    return F.multilabel_soft_margin_loss(logits, target, reduction="none")


def multilabel_soft_margin__MultiLabelSoftMarginLoss(logits, target):
    """torch.nn.MultiLabelSoftMarginLoss"""
    return nn.MultiLabelSoftMarginLoss(reduction="none")(logits, target)


def negative_binomial_nll(mean, target, dispersion):
    """torch.distributions.NegativeBinomial

    Refuses a logit that is infinite.
    """
    logits = torch.log(mean) - torch.log(dispersion)
    counts = torch.distributions.NegativeBinomial(dispersion, logits=logits)
    return -counts.log_prob(target)


def _numbers(target):
    """The labels of every item by number, the rest of the row filled with -1."""
    number = torch.arange(target.shape[1]).expand_as(target)
    return torch.where(target == 1, number, -1).sort(dim=1, descending=True).values


def multilabel_margin(score, target):
    """torch.nn.functional.multilabel_margin_loss

    It takes the numbers of the labels.
    """
    return F.multilabel_margin_loss(score, _numbers(target), reduction="none")


def multilabel_margin__MultiLabelMarginLoss(score, target):
    """torch.nn.MultiLabelMarginLoss

    It takes the numbers of the labels.
    """
    return nn.MultiLabelMarginLoss(reduction="none")(score, _numbers(target))


def n_pair(anchor, positive):
    """torch.nn.functional.cross_entropy"""
    own = torch.arange(len(anchor), device=anchor.device)
    return F.cross_entropy(anchor @ positive.T, own, reduction="none")


def nll(log_prob, label):
    """torch.nn.functional.nll_loss"""
    return F.nll_loss(log_prob, label, reduction="none")


def nll__NLLLoss(log_prob, label):
    """torch.nn.NLLLoss"""
    return nn.NLLLoss(reduction="none")(log_prob, label)


def nll__NLLLoss2d(log_prob, label):
    """torch.nn.NLLLoss2d"""
    return nn.NLLLoss2d(reduction="none")(log_prob, label)


def nll__AdaptiveLogSoftmaxWithLoss(log_prob, label):
    """torch.nn.AdaptiveLogSoftmaxWithLoss

    It holds the weights of the last layer, and its output has no minus.
    """
    classes = log_prob.shape[1]
    layer = nn.AdaptiveLogSoftmaxWithLoss(classes, classes, cutoffs=[classes - 1])
    nn.init.eye_(layer.head.weight)
    return -layer.to(log_prob)(log_prob, label).output


def nt_xent(first, second, *, tau=0.5):
    """torch.nn.functional.cross_entropy"""
    unit = F.normalize(torch.cat([first, second]))
    similarity = (unit @ unit.T / tau).fill_diagonal_(-torch.inf)
    partner = torch.arange(len(unit), device=unit.device).roll(len(first))
    each = F.cross_entropy(similarity, partner, reduction="none")
    return each.reshape(2, -1).mean(dim=0)


def orpo(preferred, rejected, *, lam=0.1):
    """torch.nn.functional.logsigmoid

    Clips probabilities of 1, whose odds are infinite.
    """
    odds = [p - torch.log(-torch.expm1(p)) for p in (preferred, rejected)]
    return -preferred - lam * F.logsigmoid(odds[0] - odds[1])


def orthogonality(weights, *, lam=0.01):
    """torch.linalg.matrix_norm"""
    gram = weights.mT @ weights
    identity = torch.eye(gram.shape[1], dtype=gram.dtype)
    return lam * torch.linalg.matrix_norm(gram - identity) ** 2


def poisson_nll(log_rate, target):
    """torch.nn.functional.poisson_nll_loss"""
    return F.poisson_nll_loss(log_rate, target, reduction="none")


def poisson_nll__PoissonNLLLoss(log_rate, target):
    """torch.nn.PoissonNLLLoss"""
    return nn.PoissonNLLLoss(reduction="none")(log_rate, target)


def r1_penalty(gradient, *, gamma=10.0):
    """torch.autograd.grad

    The discriminator here is linear, with the given gradient.
    """
    sample = torch.zeros_like(gradient, requires_grad=True)
    score = (gradient * sample).sum()
    (found,) = torch.autograd.grad(score, sample, create_graph=True)
    return 0.5 * gamma * (found**2).sum(dim=1)


def relativistic_gan(real, fake):
    """torch.nn.functional.softplus"""
    return F.softplus(fake - real)


def quality_focal(logit, quality, *, beta=2.0):
    """torch.nn.functional.binary_cross_entropy_with_logits

    It has no focus: that stands before it.
    """
    focus = (torch.sigmoid(logit) - quality).abs() ** beta
    loss = F.binary_cross_entropy_with_logits(logit, quality, reduction="none")
    return focus * loss


def ppo_clip(log_prob, old_log_prob, advantage, *, epsilon=0.2):
    """torch.clamp"""
    ratio = torch.exp(log_prob - old_log_prob)
    clipped = torch.clamp(ratio, 1 - epsilon, 1 + epsilon)
    return -torch.minimum(ratio * advantage, clipped * advantage)


def simpo(
    preferred, rejected, preferred_length, rejected_length, *, beta=2.0, gamma=1.0
):
    """torch.nn.functional.logsigmoid"""
    good, bad = preferred / preferred_length, rejected / rejected_length
    return -F.logsigmoid(beta * (good - bad) - gamma)


def siglip(image, text, *, scale=10.0, bias=-10.0):
    """torch.nn.functional.logsigmoid"""
    logits = scale * F.normalize(image) @ F.normalize(text).T + bias
    sign = 2 * torch.eye(len(image), dtype=logits.dtype, device=logits.device) - 1
    each = F.logsigmoid(sign * logits)
    return -each.sum(dim=1)


def smooth_l1(pred, target, *, beta=1.0):
    """torch.nn.functional.smooth_l1_loss"""
    return F.smooth_l1_loss(pred, target, beta=beta, reduction="none")


def smooth_l1__SmoothL1Loss(pred, target, *, beta=1.0):
    """torch.nn.SmoothL1Loss"""
    return nn.SmoothL1Loss(beta=beta, reduction="none")(pred, target)


def soft_margin(score, label):
    """torch.nn.functional.soft_margin_loss

    It overflows where the margin is very negative.
    """
    return F.soft_margin_loss(score, label, reduction="none")


def soft_margin__SoftMarginLoss(score, label):
    """torch.nn.SoftMarginLoss

    It overflows where the margin is very negative.
    """
    return nn.SoftMarginLoss(reduction="none")(score, label)


def soft_margin__softplus(score, label):
    """torch.nn.functional.softplus

    Above 20 it is the straight line, 2e-9 below the true value at most.
    """
    return F.softplus(-label * score)


def squared_error(pred, target):
    """torch.nn.functional.mse_loss"""
    return F.mse_loss(pred, target, reduction="none")


def squared_error__MSELoss(pred, target):
    """torch.nn.MSELoss"""
    return nn.MSELoss(reduction="none")(pred, target)


def student_t_nll(mean, target, scale, *, nu=4.0):
    """torch.distributions.StudentT"""
    return -torch.distributions.StudentT(nu, mean, scale).log_prob(target)


def triplet_margin(anchor, positive, negative, *, margin=1.0):
    """torch.nn.functional.triplet_margin_loss

    Its eps, 1e-6 by default, is added to every difference.
    """
    return F.triplet_margin_loss(
        anchor, positive, negative, margin=margin, eps=0, reduction="none"
    )


def triplet_margin__TripletMarginLoss(anchor, positive, negative, *, margin=1.0):
    """torch.nn.TripletMarginLoss

    Its eps, 1e-6 by default, is added to every difference.
    """
    loss = nn.TripletMarginLoss(margin=margin, eps=0, reduction="none")
    return loss(anchor, positive, negative)


def triplet_margin__triplet_margin_with_distance_loss(
    anchor, positive, negative, *, margin=1.0
):
    """torch.nn.functional.triplet_margin_with_distance_loss

    Its default distance adds 1e-6 to every difference.
    """
    return F.triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=nn.PairwiseDistance(eps=0),
        margin=margin,
        reduction="none",
    )


def triplet_margin__TripletMarginWithDistanceLoss(
    anchor, positive, negative, *, margin=1.0
):
    """torch.nn.TripletMarginWithDistanceLoss

    Its default distance adds 1e-6 to every difference.
    """
    distance = nn.PairwiseDistance(eps=0)
    loss = nn.TripletMarginWithDistanceLoss(
        distance_function=distance, margin=margin, reduction="none"
    )
    return loss(anchor, positive, negative)


def v_prediction(pred, clean, noise, kept):
    """torch.nn.functional.mse_loss"""
    kept = kept[:, None]
    velocity = kept.sqrt() * noise - (1 - kept).sqrt() * clean
    return F.mse_loss(pred, velocity, reduction="none").sum(dim=1)


def vae_elbo(reconstruction, x, mu, log_var, *, beta=1.0):
    """torch.distributions.kl_divergence

    It gives one value per dimension, and the reconstruction is not its business.
    """
    posterior = torch.distributions.Normal(mu, torch.exp(log_var / 2))
    prior = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    kl = torch.distributions.kl_divergence(posterior, prior).sum(dim=1)
    error = F.mse_loss(reconstruction, x, reduction="none").sum(dim=1)
    return error / 2 + beta * kl


def varifocal(logit, quality, *, alpha=0.75, gamma=2.0):
    """torch.nn.functional.binary_cross_entropy_with_logits

    The weights are given to it, and passed by the gradient.
    """
    empty = alpha * torch.sigmoid(logit) ** gamma
    weight = torch.where(quality > 0, quality, empty)
    loss = F.binary_cross_entropy_with_logits(logit, quality, reduction="none")
    return weight * loss


def vq_commitment(z, codebook, *, beta=0.25):
    """torch.nn.functional.mse_loss

    The nearest code is ours to find, and to detach.
    """
    code = codebook[torch.cdist(z, codebook).argmin(dim=1)].detach()
    return beta * F.mse_loss(z, code, reduction="none").sum(dim=1)


def weighted_cross_entropy(logits, target, weight):
    """torch.nn.CrossEntropyLoss"""
    return nn.CrossEntropyLoss(weight=weight, reduction="none")(logits, target)


def weibull_nll(scale, shape, time, event):
    """torch.distributions.Weibull

    It knows densities; over the hazard they are probabilities of surviving.
    """
    log_density = torch.distributions.Weibull(scale, shape).log_prob(time)
    log_hazard = torch.log(shape / scale) + (shape - 1) * torch.log(time / scale)
    return (1 - event) * log_hazard - log_density


NOT_RUN = {
    ("cost_sensitive", "torch.nn.BCEWithLogitsLoss"): "another loss, same decision",
    ("l2_penalty", "torch.optim.SGD"): "an update, not a value",
    ("orthogonality", "torch.nn.utils.parametrizations.orthogonal"): (
        "a constraint, not a value"
    ),
}

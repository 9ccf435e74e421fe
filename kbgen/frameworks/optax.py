"""Losses by Optax: JAX arrays in, one value per item out."""

import jax
import jax.numpy as jnp
import optax


def attention_transfer(student, teacher, *, power=2.0):
    """optax.losses.cosine_distance"""
    q, t = (jnp.sum(jnp.abs(x) ** power, axis=1) for x in (student, teacher))
    return jnp.sqrt(2 * optax.losses.cosine_distance(q, t))


def binary_cross_entropy_with_logits(logit, target, *, pos_weight=1.0):
    """optax.losses.sigmoid_binary_cross_entropy

    It has no pos_weight: the two classes are weighted around it.
    """
    one = optax.losses.sigmoid_binary_cross_entropy(logit, jnp.ones_like(logit))
    zero = optax.losses.sigmoid_binary_cross_entropy(logit, jnp.zeros_like(logit))
    return pos_weight * target * one + (1 - target) * zero


def bpr(positive, negative):
    """optax.losses.sigmoid_binary_cross_entropy"""
    lead = positive - negative
    return optax.losses.sigmoid_binary_cross_entropy(lead, jnp.ones_like(lead))


def byol(prediction, target):
    """optax.losses.cosine_distance"""
    return 2 * optax.losses.cosine_distance(prediction, jax.lax.stop_gradient(target))


def causal_language_modeling(logits, tokens):
    """optax.losses.softmax_cross_entropy_with_integer_labels"""
    loss = optax.losses.softmax_cross_entropy_with_integer_labels
    return jnp.mean(loss(logits[:, :-1], tokens[:, 1:]), axis=1)


def cosine_similarity_loss(pred, target):
    """optax.losses.cosine_distance"""
    return optax.losses.cosine_distance(pred, target)


def cosine_similarity_loss__cosine_similarity(pred, target):
    """optax.losses.cosine_similarity"""
    return 1 - optax.losses.cosine_similarity(pred, target)


def cross_entropy(logits, target):
    """optax.losses.softmax_cross_entropy"""
    return optax.losses.softmax_cross_entropy(logits, target)


def cross_entropy__safe_softmax_cross_entropy(logits, target):
    """optax.losses.safe_softmax_cross_entropy"""
    return optax.losses.safe_softmax_cross_entropy(logits, target)


def cross_entropy__softmax_cross_entropy_with_integer_labels(logits, target):
    """optax.losses.softmax_cross_entropy_with_integer_labels

    It takes class numbers: a soft target is a mean over them.
    """
    by_class = jax.vmap(
        optax.losses.softmax_cross_entropy_with_integer_labels,
        in_axes=(None, 0),
        out_axes=1,
    )
    classes = jnp.broadcast_to(jnp.arange(target.shape[1])[:, None], target.T.shape)
    return jnp.sum(target * by_class(logits, classes), axis=1)


def ctc(logits, labels):
    """optax.losses.ctc_loss

    Zeros mark frames and labels that are no padding.
    """
    frames, symbols = jnp.zeros(logits.shape[:2]), jnp.zeros(labels.shape)
    return optax.losses.ctc_loss(logits, frames, labels, symbols)


def ctc__ctc_loss_with_forward_probs(logits, labels):
    """optax.losses.ctc_loss_with_forward_probs

    Zeros mark frames and labels that are no padding.
    """
    frames, symbols = jnp.zeros(logits.shape[:2]), jnp.zeros(labels.shape)
    return optax.losses.ctc_loss_with_forward_probs(logits, frames, labels, symbols)[0]


def denoising_score_matching(pred, clean, noisy, sigma):
    """optax.losses.l2_loss"""
    scale = sigma[:, None]
    return optax.losses.l2_loss(scale * pred, (clean - noisy) / scale).sum(axis=1)


def decoupled_kd(student, teacher, label, *, temperature=4.0, alpha=1.0, beta=8.0):
    """optax.losses.kl_divergence"""
    true = jax.nn.one_hot(label, student.shape[1], dtype=bool)
    whole, others = [], []
    for logits in (student / temperature, teacher / temperature):
        own, rest = logits[true], logits[~true].reshape(len(logits), -1)
        pair = jnp.stack([own, jax.nn.logsumexp(rest, axis=1)], axis=1)
        whole.append(jax.nn.log_softmax(pair))
        others.append(jax.nn.log_softmax(rest))
    target = optax.losses.kl_divergence(whole[0], jnp.exp(whole[1]))
    among = optax.losses.kl_divergence(others[0], jnp.exp(others[1]))
    return temperature**2 * (alpha * target + beta * among)


def dice(pred, mask, *, smooth=1.0):
    """optax.losses.dice_loss

    One channel passes through a sigmoid, and smooth counts twice.
    """
    logit = jax.scipy.special.logit(pred)[..., None]
    return optax.losses.dice_loss(logit, mask[..., None], smooth=smooth / 2)


def dice__binary_dice_loss(pred, mask, *, smooth=1.0):
    """optax.losses.binary_dice_loss

    There is a sigmoid inside, and smooth counts twice.
    """
    logit = jax.scipy.special.logit(pred)
    return optax.losses.binary_dice_loss(logit, mask, smooth=smooth / 2)


def dice_cross_entropy(logit, mask, *, dice_weight=1.0, ce_weight=1.0, smooth=1.0):
    """optax.losses.binary_dice_loss

    There is a sigmoid inside, and smooth counts twice.
    """
    overlap = optax.losses.binary_dice_loss(logit, mask, smooth=smooth / 2)
    surprise = optax.losses.sigmoid_binary_cross_entropy(logit, mask).mean(axis=1)
    return dice_weight * overlap + ce_weight * surprise


def distribution_focal(logits, target):
    """optax.losses.softmax_cross_entropy

    The target is given as the shares of the bins.
    """
    bins = jnp.arange(logits.shape[1])
    shares = jnp.maximum(0, 1 - jnp.abs(target[:, None] - bins))
    return optax.losses.softmax_cross_entropy(logits, shares)


def entropy_regularizer(logits, *, beta=0.1):
    """optax.losses.softmax_cross_entropy"""
    own = jax.nn.softmax(logits)
    return -beta * optax.losses.softmax_cross_entropy(logits, own)


def fitnets_hint(student, teacher, regressor):
    """optax.losses.l2_loss"""
    return optax.losses.l2_loss(student @ regressor.T, teacher).sum(axis=1)


def dino(student, teacher, center, *, tau_s=0.1, tau_t=0.04):
    """optax.losses.softmax_cross_entropy"""
    taught = jax.nn.softmax((teacher - center) / tau_t)
    return optax.losses.softmax_cross_entropy(student / tau_s, taught)


def focal(logit, target, *, alpha=0.25, gamma=2.0):
    """optax.losses.sigmoid_focal_loss"""
    return optax.losses.sigmoid_focal_loss(logit, target, alpha=alpha, gamma=gamma)


def focal_tversky(pred, mask, *, alpha=0.3, gamma=0.75, smooth=1.0):
    """optax.losses.dice_loss

    One channel passes through a sigmoid; the power comes last.
    """
    loss = optax.losses.dice_loss(
        jax.scipy.special.logit(pred)[..., None],
        mask[..., None],
        alpha=alpha,
        beta=1 - alpha,
        smooth=smooth,
    )
    return loss**gamma


def generalized_dice(prob, target, *, power=2.0):
    """optax.losses.dice_loss

    There is a softmax inside; one value per class is wanted, to weigh them anew.
    """
    size = target.sum(axis=1)
    least = jnp.where(size > 0, size, jnp.inf).min(axis=1, keepdims=True)
    weight = (least / jnp.maximum(size, least)) ** power * (prob + target).sum(axis=1)
    each = optax.losses.dice_loss(jnp.log(prob), target, smooth=0.0, reduction="none")
    return (weight * each).sum(axis=1) / weight.sum(axis=1)


def hinge(score, label):
    """optax.losses.hinge_loss"""
    return optax.losses.hinge_loss(score, label)


def hinge_gan(real, fake):
    """optax.losses.hinge_loss"""
    label, loss = jnp.ones_like(real), optax.losses.hinge_loss
    return loss(real, label) + loss(fake, -label)


def huber(pred, target, *, delta=1.0):
    """optax.losses.huber_loss"""
    return optax.losses.huber_loss(pred, target, delta=delta)


def ipo(preferred, rejected, reference_preferred, reference_rejected, *, tau=0.1):
    """optax.losses.squared_error"""
    lead = (preferred - reference_preferred) - (rejected - reference_rejected)
    return optax.losses.squared_error(lead, jnp.full_like(lead, 1 / (2 * tau)))


def jaccard(pred, mask, *, smooth=1.0):
    """optax.losses.dice_loss

    One channel passes through a sigmoid.
    """
    return optax.losses.dice_loss(
        jax.scipy.special.logit(pred)[..., None],
        mask[..., None],
        alpha=1.0,
        beta=1.0,
        smooth=smooth,
    )


def kl_divergence(pred, target):
    """optax.losses.kl_divergence

    The logarithm of the prediction comes first.
    """
    return optax.losses.kl_divergence(jnp.log(pred), target)


def kl_divergence__kl_divergence_with_log_targets(pred, target):
    """optax.losses.kl_divergence_with_log_targets

    The logarithm of the prediction comes first.
    """
    return optax.losses.kl_divergence_with_log_targets(jnp.log(pred), jnp.log(target))


def kl_divergence__generalized_kl_divergence(pred, target):
    """optax.losses.generalized_kl_divergence

    The same where both sum to 1.
    """
    return optax.losses.generalized_kl_divergence(jnp.log(pred), target)


def knowledge_distillation(student, teacher, label, *, temperature=4.0, alpha=0.5):
    """optax.losses.kl_divergence"""
    learnt = jax.nn.log_softmax(student / temperature)
    taught = jax.nn.softmax(teacher / temperature)
    soft = optax.losses.kl_divergence(learnt, taught)
    hard = optax.losses.softmax_cross_entropy_with_integer_labels(student, label)
    return (1 - alpha) * hard + alpha * temperature**2 * soft


def label_smoothing_cross_entropy(logits, target, *, eps=0.1):
    """optax.losses.smooth_labels"""
    smoothed = optax.losses.smooth_labels(target, alpha=eps)
    return optax.losses.softmax_cross_entropy(logits, smoothed)


def listnet(scores, grades):
    """optax.losses.ranking_softmax_loss"""
    first = jax.nn.softmax(grades)
    return optax.losses.ranking_softmax_loss(scores, first, reduce_fn=None)


def listnet__softmax_cross_entropy(scores, grades):
    """optax.losses.softmax_cross_entropy"""
    return optax.losses.softmax_cross_entropy(scores, jax.nn.softmax(grades))


def log_cosh(pred, target):
    """optax.losses.log_cosh"""
    return optax.losses.log_cosh(pred, target)


def logit_adjusted_cross_entropy(logits, target, prior, *, tau=1.0):
    """optax.losses.softmax_cross_entropy"""
    adjusted = logits + tau * jnp.log(prior)
    return optax.losses.softmax_cross_entropy(adjusted, target)


def lsgan(real, fake, *, real_target=1.0, fake_target=0.0):
    """optax.losses.l2_loss"""
    loss = optax.losses.l2_loss
    return loss(real - real_target) + loss(fake - fake_target)


def masked_language_modeling(logits, tokens, mask):
    """optax.losses.softmax_cross_entropy_with_integer_labels"""
    loss = optax.losses.softmax_cross_entropy_with_integer_labels
    each = mask * loss(logits, tokens)
    return jnp.sum(each, axis=1) / jnp.maximum(jnp.sum(mask, axis=1), 1)


def multiclass_hinge(score, label):
    """optax.losses.multiclass_hinge_loss"""
    return optax.losses.multiclass_hinge_loss(score, label)


def multilabel_soft_margin(logits, target):
    """optax.losses.sigmoid_binary_cross_entropy"""
    return optax.losses.sigmoid_binary_cross_entropy(logits, target).mean(axis=1)


def nt_xent(first, second, *, tau=0.5):
    """optax.losses.ntxent

    It averages over the batch: one pair at a time gets equal labels.
    """
    views, labels = jnp.concatenate([first, second]), jnp.arange(2 * len(first))

    def pair(i):
        only = labels.at[len(first) + i].set(i)
        return optax.losses.ntxent(views, only, temperature=tau)

    return jax.vmap(pair)(labels[: len(first)])


def orpo(preferred, rejected, *, lam=0.1):
    """optax.losses.sigmoid_binary_cross_entropy

    Clips probabilities of 1, whose odds are infinite.
    """
    odds = [p - jnp.log(-jnp.expm1(p)) for p in (preferred, rejected)]
    lead = odds[0] - odds[1]
    loss = optax.losses.sigmoid_binary_cross_entropy(lead, jnp.ones_like(lead))
    return lam * loss - preferred


def poly1_cross_entropy(logits, target, *, epsilon=2.0):
    """optax.losses.poly_loss_cross_entropy"""
    loss = optax.losses.poly_loss_cross_entropy
    return loss(logits, target, epsilon=epsilon)


def perceptron(score, label):
    """optax.losses.perceptron_loss"""
    return optax.losses.perceptron_loss(score, label)


def perceptron__multiclass_perceptron_loss(score, label):
    """optax.losses.multiclass_perceptron_loss

    The class labelled +1 has our score, the other one 0.
    """
    both = jnp.stack([score, jnp.zeros_like(score)], axis=1)
    own = ((1 - label) / 2).astype(int)
    return optax.losses.multiclass_perceptron_loss(both, own)


def relativistic_gan(real, fake):
    """optax.losses.sigmoid_binary_cross_entropy"""
    lead = real - fake
    return optax.losses.sigmoid_binary_cross_entropy(lead, jnp.ones_like(lead))


def quality_focal(logit, quality, *, beta=2.0):
    """optax.losses.sigmoid_binary_cross_entropy

    It has no focus: that stands before it.
    """
    focus = jnp.abs(jax.nn.sigmoid(logit) - quality) ** beta
    return focus * optax.losses.sigmoid_binary_cross_entropy(logit, quality)


def simpo(
    preferred, rejected, preferred_length, rejected_length, *, beta=2.0, gamma=1.0
):
    """optax.losses.sigmoid_binary_cross_entropy"""
    good, bad = preferred / preferred_length, rejected / rejected_length
    lead = beta * (good - bad) - gamma
    return optax.losses.sigmoid_binary_cross_entropy(lead, jnp.ones_like(lead))


def siglip(image, text, *, scale=10.0, bias=-10.0):
    """optax.losses.sigmoid_binary_cross_entropy"""
    a, b = (x / jnp.linalg.norm(x, axis=1, keepdims=True) for x in (image, text))
    logits, pairs = scale * a @ b.T + bias, jnp.eye(len(image))
    each = optax.losses.sigmoid_binary_cross_entropy(logits, pairs)
    return jnp.sum(each, axis=1)


def soft_margin(score, label):
    """optax.losses.sigmoid_binary_cross_entropy"""
    return optax.losses.sigmoid_binary_cross_entropy(score, (label + 1) / 2)


def sparsemax(logits, target):
    """optax.losses.multiclass_sparsemax_loss

    It takes class numbers: a soft target is a mean over them, less what is constant.
    """
    loss = jax.vmap(optax.losses.multiclass_sparsemax_loss, in_axes=(None, 0))
    count = logits.shape[1]
    labels = jnp.broadcast_to(jnp.arange(count)[:, None], (count, len(logits)))
    spread = (1 - jnp.sum(target**2, axis=1)) / 2
    return jnp.sum(target * loss(logits, labels).T, axis=1) - spread


def squared_error(pred, target):
    """optax.losses.squared_error"""
    return optax.losses.squared_error(pred, target)


def squared_error__l2_loss(pred, target):
    """optax.losses.l2_loss"""
    return 2 * optax.losses.l2_loss(pred, target)


def triplet_margin(anchor, positive, negative, *, margin=1.0):
    """optax.losses.triplet_margin_loss

    Its eps, 1e-6 by default, is added under the root.
    """
    return optax.losses.triplet_margin_loss(
        anchor, positive, negative, margin=margin, eps=0.0
    )


def tversky(pred, mask, *, alpha=0.3, beta=0.7, smooth=1.0):
    """optax.losses.dice_loss

    One channel passes through a sigmoid.
    """
    return optax.losses.dice_loss(
        jax.scipy.special.logit(pred)[..., None],
        mask[..., None],
        alpha=alpha,
        beta=beta,
        smooth=smooth,
    )


def varifocal(logit, quality, *, alpha=0.75, gamma=2.0):
    """optax.losses.sigmoid_binary_cross_entropy

    The weights are given to it, and passed by the gradient.
    """
    weight = jnp.where(quality > 0, quality, alpha * jax.nn.sigmoid(logit) ** gamma)
    return weight * optax.losses.sigmoid_binary_cross_entropy(logit, quality)


NOT_RUN = {
    ("fenchel_young", "optax.losses.make_fenchel_young_loss"): (
        "a factory: the maximum has to be written for it"
    ),
    ("kl_divergence", "optax.losses.convex_kl_divergence"): "an old name, refused soon",
    ("generalized_dice", "optax.losses.multiclass_generalized_dice_loss"): (
        "a mean of ratios, weighted by the batch"
    ),
    ("l2_penalty", "optax.add_decayed_weights"): "an update, not a value",
    ("sparsemax", "optax.losses.sparsemax_loss"): "for two classes only",
}

"""Losses by Keras 3: tensors of its backend in, one value per item out.

The last axis is averaged, so numbers that are items of their own get one of length 1.
"""

import keras
from keras import ops


def absolute_error(pred, target):
    """keras.losses.mean_absolute_error"""
    return keras.losses.mean_absolute_error(target[:, None], pred[:, None])


def absolute_error__MeanAbsoluteError(pred, target):
    """keras.losses.MeanAbsoluteError"""
    loss = keras.losses.MeanAbsoluteError(reduction=None)
    return loss(target[:, None], pred[:, None])


def absolute_percentage_error(pred, target):
    """keras.losses.mean_absolute_percentage_error

    In per cent. Clips the denominator at 1e-7.
    """
    loss = keras.losses.mean_absolute_percentage_error
    return loss(target[:, None], pred[:, None]) / 100


def absolute_percentage_error__MeanAbsolutePercentageError(pred, target):
    """keras.losses.MeanAbsolutePercentageError

    In per cent. Clips the denominator at 1e-7.
    """
    loss = keras.losses.MeanAbsolutePercentageError(reduction=None)
    return loss(target[:, None], pred[:, None]) / 100


def attention_transfer(student, teacher, *, power=2.0):
    """keras.losses.cosine_similarity"""
    maps = [ops.sum(ops.abs(x) ** power, axis=1) for x in (teacher, student)]
    return ops.sqrt(2 + 2 * keras.losses.cosine_similarity(*maps))


def binary_cross_entropy(prob, target):
    """keras.losses.binary_crossentropy

    Clips probabilities to [1e-7, 1 - 1e-7].
    """
    return keras.losses.binary_crossentropy(target[:, None], prob[:, None])


def binary_cross_entropy__BinaryCrossentropy(prob, target):
    """keras.losses.BinaryCrossentropy

    Clips probabilities to [1e-7, 1 - 1e-7].
    """
    loss = keras.losses.BinaryCrossentropy(reduction=None)
    return loss(target[:, None], prob[:, None])


def binary_cross_entropy_with_logits(logit, target, *, pos_weight=1.0):
    """keras.losses.binary_crossentropy

    It has no pos_weight: the two classes are weighted around it.
    """
    column, loss = logit[:, None], keras.losses.binary_crossentropy
    one = loss(ops.ones_like(column), column, from_logits=True)
    zero = loss(ops.zeros_like(column), column, from_logits=True)
    return pos_weight * target * one + (1 - target) * zero


def binary_cross_entropy_with_logits__BinaryCrossentropy(
    logit, target, *, pos_weight=1.0
):
    """keras.losses.BinaryCrossentropy

    It has no pos_weight: the two classes are weighted around it.
    """
    loss = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
    column = logit[:, None]
    one, zero = (
        loss(ops.ones_like(column), column),
        loss(ops.zeros_like(column), column),
    )
    return pos_weight * target * one + (1 - target) * zero


def bpr(positive, negative):
    """keras.losses.binary_crossentropy"""
    lead = (positive - negative)[:, None]
    return keras.losses.binary_crossentropy(ops.ones_like(lead), lead, from_logits=True)


def byol(prediction, target):
    """keras.losses.cosine_similarity"""
    return 2 + 2 * keras.losses.cosine_similarity(ops.stop_gradient(target), prediction)


def categorical_focal(logits, target, *, alpha=0.25, gamma=2.0):
    """keras.losses.categorical_focal_crossentropy

    Clips probabilities to [1e-7, 1 - 1e-7].
    """
    return keras.losses.categorical_focal_crossentropy(
        target, logits, alpha=alpha, gamma=gamma, from_logits=True
    )


def categorical_focal__CategoricalFocalCrossentropy(
    logits, target, *, alpha=0.25, gamma=2.0
):
    """keras.losses.CategoricalFocalCrossentropy

    Clips probabilities to [1e-7, 1 - 1e-7].
    """
    loss = keras.losses.CategoricalFocalCrossentropy(
        alpha=alpha, gamma=gamma, from_logits=True, reduction=None
    )
    return loss(target, logits)


def causal_language_modeling(logits, tokens):
    """keras.losses.sparse_categorical_crossentropy"""
    loss = keras.losses.sparse_categorical_crossentropy
    each = loss(tokens[:, 1:], logits[:, :-1], from_logits=True)
    return ops.mean(each, axis=1)


def circle(embedding, label, *, margin=0.4, gamma=80.0):
    """keras.losses.circle

    It takes embeddings of unit length.
    """
    length = ops.sqrt(ops.sum(embedding**2, axis=1, keepdims=True))
    return keras.losses.circle(label, embedding / length, gamma=gamma, margin=margin)


def circle__Circle(embedding, label, *, margin=0.4, gamma=80.0):
    """keras.losses.Circle

    It takes embeddings of unit length.
    """
    length = ops.sqrt(ops.sum(embedding**2, axis=1, keepdims=True))
    loss = keras.losses.Circle(gamma=gamma, margin=margin, reduction=None)
    return loss(label, embedding / length)


def cosine_similarity_loss(pred, target):
    """keras.losses.cosine_similarity"""
    return 1 + keras.losses.cosine_similarity(target, pred)


def cosine_similarity_loss__CosineSimilarity(pred, target):
    """keras.losses.CosineSimilarity"""
    return 1 + keras.losses.CosineSimilarity(reduction=None)(target, pred)


def cross_entropy(logits, target):
    """keras.losses.categorical_crossentropy"""
    return keras.losses.categorical_crossentropy(target, logits, from_logits=True)


def cross_entropy__CategoricalCrossentropy(logits, target):
    """keras.losses.CategoricalCrossentropy"""
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, reduction=None)
    return loss(target, logits)


def _for_each_class(logits):
    """All class numbers for each item, and its logits as often."""
    items, classes = logits.shape
    rows = ops.broadcast_to(logits[:, None], (items, classes, classes))
    return ops.broadcast_to(ops.arange(classes), (items, classes)), rows


def cross_entropy__sparse_categorical_crossentropy(logits, target):
    """keras.losses.sparse_categorical_crossentropy

    It takes class numbers: a soft target is a mean over them.
    """
    classes, rows = _for_each_class(logits)
    loss = keras.losses.sparse_categorical_crossentropy
    return ops.sum(target * loss(classes, rows, from_logits=True), axis=1)


def cross_entropy__SparseCategoricalCrossentropy(logits, target):
    """keras.losses.SparseCategoricalCrossentropy

    It takes class numbers: a soft target is a mean over them.
    """
    classes, rows = _for_each_class(logits)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    return ops.sum(target * loss(classes, rows), axis=1)


def ctc(logits, labels):
    """keras.losses.ctc"""
    return keras.losses.ctc(labels, logits)


def ctc__CTC(logits, labels):
    """keras.losses.CTC"""
    return keras.losses.CTC(reduction=None)(labels, logits)


def cycle_consistency(back_x, x, back_y, y, *, weight=10.0):
    """keras.losses.mean_absolute_error"""
    loss = keras.losses.mean_absolute_error
    return weight * x.shape[1] * (loss(x, back_x) + loss(y, back_y))


def decoupled_kd(student, teacher, label, *, temperature=4.0, alpha=1.0, beta=8.0):
    """keras.losses.kl_divergence

    Clips probabilities at 1e-7.
    """
    true = ops.one_hot(label, student.shape[1], dtype="float64")
    whole, others = [], []
    for logits in (teacher / temperature, student / temperature):
        p = ops.softmax(logits)
        own = ops.sum(true * p, axis=1)
        whole.append(ops.stack([own, 1 - own], axis=1))
        others.append((1 - true) * p / (1 - own)[:, None])
    target, among = (
        keras.losses.kl_divergence(*whole),
        keras.losses.kl_divergence(*others),
    )
    return temperature**2 * (alpha * target + beta * among)


def dice(pred, mask, *, smooth=1.0):
    """keras.losses.dice

    One ratio for all items without axis; no smoothing but 1e-7 below.
    """
    size = ops.sum(pred + mask, axis=1)
    return keras.losses.dice(mask, pred, axis=1) * size / (size + smooth)


def dice__Dice(pred, mask, *, smooth=1.0):
    """keras.losses.Dice

    One ratio for all items without axis; no smoothing but 1e-7 below.
    """
    size = ops.sum(pred + mask, axis=1)
    loss = keras.losses.Dice(axis=1, reduction=None)
    return loss(mask, pred) * size / (size + smooth)


def dice_cross_entropy(logit, mask, *, dice_weight=1.0, ce_weight=1.0, smooth=1.0):
    """keras.losses.Dice

    It takes probabilities; no smoothing but 1e-7 below.
    """
    prob = ops.sigmoid(logit)
    size = ops.sum(prob + mask, axis=1)
    dice = keras.losses.Dice(axis=1, reduction=None)
    overlap = dice(mask, prob) * size / (size + smooth)
    surprise = keras.losses.binary_crossentropy(mask, logit, from_logits=True)
    return dice_weight * overlap + ce_weight * surprise


def distribution_focal(logits, target):
    """keras.losses.categorical_crossentropy

    The target is given as the shares of the bins.
    """
    bins = ops.arange(logits.shape[1], dtype=target.dtype)
    shares = ops.relu(1 - ops.abs(target[:, None] - bins))
    return keras.losses.categorical_crossentropy(shares, logits, from_logits=True)


def dino(student, teacher, center, *, tau_s=0.1, tau_t=0.04):
    """keras.losses.categorical_crossentropy"""
    taught = ops.softmax((teacher - center) / tau_t)
    loss = keras.losses.categorical_crossentropy
    return loss(taught, student / tau_s, from_logits=True)


def elastic_net(weights, *, l1=0.01, l2=0.01):
    """keras.regularizers.L1L2"""
    return ops.vectorized_map(keras.regularizers.L1L2(l1, l2), weights)


def elastic_net__l1_l2(weights, *, l1=0.01, l2=0.01):
    """keras.regularizers.l1_l2"""
    return ops.vectorized_map(keras.regularizers.l1_l2(l1, l2), weights)


def entropy_regularizer(logits, *, beta=0.1):
    """keras.losses.categorical_crossentropy"""
    loss = keras.losses.categorical_crossentropy
    return -beta * loss(ops.softmax(logits), logits, from_logits=True)


def fitnets_hint(student, teacher, regressor):
    """keras.losses.mean_squared_error"""
    guided = student @ ops.transpose(regressor)
    return teacher.shape[1] / 2 * keras.losses.mean_squared_error(teacher, guided)


def focal(logit, target, *, alpha=0.25, gamma=2.0):
    """keras.losses.binary_focal_crossentropy

    Clips probabilities to [1e-7, 1 - 1e-7].
    """
    return keras.losses.binary_focal_crossentropy(
        target[:, None],
        logit[:, None],
        apply_class_balancing=True,
        alpha=alpha,
        gamma=gamma,
        from_logits=True,
    )


def focal__BinaryFocalCrossentropy(logit, target, *, alpha=0.25, gamma=2.0):
    """keras.losses.BinaryFocalCrossentropy

    Clips probabilities to [1e-7, 1 - 1e-7].
    """
    loss = keras.losses.BinaryFocalCrossentropy(
        apply_class_balancing=True,
        alpha=alpha,
        gamma=gamma,
        from_logits=True,
        reduction=None,
    )
    return loss(target[:, None], logit[:, None])


def focal__categorical_focal_crossentropy(logit, target, *, alpha=0.25, gamma=2.0):
    """keras.losses.categorical_focal_crossentropy

    Two classes, with logits 0 and z. Clips probabilities to [1e-7, 1 - 1e-7].
    """
    return keras.losses.categorical_focal_crossentropy(
        ops.stack([1 - target, target], axis=1),
        ops.stack([ops.zeros_like(logit), logit], axis=1),
        alpha=[1 - alpha, alpha],
        gamma=gamma,
        from_logits=True,
    )


def focal__CategoricalFocalCrossentropy(logit, target, *, alpha=0.25, gamma=2.0):
    """keras.losses.CategoricalFocalCrossentropy

    Two classes, with logits 0 and z. Clips probabilities to [1e-7, 1 - 1e-7].
    """
    loss = keras.losses.CategoricalFocalCrossentropy(
        alpha=[1 - alpha, alpha], gamma=gamma, from_logits=True, reduction=None
    )
    logits = ops.stack([ops.zeros_like(logit), logit], axis=1)
    return loss(ops.stack([1 - target, target], axis=1), logits)


def focal_tversky(pred, mask, *, alpha=0.3, gamma=0.75, smooth=1.0):
    """keras.losses.Tversky

    Its alpha weights misses, against its documentation; no smoothing but 1e-7 below.
    """
    extra, missed = pred * (1 - mask), (1 - pred) * mask
    size = ops.sum(pred * mask + alpha * extra + (1 - alpha) * missed, axis=1)
    loss = keras.losses.Tversky(alpha=1 - alpha, beta=alpha, axis=1, reduction=None)
    return (loss(mask, pred) * size / (size + smooth)) ** gamma


def generalized_cross_entropy(logits, label, *, q=0.7):
    """keras.losses.categorical_generalized_cross_entropy

    It takes probabilities.
    """
    loss = keras.losses.categorical_generalized_cross_entropy
    return loss(label, ops.softmax(logits), q)


def generalized_cross_entropy__CategoricalGeneralizedCrossEntropy(
    logits, label, *, q=0.7
):
    """keras.losses.CategoricalGeneralizedCrossEntropy

    It takes probabilities.
    """
    loss = keras.losses.CategoricalGeneralizedCrossEntropy(q=q, reduction=None)
    return loss(label, ops.softmax(logits))


def hinge(score, label):
    """keras.losses.hinge"""
    return keras.losses.hinge(label[:, None], score[:, None])


def hinge__Hinge(score, label):
    """keras.losses.Hinge"""
    return keras.losses.Hinge(reduction=None)(label[:, None], score[:, None])


def hinge_gan(real, fake):
    """keras.losses.hinge"""
    label = ops.ones_like(real)[:, None]
    loss = keras.losses.hinge
    return loss(label, real[:, None]) + loss(-label, fake[:, None])


def huber(pred, target, *, delta=1.0):
    """keras.losses.huber"""
    return keras.losses.huber(target[:, None], pred[:, None], delta=delta)


def huber__Huber(pred, target, *, delta=1.0):
    """keras.losses.Huber"""
    loss = keras.losses.Huber(delta=delta, reduction=None)
    return loss(target[:, None], pred[:, None])


def ipo(preferred, rejected, reference_preferred, reference_rejected, *, tau=0.1):
    """keras.losses.mean_squared_error"""
    lead = (preferred - reference_preferred) - (rejected - reference_rejected)
    target = ops.full_like(lead, 1 / (2 * tau))
    return keras.losses.mean_squared_error(target[:, None], lead[:, None])


def jaccard(pred, mask, *, smooth=1.0):
    """keras.losses.Tversky

    One ratio for all items without axis; no smoothing but 1e-7 below.
    """
    union = ops.sum(pred + mask - pred * mask, axis=1)
    loss = keras.losses.Tversky(alpha=1.0, beta=1.0, axis=1, reduction=None)
    return loss(mask, pred) * union / (union + smooth)


def kl_divergence(pred, target):
    """keras.losses.kl_divergence

    Clips probabilities at 1e-7.
    """
    return keras.losses.kl_divergence(target, pred)


def kl_divergence__KLDivergence(pred, target):
    """keras.losses.KLDivergence

    Clips probabilities at 1e-7.
    """
    return keras.losses.KLDivergence(reduction=None)(target, pred)


def knowledge_distillation(student, teacher, label, *, temperature=4.0, alpha=0.5):
    """keras.losses.KLDivergence

    Clips probabilities at 1e-7.
    """
    learnt = ops.softmax(student / temperature)
    taught = ops.softmax(teacher / temperature)
    soft = keras.losses.KLDivergence(reduction=None)(taught, learnt)
    loss = keras.losses.sparse_categorical_crossentropy
    hard = loss(label, student, from_logits=True)
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
    """keras.losses.mean_absolute_error"""
    chance = ops.sigmoid(beta * (log_prob - reference - baseline))
    weight = ops.where(desirable == 1, desirable_weight, undesirable_weight)
    return weight * keras.losses.mean_absolute_error(
        desirable[:, None], chance[:, None]
    )


def l1_penalty(weights, *, lam=0.01):
    """keras.regularizers.L1"""
    return ops.vectorized_map(keras.regularizers.L1(lam), weights)


def l1_penalty__l1(weights, *, lam=0.01):
    """keras.regularizers.l1"""
    return ops.vectorized_map(keras.regularizers.l1(lam), weights)


def l2_penalty(weights, *, lam=0.01):
    """keras.regularizers.L2"""
    return ops.vectorized_map(keras.regularizers.L2(lam), weights)


def l2_penalty__l2(weights, *, lam=0.01):
    """keras.regularizers.l2"""
    return ops.vectorized_map(keras.regularizers.l2(lam), weights)


def label_smoothing_cross_entropy(logits, target, *, eps=0.1):
    """keras.losses.CategoricalCrossentropy"""
    loss = keras.losses.CategoricalCrossentropy(
        from_logits=True, label_smoothing=eps, reduction=None
    )
    return loss(target, logits)


def log_cosh(pred, target):
    """keras.losses.log_cosh"""
    return keras.losses.log_cosh(target[:, None], pred[:, None])


def log_cosh__LogCosh(pred, target):
    """keras.losses.LogCosh"""
    return keras.losses.LogCosh(reduction=None)(target[:, None], pred[:, None])


def logit_adjusted_cross_entropy(logits, target, prior, *, tau=1.0):
    """keras.losses.CategoricalCrossentropy"""
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, reduction=None)
    return loss(target, logits + tau * ops.log(prior))


def lsgan(real, fake, *, real_target=1.0, fake_target=0.0):
    """keras.losses.MeanSquaredError"""
    loss = keras.losses.MeanSquaredError(reduction=None)
    wanted = ops.full_like(real, real_target), ops.full_like(fake, fake_target)
    of_real = loss(wanted[0][:, None], real[:, None])
    return 0.5 * (of_real + loss(wanted[1][:, None], fake[:, None]))


def masked_language_modeling(logits, tokens, mask):
    """keras.losses.sparse_categorical_crossentropy"""
    loss = keras.losses.sparse_categorical_crossentropy
    each = mask * loss(tokens, logits, from_logits=True)
    return ops.sum(each, axis=1) / ops.maximum(ops.sum(mask, axis=1), 1)


def multiclass_hinge(score, label):
    """keras.losses.categorical_hinge

    The best wrong score counts as 0 if it is negative: so the lowest score is made 0.
    """
    one_hot = ops.one_hot(label, score.shape[1])
    lifted = score - ops.min(score, axis=1, keepdims=True)
    return keras.losses.categorical_hinge(one_hot, lifted)


def multiclass_hinge__CategoricalHinge(score, label):
    """keras.losses.CategoricalHinge

    The best wrong score counts as 0 if it is negative: so the lowest score is made 0.
    """
    one_hot = ops.one_hot(label, score.shape[1])
    lifted = score - ops.min(score, axis=1, keepdims=True)
    return keras.losses.CategoricalHinge(reduction=None)(one_hot, lifted)


def multilabel_soft_margin(logits, target):
    """keras.losses.BinaryCrossentropy"""
    loss = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
    return loss(target, logits)


def poisson_nll(log_rate, target):
    """keras.losses.poisson

    It takes the rate, and adds epsilon to it under the logarithm only.
    """
    rate = ops.exp(log_rate) - keras.config.epsilon()
    loss = keras.losses.poisson(target[:, None], rate[:, None])
    return loss + keras.config.epsilon()


def poisson_nll__Poisson(log_rate, target):
    """keras.losses.Poisson

    It takes the rate, and adds epsilon to it under the logarithm only.
    """
    rate = ops.exp(log_rate) - keras.config.epsilon()
    loss = keras.losses.Poisson(reduction=None)(target[:, None], rate[:, None])
    return loss + keras.config.epsilon()


def siglip(image, text, *, scale=10.0, bias=-10.0):
    """keras.losses.binary_crossentropy

    It averages over the texts.
    """
    a, b = ops.normalize(image), ops.normalize(text)
    logits, pairs = scale * a @ ops.transpose(b) + bias, ops.eye(len(image))
    each = keras.losses.binary_crossentropy(pairs, logits, from_logits=True)
    return each * len(image)


def squared_error(pred, target):
    """keras.losses.mean_squared_error"""
    return keras.losses.mean_squared_error(target[:, None], pred[:, None])


def squared_error__MeanSquaredError(pred, target):
    """keras.losses.MeanSquaredError"""
    return keras.losses.MeanSquaredError(reduction=None)(target[:, None], pred[:, None])


def squared_hinge(score, label):
    """keras.losses.squared_hinge"""
    return keras.losses.squared_hinge(label[:, None], score[:, None])


def squared_hinge__SquaredHinge(score, label):
    """keras.losses.SquaredHinge"""
    return keras.losses.SquaredHinge(reduction=None)(label[:, None], score[:, None])


def squared_log_error(pred, target):
    """keras.losses.mean_squared_logarithmic_error

    Clips both inputs at 1e-7.
    """
    loss = keras.losses.mean_squared_logarithmic_error
    return loss(target[:, None], pred[:, None])


def squared_log_error__MeanSquaredLogarithmicError(pred, target):
    """keras.losses.MeanSquaredLogarithmicError

    Clips both inputs at 1e-7.
    """
    loss = keras.losses.MeanSquaredLogarithmicError(reduction=None)
    return loss(target[:, None], pred[:, None])


def tversky(pred, mask, *, alpha=0.3, beta=0.7, smooth=1.0):
    """keras.losses.tversky

    Its alpha weights misses, against its documentation; no smoothing but 1e-7 below.
    """
    extra, missed = pred * (1 - mask), (1 - pred) * mask
    size = ops.sum(pred * mask + alpha * extra + beta * missed, axis=1)
    loss = keras.losses.tversky(mask, pred, alpha=beta, beta=alpha, axis=1)
    return loss * size / (size + smooth)


def tversky__Tversky(pred, mask, *, alpha=0.3, beta=0.7, smooth=1.0):
    """keras.losses.Tversky

    Its alpha weights misses, against its documentation; no smoothing but 1e-7 below.
    """
    extra, missed = pred * (1 - mask), (1 - pred) * mask
    size = ops.sum(pred * mask + alpha * extra + beta * missed, axis=1)
    loss = keras.losses.Tversky(alpha=beta, beta=alpha, axis=1, reduction=None)
    return loss(mask, pred) * size / (size + smooth)


def weighted_cross_entropy(logits, target, weight):
    """keras.losses.SparseCategoricalCrossentropy

    It takes class numbers, and weights of items: a soft target is a sum over classes.
    """
    classes, rows = _for_each_class(logits)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    return ops.sum(loss(classes, rows, sample_weight=weight * target), axis=1)


NOT_RUN = {
    ("orthogonality", "keras.regularizers.OrthogonalRegularizer"): (
        "absolute cosines, not squares"
    ),
    ("root_mean_squared_error", "keras.metrics.RootMeanSquaredError"): "keeps a state",
}

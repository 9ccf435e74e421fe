"""Every loss of the catalogue: gradient, borders of the domains, single precision, shapes, and the code that readers copy."""

import inspect
import itertools

import numpy as np
import pytest
from conftest import slopes

from kbgen import registry
from kbgen.losses.domains import DOMAINS
from kbgen.proofs.sampling import LENGTHS, variants


def test_gradient_is_the_slope_of_the_value(loss, draw, rng):
    if loss.short and len(registry.functions_of(loss.id)) == 1:
        pytest.skip(f"{loss.id} is short and has no gradient")
    function, h = registry.losses()[loss.id], 1e-6
    for params in variants(loss):
        inputs = draw(loss)
        grads = slopes(loss, inputs, params)
        assert len(grads) == len(loss.differentiable)
        for name, grad in zip(loss.differentiable, grads, strict=True):
            place = list(loss.inputs).index(name)
            direction = rng.normal(size=np.shape(inputs[place]))
            ends = [[*inputs[:place], inputs[place] + sign * h * direction, *inputs[place + 1 :]] for sign in (1, -1)]
            slope = (np.sum(function(*ends[0], **params)) - np.sum(function(*ends[1], **params))) / (2 * h)
            assert grad.shape == np.shape(inputs[place])
            np.testing.assert_allclose(np.sum(grad * direction), slope, rtol=2e-5, atol=2e-7, err_msg=f"{name} {params}")


def test_value_has_the_declared_shape(loss, draw):
    value = registry.losses()[loss.id](*draw(loss))
    assert np.shape(value) == tuple(s if isinstance(s, int) else LENGTHS[s] for s in loss.output)


def test_docstring_tells_the_shapes(loss):
    def shape(dims):
        return f"({', '.join(map(str, dims))})"

    line = ", ".join(f"{name} {shape(given.shape)}" for name, given in loss.inputs.items())
    assert f"Shapes: {line} -> {shape(loss.output)}." in " ".join(inspect.getdoc(registry.losses()[loss.id]).split())


def test_items_do_not_depend_on_each_other(loss, draw):
    """Dimension n counts independent items: the value of one is the same when it comes alone."""
    if loss.output[:1] != ("n",):
        pytest.skip(f"the items of {loss.id} are coupled")
    inputs = draw(loss)
    alone = [a[2:3] if given.shape[:1] == ("n",) else a for a, given in zip(inputs, loss.inputs.values(), strict=True)]
    function = registry.losses()[loss.id]
    np.testing.assert_allclose(function(*alone), function(*inputs)[2:3], rtol=1e-12)


def test_borders_give_numbers(loss):
    """At every combination of border values the result is a number or an honest infinity, never NaN."""
    if any(given.shape not in {("n",), ()} for given in loss.inputs.values()):
        pytest.skip(f"{loss.id} takes vectors: its borders are tested with its family")
    grid = itertools.product(*(DOMAINS[given.domain].border or (0.0, 1.0) for given in loss.inputs.values()))
    columns = [np.array(column) for column in zip(*grid, strict=True)]
    with np.errstate(over="ignore", divide="ignore", under="ignore", invalid="raise"):
        value = registry.losses()[loss.id](*columns)
        grads = slopes(loss, columns, {})
    assert not np.isnan(value).any()
    assert not any(np.isnan(grad).any() for grad in grads)


def test_single_precision_stays_single_and_agrees(loss, draw):
    function = registry.losses()[loss.id]
    inputs = draw(loss)
    single = [a.astype(np.float32) for a in inputs]
    value, grads = function(*single), slopes(loss, single, {})
    assert value.dtype == np.float32
    assert all(grad.dtype == np.float32 for grad in grads)
    np.testing.assert_allclose(value, function(*inputs), rtol=2e-4, atol=2e-5)


def test_empty_input_gives_empty_output(loss, draw):
    if loss.output[:1] != ("n",):
        pytest.skip(f"{loss.id} has no independent items")
    none = [a[:0] if given.shape[:1] == ("n",) else a for a, given in zip(draw(loss), loss.inputs.values(), strict=True)]
    assert registry.losses()[loss.id](*none).shape[0] == 0
    for name, grad in zip(loss.differentiable, slopes(loss, none, {}), strict=not loss.short):
        assert grad.shape == none[list(loss.inputs).index(name)].shape  # what all items share keeps its shape


def test_wrong_shapes_are_refused_with_both_shapes(loss, draw):
    """Another length in one input is an error that names the shapes; NumPy would stretch some of them in silence."""
    inputs = draw(loss)
    if len(inputs) < 2:
        pytest.skip(f"{loss.id} has one input: nothing to compare its shape with")
    inputs[0] = np.stack([inputs[0]] * 2, axis=-1)
    shapes = [str(a.shape) for a in inputs]
    for name in registry.functions_of(loss.id):
        with pytest.raises(ValueError, match="shape") as refusal:
            registry.losses()[name](*inputs)
        assert all(shape in str(refusal.value) for shape in shapes)


def test_inputs_are_left_as_they_were(loss, draw):
    inputs = draw(loss)
    before = [a.copy() for a in inputs]
    registry.losses()[loss.id](*inputs)
    slopes(loss, inputs, {})
    for now, then in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_the_listing_on_the_page_runs_alone(loss, draw):
    """What readers copy needs NumPy and nothing else, and gives the same values."""
    code, helpers = registry.listing(registry.functions_of(loss.id), "kbgen.losses")
    scope = {}
    exec(f"import numpy as np\n\n{helpers}\n\n{code}", scope)
    inputs = draw(loss)
    np.testing.assert_array_equal(scope[loss.id](*inputs), registry.losses()[loss.id](*inputs))
    for name in registry.functions_of(loss.id):
        scope[name](*inputs)

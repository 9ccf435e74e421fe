"""No public loss, optimizer or schedule of a library is looked up in vain: an entry names it, or data/kb.yml says why none does."""

import inspect

import pytest

from kbgen.names import apis

LOOK_UP = {"get", "serialize", "deserialize"}
"""Functions of Keras that find a loss by its name or its settings."""


def classes(module, base):
    """Public classes of a module that derive from `base`, without it."""
    found = inspect.getmembers(module, inspect.isclass)
    return [name for name, member in found if issubclass(member, base) and member is not base and not name.startswith("_")]


def functions(module):
    """Public functions of a module."""
    return [name for name, _ in inspect.getmembers(module, inspect.isfunction) if not name.startswith("_") and name not in LOOK_UP]


def torch_names():
    nn = pytest.importorskip("torch.nn", reason="PyTorch is not installed: make parity")
    from torch import optim

    yield from (f"torch.nn.{name}" for name in nn.modules.loss.__all__)
    told = [name for name in dir(nn.functional) if name.endswith("loss") or "entropy" in name or name == "kl_div"]
    yield from (f"torch.nn.functional.{name}" for name in told if not name.startswith("_"))
    yield from (f"torch.optim.{name}" for name in classes(optim, optim.Optimizer))
    yield from (f"torch.optim.lr_scheduler.{name}" for name in optim.lr_scheduler.__all__)


def keras_names():
    keras = pytest.importorskip("keras", reason="Keras is not installed: make test")
    losses, optimizers = keras.losses, keras.optimizers
    yield from (f"keras.losses.{name}" for name in (*classes(losses, losses.Loss), *functions(losses)))
    yield from (f"keras.optimizers.{name}" for name in classes(optimizers, optimizers.Optimizer))
    schedules = optimizers.schedules
    yield from (f"keras.optimizers.schedules.{name}" for name in classes(schedules, schedules.LearningRateSchedule))


def optax_names():
    optax = pytest.importorskip("optax", reason="Optax is not installed: make test")
    yield from (f"optax.losses.{name}" for name in functions(optax.losses))
    rules = [name for name in functions(optax) if getattr(optax, name).__module__ == "optax._src.alias"]
    yield from (f"optax.{name}" for name in rules)
    yield from (f"optax.schedules.{name}" for name in functions(optax.schedules))


def sklearn_names():
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed: make test")
    told = ("loss", "error", "deviance")
    yield from (f"sklearn.metrics.{name}" for name in metrics.__all__ if any(word in name for word in told))


def short(symbol):
    """Library and last name: optax.losses.huber_loss is optax.huber_loss too."""
    return symbol.partition(".")[0], symbol.rpartition(".")[2]


@pytest.fixture(scope="session")
def named(kb):
    """The names that entries list, by library and last part."""
    return {short(api.symbol) for entry in kb.entries.values() for _, found in apis(entry) for api in found}


@pytest.mark.parametrize("public", [torch_names, keras_names, optax_names, sklearn_names])
def test_every_public_name_has_an_entry_or_a_reason(public, kb, named):
    without = [name for name in public() if short(name) not in named and name not in kb.config.not_entries]
    assert not without, "give these an entry, list them in the `apis` of one, or give a reason in `not_entries` of data/kb.yml"


@pytest.mark.parametrize("public", [torch_names, keras_names, optax_names, sklearn_names])
def test_a_reason_is_given_for_public_names_only_and_for_none_that_has_an_entry(public, kb, named):
    library = public.__name__.partition("_")[0]
    names = set(public())
    excused = {name for name in kb.config.not_entries if name.startswith(f"{library}.")}
    assert excused <= names
    assert not {name for name in excused if short(name) in named}

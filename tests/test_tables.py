"""Tables over entries that guides embed."""

import re
from collections import Counter

import pytest
from conftest import ROOT

from kbgen.model import LANGUAGES, NO_DEFAULT
from kbgen.pages import Book
from kbgen.tables import table_pages


@pytest.fixture(scope="module", params=LANGUAGES)
def tables(request, kb) -> dict[str, str]:
    return dict(table_pages(Book(kb, request.param, ROOT / ".kbgen", {}, {}, {})))


def test_every_loss_stands_once_in_a_fold_that_tells_how_many_it_holds(tables, kb):
    _, *folds = re.split(r"^> \[!example\|cards\]- .* ·\s(\d+)$", tables["tables/taxonomy.md"], flags=re.M)
    held = [re.findall(r"^> \| \[\[losses/(\w+)", rows, flags=re.M) for rows in folds[1::2]]
    assert list(map(int, folds[::2])) == list(map(len, held))
    assert all(len({kb.losses[id].family for id in ids}) == 1 for ids in held)
    assert Counter(id for ids in held for id in ids) == Counter(kb.losses.keys())


def test_a_parameter_without_a_default_stands_bare(tables, kb):
    bare = [name for name, value in kb.optimizers["adam"].apis.optax[0].defaults.items() if value == NO_DEFAULT]
    row = next(line for line in tables["tables/defaults.md"].splitlines() if line.startswith("| [[optimizers/adam\\|"))
    assert bare == ["learning_rate"] and " `learning_rate` `b1=0.9` " in row
    assert f"={NO_DEFAULT}" not in tables["tables/defaults.md"]

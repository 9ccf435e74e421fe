"""Tables over entries that guides embed."""

import re
from collections import Counter

import pytest
from conftest import ROOT

from kbgen.model import LANGUAGES
from kbgen.pages import Book
from kbgen.tables import table_pages


@pytest.fixture(scope="module", params=LANGUAGES)
def tables(request, kb) -> dict[str, str]:
    return dict(table_pages(Book(kb, request.param, ROOT / ".kbgen", {}, {}, {})))


def test_every_loss_stands_once_in_a_fold_that_tells_how_many_it_holds(tables, kb):
    _, *folds = re.split(r"^> \[!example\|cards\]- .* · (\d+)$", tables["tables/taxonomy.md"], flags=re.M)
    held = [re.findall(r"^> \| \[\[losses/(\w+)", rows, flags=re.M) for rows in folds[1::2]]
    assert list(map(int, folds[::2])) == list(map(len, held))
    assert all(len({kb.losses[id].family for id in ids}) == 1 for ids in held)
    assert Counter(id for ids in held for id in ids) == Counter(kb.losses.keys())

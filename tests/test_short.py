"""A short entry owes less and hides nothing: it says that it is short, and shows what was executed."""

import pytest
from conftest import ROOT

from kbgen import registry
from kbgen.build import draft
from kbgen.model import LANGUAGES


@pytest.fixture(scope="module")
def plan():
    return draft(ROOT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_entry_without_gradient_has_its_page_with_mark_and_evidence(plan, language):
    book = plan.books[language]
    bare = [id for id, loss in plan.kb.losses.items() if loss.short and registry.functions_of(id) == (id,)]
    assert bare
    for id in bare:
        page = plan.written[language][f"losses/{id}.md"]
        assert f" · {book.label('short')}\n" in page, id
        (checked,) = [line for line in page.splitlines() if line.startswith("> [!success|rows]- ")]
        assert book.label("formula_word") in checked or plan.kb.losses[id].not_executed.formula, id
        assert book.label("gradient_word") not in checked, id
        assert f">>> {id}(" in page and f"{id}_grad" not in page, id
        assert book.label("value_note") in page and book.label("code_note") not in page, id


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_other_entry_says_that_it_is_short(plan, language):
    marked = {
        id for id in plan.kb.losses if f" · {plan.books[language].label('short')}\n" in plan.written[language][f"losses/{id}.md"]
    }
    assert marked == {id for id, loss in plan.kb.losses.items() if loss.short}

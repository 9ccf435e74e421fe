"""The schema that editors use is fresh, and the seeds of the project are all answered."""

import json
import re

from conftest import ROOT

from kbgen.load import schemas
from kbgen.model import KINDS

GLOSSARY = """
loss_function objective_function gradient backpropagation learning_rate optimizer sgd momentum adam adamw weight_decay
regularization l1_regularization l2_regularization dropout batch_normalization overfitting underfitting early_stopping lr_warmup
learning_rate_schedule gradient_clipping gradient_accumulation batch_size epoch loss_landscape generalization squared_error
absolute_error huber log_cosh quantile binary_cross_entropy cross_entropy label_smoothing focal margin_ranking ranknet listnet
triplet_margin contrastive dice iou_box giou ctc gan_minimax gan_non_saturating reconstruction perceptual kl_divergence
relative_entropy logits softmax sigmoid class_imbalance multiclass_vs_multilabel
"""
CARDS = {
    "loss_function": "squared_error cross_entropy objective_function",
    "backpropagation": "",
    "gradient_descent": "learning_rate sgd convergence",
    "optimizer": "adam momentum adaptive_learning_rate",
    "hyperparameter": "learning_rate batch_size hyperparameter_tuning",
    "regularization": "dropout l1_regularization l2_regularization data_augmentation",
    "embedding": "",
    "tokenization": "bpe wordpiece subword",
    "cnn": "convolution_layer pooling_layer computer_vision",
    "rnn": "sequence_model hidden_state",
    "lstm": "gating long_range_dependency sequence_model",
    "transformer": "",
    "self_attention": "query_key_value attention_score contextual_modeling",
}


def test_the_committed_schema_is_fresh(kb):
    for name, schema in schemas(kb.config).items():
        committed = json.loads((ROOT / "data/schema" / f"{name}.json").read_text(encoding="utf-8"))
        assert committed == schema, "run: kbgen schema"


def test_every_file_names_its_schema(kb):
    """The first line gives editors completion and red squiggles."""
    for kind in KINDS:
        for path in (ROOT / "data" / kind).glob("*.yml"):
            assert path.read_text(encoding="utf-8").startswith(f"# yaml-language-server: $schema=../schema/{kind}.json\n"), path


def test_every_row_of_the_first_glossary_has_an_entry(kb):
    assert set(GLOSSARY.split()) - set(kb.entries) == set()


def test_the_first_flash_cards_have_entries_and_lead_to_their_tags(kb):
    led_to = {id: {*entry.see_also, *(relation.to for relation in entry.relations)} for id, entry in kb.entries.items()}
    assert {(card, tag) for card, tags in CARDS.items() for tag in set(tags.split()) - led_to[card]} == set()


def test_chinese_texts_are_written_in_chinese(kb):
    """Running Chinese text uses full-width punctuation, and no run of English words."""
    from kbgen.links import CODE_OR_MATH

    slips = []
    for id in kb.entries:
        found = kb.prose(id)
        for loc, text in found:
            if loc[-1] != "zh" or loc[0] in {"aliases", "name"}:
                continue
            prose = re.sub(r"\[\[[^|\]]*\|?|\]\]", "", CODE_OR_MATH.sub("x", text))
            slips += [(id, *loc, slip) for slip in re.findall(r"[\u4e00-\u9fff][,;:?!](?=\s|[\u4e00-\u9fff]|$)", prose)]
            slips += [(id, *loc, slip) for slip in re.findall(r"(?:\b[a-z]{3,}\b[ ,]+){3,}[a-z]{3,}", prose)]
    assert slips == []


def test_the_base_covers_each_kind(kb):
    schedules = [rule for rule in kb.optimizers.values() if rule.kind == "schedule"]
    assert len(kb.losses) >= 68
    assert len(kb.terms) >= 54
    assert len(kb.optimizers) - len(schedules) >= 7
    assert len(schedules) >= 4
    assert sum(term.picture is not None for term in kb.terms.values()) >= 20

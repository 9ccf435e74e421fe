"""All entries of both languages as one JSON document, and the JSON Schema that says what may stand in it."""

import json
from collections.abc import Iterator
from typing import Any

from kbgen.model import KINDS, LANGUAGES, Entry, KnowledgeBase, Words

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
NAME = "kbgen.json"
SCHEMA_NAME = "kbgen.schema.json"
KIND = {"losses": "loss", "terms": "term", "optimizers": "optimizer"}
"""Folder of an entry -> what `type` says. (`kind` is taken: an optimizer has it, and a schedule.)"""
ABOUT = (
    "The knowledge base as data. Words stand under zh and en. Texts are Markdown: $TeX$, `code`, and links [[id or name|words]] to "
    "other entries. What an entry leaves out has the default of the schema."
)


def document(kb: KnowledgeBase) -> dict[str, Any]:
    """Everything that the entries say, as values of JSON; `Loss.model_validate` and its like read an entry back."""
    return {
        "$schema": SCHEMA_NAME,
        "title": kb.config.site.model_dump(),
        "about": kb.config.about.model_dump(),
        "license": LICENCE,
        "languages": list(LANGUAGES),
        **{name: _named(getattr(kb.config, name)) for name in ("families", "tasks", "groups")},
        "entries": [_entry(kb, entry) for entry in kb.entries.values()],
    }


def _named(words: Any) -> dict[str, Any]:
    return {id: given.model_dump() for id, given in words.items()}


def _entry(kb: KnowledgeBase, entry: Entry) -> dict[str, Any]:
    """One entry; what is as it would be without saying is not said."""
    return {"id": entry.id, "type": KIND[kb.folder(entry.id)], **entry.model_dump(mode="json", exclude_defaults=True)}


def schema(kb: KnowledgeBase) -> dict[str, Any]:
    """The JSON Schema of `document`, made from the models."""
    found: dict[str, Any] = {}
    for folder, model in KINDS.items():
        own = model.model_json_schema(ref_template="#/$defs/{model}")
        found |= own.pop("$defs", {})
        own["properties"] |= {"id": own["properties"]["id"], "type": {"const": KIND[folder]}}
        own["required"] = ["id", "type", *(name for name in own["required"] if name != "id")]
        found[model.__name__] = own | {"properties": dict(_chosen(kb, own["properties"]))}
    named = {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{Words.__name__}"}}
    words = {"$ref": f"#/$defs/{Words.__name__}"}
    properties = {
        "$schema": {"type": "string"}, "title": words, "about": words, "license": {"const": LICENCE},
        "languages": {"const": list(LANGUAGES)}, "families": named, "tasks": named, "groups": named,
        "entries": {"type": "array", "items": {"oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in KINDS.values()]}},
    }  # fmt: skip
    return {
        "$schema": SCHEMA, "title": kb.config.site.en, "description": ABOUT, "type": "object", "properties": properties,
        "required": list(properties), "additionalProperties": False, "$defs": dict(sorted(found.items())),
    }  # fmt: skip


def _chosen(kb: KnowledgeBase, fields: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields of an entry, with the families, groups and tasks of this base as choices."""
    known = {"family": kb.config.families, "group": kb.config.groups, "tasks": kb.config.tasks}
    for name, given in fields.items():
        if name not in known:
            yield name, given
        elif given.get("type") == "array":
            yield name, given | {"items": {"enum": list(known[name])}}
        else:
            yield name, {"enum": list(known[name])}


def text(value: Any) -> bytes:
    """JSON on one line, in UTF-8."""
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

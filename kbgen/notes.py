"""A Markdown note: the properties at its head."""

import json
import re
from typing import Any

import yaml

FRONT_MATTER = re.compile(r"\A\ufeff?---\n(.*?)\n---\n", re.S)


def properties(text: str) -> dict[str, Any]:
    """The properties of a note; none if it has no readable ones."""
    found = FRONT_MATTER.match(text)
    try:
        read = yaml.load(found[1], Loader=yaml.CSafeLoader) if found else None
    except yaml.YAMLError:
        return {}
    return read if isinstance(read, dict) else {}


def is_published(text: str) -> bool:
    """Whether readers get a note: not if its properties say `publish: false` or `draft: true`."""
    found = FRONT_MATTER.match(text)
    if not found or not ("publish" in found[1] or "draft" in found[1]):
        return True
    said = properties(text)
    return said.get("publish") is not False and said.get("draft") is not True


def aliases(text: str) -> list[str]:
    """Other names of a note."""
    if written_by_us := re.search(r"^aliases: (\[\".*\])$", text[:4000], re.M):
        return list(json.loads(written_by_us[1]))  # what json wrote is YAML too, and read a hundred times faster
    named = properties(text).get("aliases") if "aliases:" in text[:4000] else None
    return [str(alias) for alias in named] if isinstance(named, list) else []

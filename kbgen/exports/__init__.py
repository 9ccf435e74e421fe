"""The knowledge base for other programs: a module a format, pure functions from the base, or from a vault, to bytes."""

EACH = ("obsidian", "anki", "jsonld", "llms", "markdown", "epub")
"""Formats that are made for each language."""
BOTH = ("csv", "json", "bibtex")
"""Formats that hold both languages, or none."""

"""The knowledge base for other programs: a module a format, pure functions from the base, or from a vault, to bytes."""

"""What commands share."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import argparse

    from kbgen.model import KnowledgeBase

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  # argparse has no public name for it


def count(kb: "KnowledgeBase") -> str:
    """How many entries of each kind."""
    schedules = sum(rule.kind == "schedule" for rule in kb.optimizers.values())
    return f"{len(kb.losses)} losses, {len(kb.terms)} terms, {len(kb.optimizers) - schedules} optimizers, {schedules} schedules"

"""Whether a single new line in a note is one on the page."""

import json
from pathlib import Path

from kbgen.obsidian.remembered import for_a_second


def breaks_are_visible(setting: str, vault: Path) -> bool:
    """As the project says, or the vault ("Strict line breaks" in its settings), or else as in Obsidian: they are."""
    return setting == "visible" or (setting == "auto" and not _strict(vault))


@for_a_second(8)
def _strict(vault: Path) -> bool:
    """What .obsidian/app.json says."""
    try:
        given = json.loads((vault / ".obsidian" / "app.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(given, dict) and given.get("strictLineBreaks") is True

"""How Chinese names are spelled in Latin letters, for sorting and for search."""

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from kbgen.cache import digest, kept


def spellings(names: Iterable[str], cache_folder: Path) -> Mapping[str, tuple[str, str]]:
    """(pinyin, initials) of each name, syllables apart by blanks; names without Chinese characters come back as they are.

    The dictionary behind it takes longer to load than everything else together, so the answers are kept.
    """
    asked = sorted(set(names))
    path = cache_folder / f"{digest(*asked, version('pypinyin'))}.json"
    spelled: dict[str, tuple[str, str]] = json.loads(kept(path, lambda: json.dumps(_spell(asked), ensure_ascii=False).encode()))
    return spelled


def _spell(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    from pypinyin import Style, lazy_pinyin

    return {name: (" ".join(lazy_pinyin(name)), " ".join(lazy_pinyin(name, style=Style.FIRST_LETTER))) for name in names}

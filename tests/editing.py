"""A base of a few entries, for the tools that editors use."""

import subprocess
from pathlib import Path

from conftest import config

TERM = """\
# yaml-language-server: $schema=../schema/terms.json
name: {zh: ZH, en: EN}
group: basics
plain:
  zh: 一句话。
  en: One sentence.
exact: {zh: 定义。, en: Definition}
example: {zh: 例子。, en: Example}
"""


def term(zh: str, en: str, more: str = "") -> str:
    return TERM.replace("ZH", zh).replace("EN", en) + more


def make_base(root: Path) -> Path:
    """A folder with two sound terms, `alpha` and `beta`, and the words of kb.yml."""
    for folder in ("losses", "terms", "optimizers"):
        (root / "data" / folder).mkdir(parents=True)
    (root / "data/kb.yml").write_text(config(), encoding="utf-8")
    (root / "data/terms/alpha.yml").write_text(term("甲词", "Alpha word"), encoding="utf-8")
    (root / "data/terms/beta.yml").write_text(term("乙词", "Beta word", "aliases: {zh: [另一个词], en: [BW]}\n"), encoding="utf-8")
    return root


def git_apply(base: Path, patch: str, *options: str) -> None:
    """Apply a patch as an editor would."""
    subprocess.run(["git", "apply", *options, "-"], cwd=base, input=patch.encode(), check=True)  # noqa: S607

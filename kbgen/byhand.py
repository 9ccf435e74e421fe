"""Pages that people write in docs/: their links and mathematics are checked like those of the entries."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from kbgen.errors import Problem, did_you_mean
from kbgen.links import CODE_OR_MATH, find_links
from kbgen.model import LANGUAGES
from kbgen.obsidian_names import fold
from kbgen.tex import TexError, to_mathml
from kbgen.vault import generated

"""`%%…%%` and `<!-- … -->`: what a note keeps to itself."""

from itertools import groupby

from markdown.preprocessors import Preprocessor

from kbgen.notes import without_comments


class Comments(Preprocessor):
    """Takes comments away before anything reads the text. A line that was nothing else leaves no gap: lists stay together."""

    def run(self, lines: list[str]) -> list[str]:
        before = "\n".join(lines)
        after = without_comments(before)
        if after == before:
            return lines
        pairs = list(zip(lines, after.split("\n"), strict=True))
        kept: list[str] = []
        for emptied, group in groupby(pairs, key=lambda pair: pair[0] != pair[1] and not pair[1].strip(" >")):
            several = [line for _, line in group]
            kept += several if not emptied else several[:1] if len(several) > 1 else []
        return kept

"""Text cut into units, and how the units are learnt."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from matplotlib.figure import Figure

from kbgen.figures.drawings._cells import sheet
from kbgen.figures.drawings._shared import SMALL, field, say
from kbgen.figures.style import COLOURS, FG, name_axis, panel

BLUE, ORANGE, GREEN, PURPLE = COLOURS
CORPUS: Mapping[str, int] = {"slow": 6, "slower": 3, "snow": 4, "now": 5, "quiz": 2}
Pair = tuple[str, str]


def _pairs(words: Mapping[tuple[str, ...], int]) -> Counter[Pair]:
    """How often two units stand side by side within words."""
    counts: Counter[Pair] = Counter()
    for units, times in words.items():
        for pair in pairwise(units):
            counts[pair] += times
    return counts


def _merged(units: Sequence[str], pair: Pair) -> tuple[str, ...]:
    """The units with every occurrence of the pair made one, from the left."""
    made: list[str] = []
    for unit in units:
        if made and (made[-1], unit) == pair:
            made[-1] += unit
        else:
            made.append(unit)
    return tuple(made)


def _learnt(corpus: Mapping[str, int], merges: int) -> list[tuple[Pair, int]]:
    """The merges of byte-pair encoding in order, with the count of each; of equal counts the pair that was seen first."""
    words: dict[tuple[str, ...], int] = {tuple(word): times for word, times in corpus.items()}
    found = []
    for _ in range(merges):
        pair, count = _pairs(words).most_common(1)[0]
        found.append((pair, count))
        words = {_merged(units, pair): times for units, times in words.items()}
    return found


def bpe() -> Figure:
    """The ten merges that make every word of the toy corpus one unit; bars are the counts of the pairs."""
    merges = _learnt(CORPUS, 10)
    figure, axes = panel(height=3.3)
    for k, ((left, right), count) in enumerate(merges):
        axes.barh(k + 1, count, height=0.66, color=BLUE, alpha=0.35)
        say(axes, str(count), 0, k + 1, BLUE, offset=(5, 0), ha="left", fontsize=SMALL)
        say(axes, f"{left} + {right}", count, k + 1, offset=(8, 0), ha="left", fontsize=SMALL)
    axes.set(xlim=(0, 22), ylim=(10.6, 0.4), yticks=range(1, 11), xticks=(0, 5, 10, 15, 20), xlabel="n(ab)")
    axes.grid(visible=False, axis="y")
    return figure


def wordpiece() -> Figure:
    """Every pair of the toy corpus by its count and by count over the product of the counts of its parts."""
    words = {tuple(word): times for word, times in CORPUS.items()}
    single: Counter[str] = Counter()
    for units, times in words.items():
        for unit in units:
            single[unit] += times
    places: dict[tuple[int, float], list[str]] = {}
    for (a, b), count in _pairs(words).items():
        places.setdefault((count, count / (single[a] * single[b])), []).append(a + b)
    most, best = max(places), max(places, key=lambda place: place[1])
    figure, axes = field(right=0.35)
    for place, names in places.items():
        colour = BLUE if place == most else ORANGE if place == best else FG
        axes.plot(*place, "o", color=colour, markersize=7 if colour != FG else 5, clip_on=False, zorder=4)
        say(axes, " ".join(names), *place, colour, offset=(7, 8), ha="left", fontsize=SMALL)
    axes.set(yscale="log", xlim=(0, 20), ylim=(0.02, 1), xlabel="n(ab)")
    axes.set_yticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
    axes.set_yticks([], minor=True)
    name_axis(axes, "n(ab) / n(a) n(b)")
    return figure


SENTENCE = "the cow is now low"


def tokenization() -> Figure:
    """One sentence in characters, in subwords after four merges learnt from it, and in words, with the number of pieces."""
    words = Counter(SENTENCE.split())
    merges = [pair for pair, _ in _learnt(words, 4)]
    figure, axes = sheet(20.4, 7.4)
    rows: list[list[list[str]]] = [[list(word) for word in words], [], [[word] for word in words]]
    for word in words:
        units: tuple[str, ...] = tuple(word)
        for pair in merges:
            units = _merged(units, pair)
        rows[1].append(list(units))
    for i, row in enumerate(rows):
        left, y = 0.3, 1.4 + 2.3 * i
        for units_ in row:
            for unit in units_:
                width = len(unit)
                axes.fill_between([left + 0.06, left + width - 0.06], y - 0.75, y + 0.75, color=COLOURS[i], alpha=0.25, linewidth=0)
                for k, letter in enumerate(unit):
                    axes.text(left + k + 0.5, y, letter, ha="center", va="center_baseline", fontsize=13)
                left += width
            left += 0.6
        say(axes, str(sum(len(units) for units in row)), 19.3, y, COLOURS[i], fontsize=15)
    return figure

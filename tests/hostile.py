"""A small base with one file of every kind, and everything that a person, a tool or an attacker may put into such a file."""
# ruff: noqa: E501  # lists of words

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from conftest import ROOT, config

HUBER = """\
name: {zh: Huber 损失, en: Huber loss}
aliases: {zh: [胡伯损失], en: [Huber function]}
family: robust
tasks: [regression]
plain: {zh: 一句话。, en: "One sentence about [[residual]]."}
exact: {zh: 定义 $r$。, en: Definition $r$ and `code`.}
formula: r^2
gradient: 2r
not_executed: {formula: {zh: 理由。, en: Reason.}, gradient: {zh: 理由。, en: Reason.}}
symbols: [{symbol: r, meaning: {zh: 残差, en: residual}}]
inputs:
  pred: {symbol: p, domain: real, shape: [n], meaning: {zh: 预测, en: prediction}}
  target: {symbol: y, domain: real, shape: [n]}
output: [n]
params:
  delta: {symbol: \\delta, domain: positive, meaning: {zh: 分界, en: threshold}, sweep: [0.5, 1]}
properties: {convex: true, gradient_bound: \\delta, smoothness: once, influence: bounded}
estimates: between_median_and_mean
use: [{zh: 用。, en: Use.}]
avoid: [{zh: 不用。, en: Avoid.}]
pitfalls: [{run: units, zh: 有单位。, en: It has a unit.}]
examples:
  - {inputs: {pred: [3], target: [0]}, params: {delta: 1}, value: [2.5], note: {zh: 注。, en: Note.}}
apis:
  torch: [{symbol: torch.nn.HuberLoss, note: {zh: 注。, en: Note.}, defaults: {delta: 1.0, reduction: mean}}]
plot:
  x: r
  range: [-4, 4]
  start: {pred: -4}
  stop: {pred: 4}
  fixed: {target: 0}
  y: [0, 8]
  alt: {zh: 图, en: plot}
see_also: [residual]
relations: [{kind: alternative_to, to: absolute_error, note: {zh: 更稳, en: steadier}}]
references:
  - {authors: Peter J. Huber, year: 1964, title: Robust Estimation, venue: Annals, doi: 10.1214/aoms/1177703732}
"""
ABSOLUTE = """\
name: {zh: 绝对误差, en: Absolute error}
short: true
family: robust
tasks: [regression]
plain: {zh: 一句话。, en: One sentence.}
exact: {zh: 定义, en: Definition}
formula: \\abs{r}
inputs:
  pred: {symbol: p, domain: real, shape: [n]}
  target: {symbol: y, domain: real, shape: [n]}
output: [n]
examples: [{inputs: {pred: [3], target: [0]}, value: [3]}]
"""
RESIDUAL = """\
name: {zh: 残差, en: Residual}
aliases: {zh: [余差], en: [error of a prediction]}
group: basics
plain: {zh: 一句话。, en: One sentence.}
exact: {zh: '定义，见[[huber]]。', en: 'Definition, see [[huber|Huber]].'}
formula: r = \\hat y - y
symbols: [{symbol: r, meaning: {zh: 残差, en: residual}}]
example: {zh: 例子, en: Example}
pitfalls: [{zh: 别混。, en: Do not mix them up.}]
see_also: [huber]
references: [{authors: A. Person, year: 2001, title: A Book, isbn: 978-0-470-12990-6}]
"""
SGD = """\
name: {zh: 随机梯度下降, en: Stochastic gradient descent}
kind: optimizer
plain: {zh: 一句话。, en: One sentence.}
exact: {zh: 定义, en: Definition}
formula: \\theta_{t+1} = \\theta_t - \\eta g_t
params:
  lr: {symbol: \\eta, domain: positive, meaning: {zh: 学习率, en: learning rate}}
state: 0
use: [{zh: 用。, en: Use.}]
avoid: [{zh: 不用。, en: Avoid.}]
apis:
  torch: [{symbol: torch.optim.SGD, defaults: {lr: 0.001, nesterov: false}}]
"""
IDENTITIES = """\
identities:
  huber_over_its_threshold_tends_to_absolute_error: {zh: '[[huber]]除以 $\\delta$。', en: The loss over $\\delta$.}
"""
CHOOSER = """\
start: kind
questions:
  kind:
    ask: {zh: 哪一种？, en: 'Which?'}
    answers:
      one: {words: {zh: 一, en: One}, candidates: {huber: {zh: 合适。, en: It fits.}}}
      two: {words: {zh: 二, en: Two}, next: more}
  more:
    ask: {zh: 再问？, en: 'And?'}
    answers:
      a: {words: {zh: 甲, en: A}, candidates: {absolute_error: {zh: 合适。, en: It fits.}}}
      b: {words: {zh: 乙, en: B}, candidates: {huber: {zh: 合适。, en: It fits.}, absolute_error: {zh: 也行。, en: Or this.}}}
comparisons:
  - {title: {zh: 两个, en: Two}, note: {zh: 看离群点。, en: By outliers.}, losses: [huber, absolute_error]}
"""
CLAIM = """\
title: {zh: 传闻, en: A claim}
claim: {zh: 有人说。, en: Somebody says.}
verdict: partly
answer: {zh: '得 {=xor_early}%。', en: 'It is {=xor_early} %.'}
protocol: {zh: 做法。, en: How.}
limits: {zh: 限度。, en: Limits.}
rows: [{label: {zh: 异或, en: XOR}, number: xor_early, unit: "%"}]
picture: {alt: {zh: 图, en: plot}, caption: {zh: 图。, en: Plot.}}
see_also: [huber]
references: [{authors: A. Person, year: 2001, title: A Book, arxiv: '1705.09406'}]
"""
NOTE = """\
---
title: 笔记
aliases: [旁注]
tags: [笔记]
---
# 笔记

见[[huber|Huber 损失]]与[[residual]]，$r^2$。

> [!note] 标题
> 内容

| 甲 | 乙 |
| --- | --- |
| 1 | [[旁注]] |
"""
FILES = {
    "data/losses/huber.yml": HUBER,
    "data/losses/absolute_error.yml": ABSOLUTE,
    "data/terms/residual.yml": RESIDUAL,
    "data/optimizers/sgd.yml": SGD,
    "data/identities.yml": IDENTITIES,
    "data/chooser.yml": CHOOSER,
    "data/claims/fusion_xor.yml": CLAIM,
    "docs/zh/笔记.md": NOTE,
    "docs/zh/index.md": "# 首页\n",
    "docs/en/index.md": "# Home\n",
}
COPIED = (
    "data/evidence/huber.json",
    "data/lab/fusion_xor.json",
    "data/evidence/pitfalls.json",
    "data/evidence/libraries/torch.json",
    "mkdocs.yml",
    "mkdocs.en.yml",
)


def write_base(root: Path) -> Path:
    """A base with a file of every kind."""
    for name, text in {**FILES, "data/kb.yml": config()}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    return root


def prove(root: Path) -> None:
    """Make the copied evidence hold for the base, so that its pages print it."""
    from kbgen.load import load
    from kbgen.proofs.evidence import hash_of

    path = root / "data/evidence/huber.json"
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["hash"] = hash_of(load(root).losses["huber"])
    kept["findings"] = [found for found in kept["findings"] if found["kind"] != "identity" or found["name"] in IDENTITIES]
    kept["findings"].append({"kind": "property", "name": "convex", "holds": False, "points": 1, "says": "at 0"})
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def alone(patch: Callable[[str, Any], None]) -> None:
    """As if no code existed without an entry in the base."""
    from kbgen import registry

    losses = {name: f for name, f in registry.losses().items() if name in {"huber", "huber_grad", "absolute_error"}}
    optimizers = {"sgd": registry.optimizers()["sgd"]}
    identities = {
        name: f for name, f in registry.identities().items() if name == "huber_over_its_threshold_tends_to_absolute_error"
    }
    patch("kbgen.registry.losses", lambda: losses)
    patch("kbgen.registry.optimizers", lambda: optimizers)
    patch("kbgen.registry.identities", lambda: identities)
    patch("kbgen.checks.drawings", dict)


HTML = (
    "<script>boom()</script>", "<img src=x onerror=boom()>", "<svg/onload=boom()>", "<svg><script>boom()</script></svg>",
    "<iframe srcdoc='x'></iframe>", "<style>*{display:none}</style>", "<a href='javascript:boom()'>x</a>", "<!-- x --><b>x</b>",
    "</template><script>boom()</script>", "</title><script>boom()</script>", "]]><script>boom()</script>", "<p onclick=boom()>",
    "<math><mtext></mtext><script>boom()</script></math>", "`<b>` <i onmouseover=boom()>x</i>", "$x$<embed src=x>",
    "<form action=x><input name=y>", "<object data=x></object>", "<base href=//evil>", "<meta http-equiv=refresh content=0>",
    "<?php boom() ?>", "<![CDATA[<b>]]>", "<details open ontoggle=boom()>", "<br/>", "<kbd>x</kbd>", "\\<b>x</b>",
)  # fmt: skip
LINKS = (
    "[x](javascript:boom())", "[x](JaVaScRiPt:boom())", "[x](java\tscript:boom())", "[x](&#106;avascript:boom())", "[x](data:text/html,x)",
    "[x](javascript&colon;boom())", "[x](vbscript:x)", "![x](javascript:boom())", "<javascript:boom()>", "<data:text/html,x>", "[x][y]\n\n[y]: javascript:boom()\n",
    "[x](file:///etc/passwd)", "[x]( <javascript:boom()> )", "[x](\x01javascript:boom())", "[[javascript:boom()]]", "[[../../etc/passwd]]",
    "[[/etc/passwd|x]]", "![[../../etc/passwd]]", "![x](../../../../etc/passwd.svg)", "[[huber]]|[[", "[[huber|a]]]]", "[[huber|<b>]]",
    "[x](https://evil.example/?q=1)", "https://evil.example/", "![x](https://evil.example/x.png)", "[x](//evil.example)", "[x](\\javascript:boom())",
)  # fmt: skip
MARKUP = (
    "{{ 7*7 }}", "{% raw %}x{% endraw %}", "{{ config }}{{ self.__init__.__globals__ }}", "{=nothing}", "{: onclick=boom() }", "{onclick=boom()}", "!ENV HOME",
    "a | b | c", "|", "a\n# b", "a\n\n## b\n\nc", "x\n---\ntitle: y", "---", "'\"", "a\\", "a`b", "```\nx\n```", "~~~", "- a\n- b", "> [!danger] x", "1. x", "# x",
    "    x", "***", "__x__", "==x==", "%%x%%", "^^x^^", "*[HTML]: x", "[^1]: x", "[^1]", "==", "$", "$$", "$\\foo$", "\\frac12", "$$x$$", "$<b>$", "$]]>$",
    "$\\href{javascript:boom()}{x}$", "$\\text{<script>boom()</script>}$", "$\\htmlStyle{x:y}{z}$", "$\\url{x}$", "$\\includegraphics{/etc/passwd}$",
    "&lt;script&gt;", "&amp;lt;", "&nbsp;", "&#60;script&#62;", "#tag", "😀", "é" * 3, "A" * 300, "中" * 300, "a\r\nb", "\\u003cscript\\u003e", "%3Cscript%3E",
)  # fmt: skip
SIGNS = (
    "\x00", "\x07", "\x08", "\x1b[31mred\x1b]0;t\x07", "\x7f", "\x85", "\x9b31m", "\u202e", "\u2066x\u2069", "\u200f", "\u061c", "\u200b", "\u2028",
    "\u2029", "\ufeff", "\ufffe", "\uffff", "\U000e0041", "\u2060", "\ufff9", "\u00ad", "\u0430lpha", "\uff0e\uff0e/", "\ue000", "\u180e", "\u3164", "\u034f",
    "ａｌｐｈａ", "o\u0308" * 40, "x" + "\u0301" * 60,
)  # fmt: skip
IDS = (
    "../../etc/passwd", "..", ".", "/etc/passwd", "a/b", "a\\b", "Huber", "HUBER", "huber ", "huber\n", "hub\u0435r", "con", "nul", "a" * 300, "id", "__class__",
    "constructor", "__proto__", "huber.yml", "-x", "%2e%2e",
)  # fmt: skip
WORDS = (*HTML, *LINKS, *MARKUP, *SIGNS, *IDS)
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 10**30, 1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan"), 0.1, "", " ", "\n", "0", "null", "1e3", "2001-01-01",
    [], {}, [[]], [{}], {"": ""}, {"zh": {}}, {"zh": "x"}, {"zh": "x", "en": "y"}, [None], [0] * 2000, ["x"] * 2000, {f"k{i}": i for i in range(3000)},
    [[[[[[0]]]]]], [[0, 1], [2]], {"pred": [0, 0]}, {"pred": []}, [4, -4], [0, 0], [1, float("inf")], [float("nan"), 1], [0, 1e-300], [-1e308, 1e308],
)  # fmt: skip
"""What may stand instead of any value."""


def nested(depth: int) -> Any:
    value: Any = 0
    for _ in range(depth):
        value = [value]
    return value


Loc = tuple[str | int, ...]


def places(value: object, loc: Loc = ()) -> Iterator[tuple[Loc, object]]:
    """Every value inside a value, with the way to it."""
    yield loc, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*loc, key))


def changed(value: Any, loc: Loc, change: Callable[[Any], Any]) -> Any:
    """A copy of a value with one place changed."""
    if not loc:
        return change(value)
    copy = value.copy()
    copy[loc[0]] = changed(value[loc[0]], loc[1:], change)
    return copy


def mutants(value: Any) -> Iterator[tuple[str, Any]]:
    """(what was done, value): every change of every place."""
    for loc, old in places(value):
        where = ".".join(map(str, loc)) or "."
        for i, new in enumerate((*VALUES, nested(30))):
            yield f"{where} = value {i}", changed(value, loc, lambda _, new=new: new)
        if isinstance(old, str):
            for word in WORDS:
                yield f"{where} = {word[:40]!r}", changed(value, loc, lambda _, word=word: word)
                yield f"{where} + {word[:40]!r}", changed(value, loc, lambda old, word=word: f"{old} {word}")
        if isinstance(old, dict):
            for key in old:
                yield f"{where} without {key}", changed(value, loc, lambda old, key=key: {k: v for k, v in old.items() if k != key})
                for word in ("x", "zhh", "<b>", "../x", "a b", "\x1b[31m", "\u202e", "Huber", "", "__class__", "1", "null"):
                    yield (
                        f"{where}.{key} called {word!r}",
                        changed(value, loc, lambda old, key=key, word=word: {word if k == key else k: v for k, v in old.items()}),
                    )
            yield f"{where} with more", changed(value, loc, lambda old: {**old, "more": 1})
        if isinstance(old, list):
            yield f"{where} doubled", changed(value, loc, lambda old: [*old, *old])
            yield f"{where} mixed", changed(value, loc, lambda old: [*old, None, {"x": 1}, "x"])


def dumped(value: Any) -> str:
    """YAML; what no text may hold is escaped."""
    return yaml.dump(value, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10**6)


KEPT = ("figures", "cards", "play", "compare", "icons", "fonts", "pinyin", "graph")


def share(root: Path) -> None:
    """Let a base take the pictures that are kept for this project: drawing them is not what is tested."""
    for folder in KEPT:
        (ROOT / ".kbgen" / folder).mkdir(parents=True, exist_ok=True)
        (root / ".kbgen").mkdir(exist_ok=True)
        (root / ".kbgen" / folder).symlink_to(ROOT / ".kbgen" / folder)

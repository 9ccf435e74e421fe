"""Breaks the project on purpose, in a copy, and counts how many of the breaks `kbgen verify` finds.

usage: python tests/mutations.py [SEED [MOST]]    prints every break that was missed, then caught / made; exit 1 if any was missed
"""

import ast
import copy
import inspect
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from kbgen import registry
from kbgen.formula.execute import symbol_of
from kbgen.load import load
from kbgen.model import Loss
from kbgen.proofs.properties import ATTACKS

ROOT = Path(__file__).parent.parent
WORKERS = min(4, os.cpu_count() or 1)
SWAPS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
COMPARES = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
CALLS = {"minimum": "maximum", "maximum": "minimum", "cos": "sin", "sum": "max", "logaddexp": "maximum", "tanh": "sin"}


OPPOSITES = {
    "true": "false", "false": "true", "strictly": "no", "no": "strictly", "bounded": "unbounded", "unbounded": "bounded",
    "continuous": "smooth", "once": "continuous", "smooth": "continuous", "none": "3", "2": "1", "1": "2",
}  # fmt: skip

EQUIVALENT = {
    "l1_penalty_grad: Mult in lam * np.sign(weights)",  # dividing by a sign is multiplying by it
    "squared_hinge_grad: Mult in -2 * label",  # the same: labels are signs
    "cosine_similarity_loss_grad: Mult in across * u.any(axis=-1, keepdims=True)",  # by 1, off zero
    "cox_of_two_subjects_is_bradley_terry: call loss.cox_partial_likelihood(*pair, np.ones(2)).sum()",
    "logit_adjusted_cross_entropy_of_equal_shares_is_cross_entropy: Div in 1 / 4",  # equal shares of any size
    "cosine_similarity_loss_grad: Add in length + (length == 0)",  # 0 / -1 is 0 / 1
    "circle_of_three_is_soft_margin_on_a_circle: minus in -0.3",  # true of any margin
    "sparsemax_grad: Sub in logits - logits.max(axis=-1, keepdims=True)",  # a projection that no shift of all scores moves
    "root_of_squared_log_error_tends_to_the_percentage_error: Mult in y / h * (1 + h * u)",
}


@dataclass(frozen=True)
class Mutation:
    """One break: the loss it concerns, the file, and the file's text before and after."""

    id: str
    what: str
    path: Path
    after: str


class _Break(ast.NodeTransformer):
    """Changes the n-th thing that can be changed inside one function; counts them if n is -1."""

    def __init__(self, target: int, swaps: Mapping[type[ast.operator], type[ast.operator]]) -> None:
        self.target, self.swaps, self.seen, self.said = target, swaps, 0, ""

    def hit(self, said: str) -> bool:
        self.seen += 1
        if self.seen - 1 == self.target:
            self.said = said
            return True
        return False

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        shift = "np.max(" in ast.unparse(node.right)  # subtracted against overflow, and cancels: the tests of borders are for it
        nothing = ast.unparse(node.left) == "0"  # 0 * x is an array of zeros
        if type(node.op) in self.swaps and not (shift or nothing) and self.hit(f"{type(node.op).__name__} in {ast.unparse(node)}"):
            node.op = self.swaps[type(node.op)]()
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if type(node.ops[0]) in COMPARES and self.hit(f"condition {ast.unparse(node)}"):
            node.ops[0] = COMPARES[type(node.ops[0])]()
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in CALLS and self.hit(f"call {ast.unparse(node)}"):
            node.func.attr = CALLS[node.func.attr]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        last_axis = ast.unparse(node) == "-1"  # axis=-1 and axis=1 are the same on the inputs tried
        if isinstance(node.op, ast.USub) and not last_axis and self.hit(f"minus in {ast.unparse(node)}"):
            return node.operand
        return node


@cache
def _functions(path: Path) -> Mapping[str, ast.FunctionDef]:
    return {node.name: node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def _broken(path: Path, name: str, rng: random.Random, swaps: Mapping[type[ast.operator], type[ast.operator]]) -> tuple[str, str]:
    """What was broken in a function, and the file with it; two empty texts if there is nothing to break."""
    original = _functions(path)[name]
    count = _Break(-1, swaps)
    count.generic_visit(copy.deepcopy(original))
    if not count.seen:
        return "", ""
    change = _Break(rng.randrange(count.seen), swaps)
    changed = change.generic_visit(copy.deepcopy(original))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[original.lineno - 1 : original.end_lineno] = [ast.unparse(changed)]
    return change.said, "\n".join(lines) + "\n"


def in_code(id: str, function: str, rng: random.Random) -> Iterator[Mutation]:
    """A sign, an operation, a condition or a call of a function changed."""
    path = Path(str(registry.losses()[function].__code__.co_filename))
    said, after = _broken(path, function, rng, SWAPS)
    if said:
        yield Mutation(id, f"{function}: {said}", path.relative_to(ROOT), after)


def in_parameter(id: str, function: str) -> Iterator[Mutation]:
    """A parameter ignored: it is set to a constant on the first line."""
    names = list(registry.keywords(registry.losses()[function]))
    path = Path(str(registry.losses()[function].__code__.co_filename))
    if names:
        text = path.read_text(encoding="utf-8")
        broken = re.sub(rf'(def {function}\(.*?\):\n(    """.*?"""\n)?)', rf"\1    {names[0]} = 1.7\n", text, count=1, flags=re.S)
        yield Mutation(id, f"{function}: {names[0]} ignored", path.relative_to(ROOT), broken)


FORMULA_SLIPS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"\\tfrac12|\\frac12", lambda m: m[0][:-1] + "3"),
    (r"(?<=[a-z})]) - ", lambda _: " + "),
    (r"(?<=[a-z})]) \+ ", lambda _: " - "),
    (r"\\max", lambda _: r"\min"),
    (r"\^2", lambda _: "^3"),
    (r"\\log", lambda _: r"\exp"),
)


def _is_a_note(loss: Loss, before: str) -> bool:
    r"""Whether the last statement begun only says where an input comes from, as `s_k = \log\sigma_k^2`: it is not executed."""
    begun = re.split(r",|\\\\|\\quad", before)[-1].strip(" &\n")
    return any(re.match(re.escape(symbol_of(loss, name)) + r"(_\w)? *=", begun) for name in loss.inputs)


def in_equation(loss: Loss, field: str, rng: random.Random) -> Iterator[Mutation]:
    """A digit, a sign or a name in the printed formula or gradient changed, behind its first equals sign."""
    path = ROOT / "data" / "losses" / f"{loss.id}.yml"
    text = path.read_text(encoding="utf-8")
    block = re.search(rf"^{field}: .*?(?=^\w)", text, re.M | re.S)
    if block is None:
        return
    start = text.index("=", block.start())
    slips = [(m, slip) for pattern, slip in FORMULA_SLIPS for m in re.compile(pattern).finditer(text, start, block.end())]
    found = [(m, slip) for m, slip in slips if not _is_a_note(loss, text[block.start() : m.start()])]
    if found:
        match, slip = rng.choice(found)
        after = text[: match.start()] + slip(match) + text[match.end() :]
        yield Mutation(loss.id, f"{field}: {match[0].strip()} at {match.start() - block.start()}", path.relative_to(ROOT), after)


def in_statement(id: str, rng: random.Random) -> Iterator[Mutation]:
    """A property inverted, and a digit of a worked example changed."""
    path = ROOT / "data" / "losses" / f"{id}.yml"
    text = path.read_text(encoding="utf-8")
    found = list(re.finditer(rf"\b({'|'.join(ATTACKS)}): ({'|'.join(OPPOSITES)})\b", text))
    if found:
        match = rng.choice(found)
        other = OPPOSITES[match[2]]
        after = text[: match.start(2)] + other + text[match.end(2) :]
        yield Mutation(id, f"{match[1]} inverted", path.relative_to(ROOT), after)
    if statistic := re.search(r"^estimates: (\w+)$", text, re.M):
        other = "median" if statistic[1].startswith("mean") else "mean"
        after = text[: statistic.start(1)] + other + text[statistic.end(1) :]
        yield Mutation(id, f"estimates {other}", path.relative_to(ROOT), after)
    if digit := re.search(r"value: \[+-?\d*\.?\d*?([1-9])", text):
        after = text[: digit.start(1)] + str(int(digit[1]) % 9 + 1) + text[digit.end(1) :]
        yield Mutation(id, "digit of an example", path.relative_to(ROOT), after)


def in_identity(name: str, rng: random.Random) -> Iterator[Mutation]:
    """A factor, a sign or a call of an executed relation changed. Bounds and orderings leave room, and so do random terms."""
    path = Path(inspect.getfile(registry.identities()[name]))
    if ast.unparse(_functions(path)[name].body[-1]).startswith(("return equal(", "return limit(")):
        said, after = _broken(path, name, rng, {ast.Mult: ast.Div, ast.Div: ast.Mult})
        if said:
            entry = min(registry.losses_of(name))
            yield Mutation(entry, f"{name}: {said}", path.relative_to(ROOT), after)


def mutations(seed: int) -> list[Mutation]:
    """A few breaks of every loss that has code."""
    rng = random.Random(seed)
    found: list[Mutation] = []
    for id, loss in load(ROOT).losses.items():
        if id in registry.losses():
            for name in registry.functions_of(id):
                found += in_code(id, name, rng)
            found += in_statement(id, rng)
            found += in_equation(loss, "formula", rng) if loss.not_executed.formula is None else ()
            found += in_equation(loss, "gradient", rng) if loss.not_executed.gradient is None else ()
    for name in registry.identities():
        found += in_identity(name, rng)
    for id in ("huber", "quantile", "focal", "smooth_l1", "tversky", "dpo", "label_smoothing_cross_entropy"):
        found += [*in_parameter(id, id), *in_parameter(id, f"{id}_grad")]
    return [mutation for mutation in found if mutation.what not in EQUIVALENT]


def is_caught(mutation: Mutation, there: Path) -> bool:
    """Whether `kbgen verify` refuses the copy with this break; the copy is mended afterwards."""
    target = there / mutation.path
    before = target.read_text(encoding="utf-8")
    target.write_text(mutation.after, encoding="utf-8")
    command = [sys.executable, "-B", "-m", "kbgen", "verify", mutation.id]  # -B: two breaks within a second look alike to a cache
    run = subprocess.run(command, cwd=there, capture_output=True, check=False)
    target.write_text(before, encoding="utf-8")
    return run.returncode != 0


def missed_by(made: list[Mutation], there: Path) -> list[Mutation]:
    """The breaks that a copy of the project, made in the folder `there`, does not notice."""
    for name in ("kbgen", "data"):
        shutil.copytree(ROOT / name, there / name)
    return [mutation for mutation in made if not is_caught(mutation, there)]


def main(seed: int, most: int) -> int:
    made = random.Random(seed).sample(every := mutations(seed), min(most, len(every)))
    shares = [made[worker::WORKERS] for worker in range(WORKERS)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        missed = list(chain.from_iterable(pool.map(missed_by, shares, (Path(folder, str(n)) for n in range(WORKERS)))))
    for mutation in missed:
        print(f"missed: {mutation.id}: {mutation.what}")
    print(f"caught {len(made) - len(missed)} of {len(made)} (of {len(every)} that can be made; seed {seed})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1, int(sys.argv[2]) if len(sys.argv) > 2 else 40))

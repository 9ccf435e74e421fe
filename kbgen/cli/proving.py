"""What proves the base: proofs and experiments."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from kbgen.cli.shared import Commands
from kbgen.errors import Problem, Problems

if TYPE_CHECKING:
    from kbgen.proofs.evidence import Finding


def add(commands: Commands) -> None:
    """The commands that run proofs."""
    verify = commands.add_parser("verify", help="run every proof about the losses and keep the evidence")
    verify.set_defaults(run=lambda root, given: _verify(root, given.ids))
    verify.add_argument("ids", nargs="*", help="only these losses")
    lab = commands.add_parser("lab", help="run the experiments on what is said about losses, and keep what they find")
    lab.set_defaults(run=lambda root, given: _lab(root, given.ids))
    lab.add_argument("ids", nargs="*", help="only these experiments")


def _verify(root: Path, ids: list[str]) -> None:
    """Run the proofs, keep what they found, and report what does not hold with its place."""
    from kbgen import registry
    from kbgen.cache import MEMO, Memo
    from kbgen.load import load
    from kbgen.proofs import evidence, pitfalls
    from kbgen.proofs.verify import verify as run

    memo = Memo(root / MEMO)
    kb = load(root, memo)
    memo.add()
    wrong = []
    for id, loss in kb.losses.items():
        if id not in registry.losses() or (ids and id not in ids):
            continue
        found = run(loss)
        failed = [finding for finding in found.findings if not finding.holds]
        for finding in failed:
            what = " ".join(filter(None, (finding.kind, finding.name, finding.says)))
            wrong.append(kb.sources[id].problem(f"{what}: does not hold", *_place(finding)))
        if not failed:
            evidence.write(root, id, found)
            print(f"{id}: {len(found.findings)} proofs hold")
    if wrong:
        raise Problems(wrong)
    alone = [pitfall for pitfall in pitfalls.pitfalls().values() if not pitfall.libraries and (not ids or pitfall.id in ids)]
    pitfalls.write(root, {pitfall.name: pitfalls.run(pitfall) for pitfall in alone})


def _place(finding: "Finding") -> tuple[str, ...]:
    """Where the statement stands that a finding refutes."""
    return {
        "formula": ("formula",),
        "gradient_formula": ("gradient",),
        "gradient": ("gradient",),
        "property": ("properties", finding.name),
        "example": ("examples",),
        "identity": ("relations",),
        "estimate": ("estimates",),
    }[finding.kind]


def _lab(root: Path, ids: list[str]) -> None:
    """Run experiments one after the other, keep what they find, and say how long each took and whether its conclusions hold."""
    from kbgen import trials

    wrong = []
    for id in ids or trials.experiments():
        if id not in trials.experiments():
            wrong.append(Problem(f"kbgen/lab/{id}.py", 1, "no such experiment", f"there are: {', '.join(trials.experiments())}"))
            continue
        begin = time.perf_counter()
        held = trials.keep(root, id).found.holds
        print(f"{id}: {sum(held.values())} of {len(held)} conclusions hold; {time.perf_counter() - begin:.1f} s", flush=True)
        wrong += [Problem(f"kbgen/lab/{id}.py", 1, f"{name}: does not hold") for name, holds in held.items() if not holds]
    if wrong:
        raise Problems(wrong)

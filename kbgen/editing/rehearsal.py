"""A change of many files tried on a copy of the project: what was proven stays proven, and the whole base is loaded and checked.

A hash of evidence covers code, and a name is part of code. If nothing but names has changed, what was found still holds: the hash
of every record that held before is worked out anew, by the new code, in a process of its own. Records that did not hold stay as
they are. Experiments that find functions by their names are run again, and must give the same numbers.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from kbgen import trials
from kbgen.build import draft
from kbgen.cache import MEMO, Memo
from kbgen.editing.python import Renaming, apply, looks_up
from kbgen.editing.rename import in_claim
from kbgen.editing.workspace import PACKAGE, Workspace
from kbgen.errors import Problem, Problems
from kbgen.load import load
from kbgen.model import KnowledgeBase
from kbgen.proofs import evidence, libraries, pitfalls

COPY = Path(".kbgen", "rehearsal")
COPIED = ("data", "kbgen")
Held = Mapping[str, list[str]]
"""Kind of record -> the names of those that hold."""


def rehearse(space: Workspace, held: Held, rerun: list[str]) -> None:
    """Try the change; evidence that held goes into it with new hashes. Raises Problems, in the words of the check, if it fails."""
    copy = space.root / COPY
    try:
        _lay_out(space, copy)
        request = copy / "request.json"
        request.write_text(json.dumps({"held": held, "rerun": rerun}), encoding="utf-8")
        answer = _ask(space, copy, request)
        if answer["problems"]:
            raise Problems(Problem(*problem) for problem in answer["problems"])
        for path in answer["changed"]:
            space.put(path, (copy / path).read_text(encoding="utf-8"))
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _ask(space: Workspace, copy: Path, request: Path) -> dict[str, Any]:
    """What the copy says, in a process that runs the code as it shall be."""
    code = copy if space.has_code else PACKAGE.parent
    places = [str(code), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "kbgen.editing.rehearsal", request.name]
    run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    if run.returncode:
        said = (run.stderr.strip().splitlines() or ["no output"])[-1]
        raise Problems([Problem("kbgen", 1, f"the change would break the program: {said}", "nothing was changed")])
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return answer


def _lay_out(space: Workspace, copy: Path) -> None:
    """The project as it shall be; files that stay are links, since nobody writes into them."""
    shutil.rmtree(copy, ignore_errors=True)
    for folder in COPIED if space.has_code else COPIED[:1]:
        shutil.copytree(space.root / folder, copy / folder, copy_function=_link)
    for vault, name in space.notes():
        target = copy / vault / name
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(space.root / vault / name, target)
    same_code = not any(path.endswith(".py") for path in space.now)  # for other code nothing is remembered
    if same_code and (memo := space.root / MEMO).is_file():
        (copy / ".kbgen").mkdir()
        shutil.copy(memo, copy / ".kbgen")
    for path, content in space.now.items():
        (copy / path).unlink(missing_ok=True)
        if content is not None:
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes(content)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def holding(root: Path, kb: KnowledgeBase) -> Held:
    """The records that hold for the base as it is."""
    memo = Memo(root / MEMO)
    found = {
        "losses": sorted(evidence.read(root, kb.losses, memo)),
        "pitfalls": sorted(pitfalls.read(root, memo)),
        "experiments": sorted(trials.read(root)) if kb.claims else [],
        evidence.DERIVED: sorted(evidence.derived(root)),
    }
    return found | {f"library {library}": sorted(records) for library, records in libraries.read(root, memo).items()}


def renamed(held: Held, renamings: Collection[Renaming]) -> Held:
    """The same records under the new names."""
    for renaming in renamings:
        held = {kind: [renaming.of(name) or name for name in names] for kind, names in held.items()}
    return held


def by_name(space: Workspace) -> list[str]:
    """The experiments of the change that find functions by names."""
    changed = [path for path, content in space.now.items() if path.startswith("kbgen/lab/") and content is not None]
    return [Path(path).stem for path in changed if looks_up(space.text(path))]


def _renew(root: Path, kb: KnowledgeBase, held: Held) -> None:
    """Give every record that held the hash of what it holds for now."""
    hashes: dict[str, dict[str, str]] = {}
    for id in held["losses"]:
        hashes[f"{evidence.FOLDER}/{id}.json"] = {id: evidence.hash_of(kb.losses[id])}
    hashes[str(pitfalls.KEPT)] = {name: pitfalls.pitfalls()[name].hash for name in held["pitfalls"]}
    hashes[f"{libraries.FOLDER}/{evidence.DERIVED}.json"] = {id: evidence.derived_hash(id) for id in held[evidence.DERIVED]}
    for library in libraries.LIBRARIES:
        wanted = set(held[f"library {library}"])
        hashes[f"{libraries.FOLDER}/{library}.json"] = {c.name: c.hash for c in libraries.calls(library) if c.name in wanted}
    for id in held["experiments"]:
        hashes[f"{trials.FOLDER}/{id}.json"] = {id: trials.hash_of(id)}
    for path, new in hashes.items():
        if new:
            _replace_hashes(root / path, new)


def _replace_hashes(path: Path, new: Mapping[str, str]) -> None:
    """Put new hashes into a file, which stays as it is otherwise; records with one hash hold for one thing."""
    text = path.read_text(encoding="utf-8")
    content = json.loads(text)
    records = content.get("functions", {}) if "functions" in content else {path.stem: content} if "hash" in content else content
    out = text
    for name, hash in new.items():
        out = out.replace(f'"{records[name]["hash"]}"', f'"{hash}"')
    if out != text:
        _rewrite(path, out)


def _rewrite(path: Path, text: str) -> None:
    path.unlink()  # it may be a link to the file of the project
    path.write_text(text, encoding="utf-8")


def _run_again(root: Path, id: str) -> list[Problem]:
    """Run an experiment whose names have changed; its claim takes the new names of the numbers, which must be the old numbers."""
    path = root / trials.FOLDER / f"{id}.json"
    before = trials.Kept.model_validate_json(path.read_bytes()).found
    path.unlink()
    after = trials.keep(root, id).found
    if list(before.numbers.values()) != list(after.numbers.values()):
        return [Problem(f"kbgen/lab/{id}.py", 1, "the experiment gives other numbers than before", f"run kbgen lab {id} first")]
    names = {old: new for old, new in zip(before.numbers, after.numbers, strict=True) if old != new}
    claim = root / "data" / "claims" / f"{id}.yml"
    text = claim.read_text(encoding="utf-8")
    _rewrite(claim, apply(text, set(in_claim(text, names))))
    return []


def answer(root: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Renew, run again, load and check what stands in a copy: the problems, and the paths of the records that changed."""
    before = {path: path.read_bytes() for path in _records(root)}
    problems: list[Problem] = []
    try:
        kb = load(root)
        for id in asked["rerun"]:
            problems += _run_again(root, id)
        held = {kind: [name for name in names if name not in asked["rerun"]] for kind, names in asked["held"].items()}
        _renew(root, kb, held)
        if not problems:
            draft(root)
    except Problems as found:
        problems += found.problems
    changed = [path.relative_to(root).as_posix() for path in _records(root) if path.read_bytes() != before.get(path)]
    return {"problems": [[p.path, p.line, p.message, p.tip] for p in problems], "changed": changed}


def main(request: str) -> None:
    """Answer in one line of JSON."""
    found = answer(Path(), json.loads(Path(request).read_text(encoding="utf-8")))
    sys.stdout.write("\n" + json.dumps(found) + "\n")


def _records(root: Path) -> list[Path]:
    folders = (evidence.FOLDER, trials.FOLDER, Path("data", "claims"))
    return sorted(path for folder in folders for path in (root / folder).rglob("*.*"))


if __name__ == "__main__":
    main(sys.argv[1])

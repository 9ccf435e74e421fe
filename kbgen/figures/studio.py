"""Everything that draws and computes curves, loaded by being imported: helper processes are forks of one that has done so."""

import importlib
import os

from kbgen import registry

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each core has a helper, none needs threads for algebra; read when NumPy is loaded

for name in ("curve", "estimate", "labs", "style"):
    importlib.import_module(f"kbgen.figures.{name}")
for package in ("kbgen.losses", "kbgen.optimizers", "kbgen.figures.drawings"):
    registry.functions(package)

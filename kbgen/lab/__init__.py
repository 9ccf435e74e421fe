"""Experiments on what is said about losses and training: one small module each, NumPy only, seconds each.

A module has SEEDS, the number of its seeds; `run(seeds)`, which returns what they found; and `draw(found)`, the picture. The file
of that name in data/claims says what is claimed, what was done, and what it shows. `kbgen lab` runs the experiments and keeps them.
"""

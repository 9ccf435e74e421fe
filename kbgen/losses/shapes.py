"""The check of shapes that every loss makes: NumPy stretches them in silence."""

import numpy as np


def shaped(spec, *arrays):
    """The arrays as floats of one type, if their shapes fit a spec such as "n d, n".

    Equal letters are equal lengths, a number is itself, `...` is any shape, the same
    wherever it stands; scalars pass for it. (n, 1) against (n,) is refused: NumPy would
    make it (n, n).
    """
    arrays = [np.asarray(a) for a in arrays]
    floats = [a.dtype for a in arrays if a.dtype.kind == "f"] or [np.dtype(float)]
    lengths = {}
    for dims, array in zip(spec.split(","), arrays, strict=True):
        if not _fits(dims.split(), array.shape, lengths):
            wanted = spec.replace(", ", "), (")
            found = ", ".join(str(a.shape) for a in arrays)
            raise ValueError(f"shapes do not fit: expected ({wanted}), got {found}")
    arrays = [a.astype(np.result_type(*floats), copy=False) for a in arrays]
    return arrays if len(arrays) > 1 else arrays[0]


def _fits(dims, shape, lengths):
    """Whether a shape is as `dims` say, given `lengths`: what letters meant so far."""
    if dims[0] == "...":
        dims, rest = dims[1:], shape[: len(shape) - len(dims) + 1]
        if len(shape) < len(dims) or (rest and lengths.setdefault("...", rest) != rest):
            return False
        shape = shape[len(rest) :]
    return len(dims) == len(shape) and all(
        size == (int(d) if d.isdigit() else lengths.setdefault(d, size))
        for d, size in zip(dims, shape, strict=True)
    )

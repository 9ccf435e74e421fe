"""Loss functions in plain NumPy: `f` returns per-item values, `f_grad` their gradient; a family is a module."""

"""Loss functions in plain NumPy; a family is a module.

`f` returns per-item values, `f_grad` their gradient.
"""

"""The printed TeX, executed: `syntax` reads it, `meaning` evaluates it with NumPy."""

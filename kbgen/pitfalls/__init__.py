"""The pitfalls of the entries, run.

A function makes the mistake as `wrong`, mends it as `right`, and returns both.
`huber__units` belongs to the entry `huber`, whose pitfall says `run: units`. Its
body stands on the page with both results, so it is written to be read; the
docstring and the imports at the head of the module stay behind. A function that
needs PyTorch, Keras, Optax or scikit-learn imports it itself (`make parity`).
"""

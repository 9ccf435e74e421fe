"""Pictures: SVG drawn by matplotlib from what the NumPy functions return. One module per kind of picture."""

"""What pictures of losses with several arguments show, computed with the functions of the catalogue.

A scene is sampled once: the drawing of the page and the data that readers play with are the same numbers.
"""

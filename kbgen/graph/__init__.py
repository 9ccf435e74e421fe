"""The graph of the base: around each entry (`local`), and whole (`atlas`, placed by `layout`), with what `words` tells."""

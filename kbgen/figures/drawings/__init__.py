"""Pictures of single entries: a function with the id of the entry, in a module per subject, returns the figure."""

"""Update rules and learning-rate schedules in plain NumPy.

The id of an entry is the name of its function.
"""

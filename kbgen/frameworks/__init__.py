"""Losses and optimizers by the calls of libraries; nothing in kbgen imports these.

A function carries the id of an entry; more symbols of the same entry follow after two
underscores. The first line of its docstring is the symbol, the arguments are those of
our NumPy function, and the value is ours, item by item: what stands around the call is
the exact relation between the two conventions. The function of a rule takes gradients
step by step and returns the parameters after each; that of a schedule takes the steps
0, 1, 2 and so on, and returns their rates. A second sentence names a trap; tests
keep away from what it says the library clips or refuses. NOT_RUN, where there is
one, has a reason for each other symbol.
"""

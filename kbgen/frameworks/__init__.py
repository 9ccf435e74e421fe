"""The losses by the calls of four libraries; nothing in kbgen imports these modules.

A function carries the id of an entry; more symbols of the same entry follow after two
underscores. The first line of its docstring is the symbol, the arguments are those of
our NumPy function, and the value is ours, item by item: what stands around the call is
the exact relation between the two conventions. A second sentence names a trap; tests
keep away from what it says the library clips or refuses. NOT_RUN, where there is
one, has a reason for each other symbol.
"""

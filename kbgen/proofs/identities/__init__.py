"""Relations between entries, executed: a module per family of the first entry that a relation names.

A public function here is an identity: its docstring is the statement, and it returns what one of `equal`, `limit`, `bound` and
`ordering` of kbgen.proofs.relations found.
"""

"""What the pages state, executed: one function per kind of statement, joined by the id of the entry."""

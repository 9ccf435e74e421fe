"""Tools that write into data/: every change is whole or not at all, and keeps the comments of people."""

"""Brings glossaries, flash cards, spreadsheets and notes of other people into data/."""

"""The history of this database. Never edited: a change is a new file."""

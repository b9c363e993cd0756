"""Foreign catalogue formats: one file each, all yielding the rows of ``rows.py``. Nothing here asks the database."""

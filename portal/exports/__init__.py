"""Files that hold what all apps know of one person."""

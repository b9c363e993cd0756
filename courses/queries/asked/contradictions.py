"""What one search word says against another, in words for the curator who is writing it."""

"""A ledger of ten million postings: made, measured beside one of ten thousand, audited in full."""

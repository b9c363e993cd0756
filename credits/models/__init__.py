"""The tables of the ledger."""

from credits.models.ledger import Account, JournalEntry, Posting

__all__ = ["Account", "JournalEntry", "Posting"]

"""What every invariant is made of."""

from dataclasses import dataclass

LEG = """
    SELECT id, entry_id, lot_id, source_id AS account_id, source_position AS position, source_balance AS balance,
        -amount_minor AS change FROM credits_posting
    UNION ALL
    SELECT id, entry_id, lot_id, destination_id, destination_position, destination_balance, amount_minor
    FROM credits_posting
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """One thing that holds at every commit."""

    number: str
    breaches: str

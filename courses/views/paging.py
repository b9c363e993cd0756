"""The page of a list that an address asks for."""

DIGITS_MAX = 9


def number(value: str) -> int:
    """Return the page asked for; what is no number is the first page."""
    if not (value.isascii() and value.isdigit()):
        return 1
    return int(value) if len(value) <= DIGITS_MAX else 10**DIGITS_MAX

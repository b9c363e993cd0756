"""E-mail addresses in the one form they are stored and compared in."""

import unicodedata
from contextlib import suppress


def fold(address: str) -> str:
    """
    Return an address in canonical form: NFC, lower case, the domain in ASCII (IDNA).

    Letters go to this form and to no other, so that a look-alike that folds to someone's address reaches that someone.
    What is no address at all comes back as it is, for a validator to refuse.
    """
    local, at, domain = unicodedata.normalize("NFC", address).strip().lower().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}".lower()

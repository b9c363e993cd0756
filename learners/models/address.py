"""
Where a person is reached, in the one form it is stored and compared in: an e-mail address or a mobile number.

The two never look alike: an e-mail address has an at sign, a number begins with a plus and has none.
"""

import re
import unicodedata
from contextlib import suppress

# Mobile networks of Viet Nam: nine digits after the country's 84, beginning with 3, 5, 7, 8 or 9.
# Source: Circular 22/2014/TT-BTTTT (numbering plan) as carried out in 2018, when 01x became 03x, 05x, 07x and 08x.
_MOBILE = re.compile(r"[35789]\d{8}")
# Gmail reads an address without its dots. Source: Gmail Help, “Dots don't matter in Gmail addresses”
_DOTS_MEAN_NOTHING = {"gmail.com", "googlemail.com"}
# What people put between the digits, the spaces that keyboards and documents make included.
_BETWEEN = re.compile(r"[\s.\-()\u2010-\u2015\u200b]+")


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


def fold_phone(typed: str) -> str:
    """
    Return a Vietnamese mobile number as E.164, or nothing when it is none.

    ``0912 345 678``, ``+84 912.345.678``, ``84912345678`` and ``0084912345678`` are one number; full-width digits too.
    """
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    for prefix in ("+840", "+84", "00840", "0084", "840", "84", "0"):
        rest = digits.removeprefix(prefix)
        if rest != digits and _MOBILE.fullmatch(rest) and rest.isascii():
            return f"+84{rest}"
    return ""


def is_phone(address: str) -> bool:
    """Return whether a folded address is a number, which is reached by text message."""
    return address.startswith("+") and "@" not in address


def box_of(address: str) -> str:
    """
    Return the letter box behind a folded address, for counting what it is sent; a number is its own.

    ``hoa+1@example.vn`` and ``hoa+2@example.vn`` lie in one box, and so do all the dots of a Gmail address. Nobody is
    known by it: two people may well have two such addresses.
    """
    local, at, domain = address.rpartition("@")
    if not at:
        return address
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '') if domain in _DOTS_MEAN_NOTHING else local}@{domain}"

"""
Folding: Vietnamese text without case or diacritics, so that "dien thoai" finds "Điện thoại".

PostgreSQL's ``vn_fold(text)`` (migration 0001) and :func:`fold` here give the same result for every letter; a test
compares them.
"""

import unicodedata
from functools import lru_cache

from django.db.models import Func, TextField


class VnFold(Func):
    """SQL: ``vn_fold(expression)``; immutable, so a generated column or an index may use it."""

    function = "vn_fold"
    output_field = TextField()


class NameKey(Func):
    """SQL: ``learners_name_key(expression)``: the folded words of a name in one order, y as i; immutable (0013)."""

    function = "learners_name_key"
    output_field = TextField()


# Every combining mark there is goes, and đ, which is a letter and no d with a mark, becomes d.
_LAST_BLOCK_WITH_MARKS = 0x1F000
_BARE: dict[int, str | None] = {
    **dict.fromkeys(code for code in range(_LAST_BLOCK_WITH_MARKS) if unicodedata.combining(chr(code))),
    ord("đ"): "d",
}


def fold(text: str) -> str:
    """Return ``text`` in lower case without diacritics; đ becomes d."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower()).translate(_BARE)


# A Vietnamese dictionary's order: 29 letters first, then the tone. The wheel's PostgreSQL has no ICU, and a
# collation that one server has and another lacks must not decide an order, so the key is made here and stored.
_LETTERS = {letter: index for index, letter in enumerate("aăâbcdđeêghiklmnoôơpqrstuưvxy")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng


def sort_key(text: str) -> str:
    """Return an ASCII key that sorts as a Vietnamese dictionary does: by letters, then by tones."""
    keys = [_key_of(letter) for letter in unicodedata.normalize("NFC", text).lower()]
    return ("".join(letter for letter, _tone in keys) + " " + "".join(tone for _letter, tone in keys))[:400]


@lru_cache(maxsize=4096)
def _key_of(letter: str) -> tuple[str, str]:
    """Return the places of a letter and of its tone."""
    parts = unicodedata.normalize("NFD", letter)
    tone = str(next((_TONES[mark] for mark in parts if mark in _TONES), 0))
    bare = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    if bare in _LETTERS:
        return f"{_LETTERS[bare] + 40:02d}", tone
    if bare.isspace():
        return "00", tone
    if bare.isdigit() and bare.isascii():
        return f"{int(bare) + 10:02d}", tone
    if bare.isascii() and bare.isalpha():  # f j w z: after their neighbours
        return {"f": "50", "j": "54", "w": "69", "z": "71"}[bare], tone
    return "05", tone

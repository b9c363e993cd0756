"""
Folding: Vietnamese text without case or diacritics, so that "dien thoai" finds "Điện thoại".

PostgreSQL's ``vn_fold(text)`` (migration 0001) and :func:`fold` here give the same result for every letter; a test
compares them.
"""

import unicodedata

from django.db.models import Func, TextField


class VnFold(Func):
    """SQL: ``vn_fold(expression)``; immutable, so a generated column or an index may use it."""

    function = "vn_fold"
    output_field = TextField()


def fold(text: str) -> str:
    """Return ``text`` in lower case without diacritics; đ becomes d."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).replace("đ", "d")


# A Vietnamese dictionary's order: 29 letters first, then the tone. The wheel's PostgreSQL has no ICU, and a
# collation that one server has and another lacks must not decide an order, so the key is made here and stored.
_LETTERS = {letter: index for index, letter in enumerate("aăâbcdđeêghiklmnoôơpqrstuưvxy")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng


def sort_key(text: str) -> str:
    """Return an ASCII key that sorts as a Vietnamese dictionary does: by letters, then by tones."""
    letters: list[str] = []
    tones: list[str] = []
    for letter in unicodedata.normalize("NFC", text).lower():
        parts = unicodedata.normalize("NFD", letter)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), 0)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        if bare in _LETTERS:
            letters.append(f"{_LETTERS[bare] + 40:02d}")
        elif bare.isspace():
            letters.append("00")
        elif bare.isdigit() and bare.isascii():
            letters.append(f"{int(bare) + 10:02d}")
        elif bare.isascii() and bare.isalpha():  # f j w z: after their neighbours
            letters.append({"f": "50", "j": "54", "w": "69", "z": "71"}[bare])
        else:
            letters.append("05")
        tones.append(str(tone))
    return ("".join(letters) + " " + "".join(tones))[:400]

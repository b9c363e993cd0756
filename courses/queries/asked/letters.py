"""
Letters and syllables: what is typed, cut into words, and what was meant where the keyboard did not help.

A Vietnamese keyboard makes letters of plain keys: Telex ``tieengs``, VNI ``tie6ng1`` are ``tiếng``. Where it was
switched off the plain keys arrive. They are read as a syllable only when they are none as they stand and make one when
read.
"""

import re
import unicodedata
from dataclasses import dataclass

from courses.rules import SEARCH_WORD
from learners.models.folding import fold

TEXT_CHARACTERS_MAX = 200
GRAVE, HOOK, TILDE, ACUTE, DOT = "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"
TONES = frozenset((GRAVE, HOOK, TILDE, ACUTE, DOT))
TELEX_TONES = {"f": GRAVE, "r": HOOK, "x": TILDE, "s": ACUTE, "j": DOT, "z": ""}
VNI_TONES = {"2": GRAVE, "3": HOOK, "4": TILDE, "1": ACUTE, "5": DOT, "0": ""}
VNI_MARKS = {"6": {"a": "â", "e": "ê", "o": "ô"}, "7": {"o": "ơ", "u": "ư"}, "8": {"a": "ă"}, "9": {"d": "đ"}}
TELEX_W = {"a": "ă", "â": "ă", "o": "ơ", "ô": "ơ", "u": "ư"}
TELEX_TWICE = {"a": "â", "e": "ê", "o": "ô"}
VOWELS = frozenset("aăâeêioôơuưy")

# The syllables of Vietnamese without their tones. Source: the rhymes of the school spelling book, qu and gi apart.
_INITIAL = r"(?P<initial>ngh|ng|gh|gi(?=[aăâeêoôơuư])|qu|kh|nh|ch|ph|th|tr|[bcdđghklmnpqrstvx]|)"
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê êc êch êm
ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap
oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng
uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uy uya uych uynh uyên uyêt uyt uyu uơ ư ưa ưc ưi ưm
ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu yn ynh yt ych
"""
_RHYME = "(?P<rhyme>" + "|".join(sorted(_RHYMES.split(), key=len, reverse=True)) + ")"
_SYLLABLE = re.compile(_INITIAL + _RHYME)
_NEW_STYLE = {
    pair: unicodedata.normalize("NFC", pair[0] + tone + pair[1])
    for first, second in ("oa", "oe", "uy")
    for tone in TONES
    for pair in (first + unicodedata.normalize("NFC", second + tone),)
}
_AT_THE_END = re.compile(rf"(?<!q)({'|'.join(_NEW_STYLE)})(?![^ ])")
_STOPPED = ("c", "ch", "p", "t")
_LETTERS_WITH_MARKS = frozenset("ăâêôơư")


@dataclass(frozen=True, slots=True)
class Token:
    """One word as typed: where it stands in the tidy text, its letters in lower case, and those without marks."""

    start: int
    end: int
    word: str
    plain: str

    @property
    def is_plain(self) -> bool:
        """Whether it was typed without any mark, so that it may mean any spelling."""
        return self.word == self.plain


def tidy(text: str) -> str:
    """Return the text composed, on one line, without what no search needs, cut to its longest length."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(" " if unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} else letter for letter in composed)
    seen = "".join(letter for letter in seen if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFC", " ".join(seen.split())[:TEXT_CHARACTERS_MAX]).strip()


def tokens(text: str) -> list[Token]:
    """Return the words of a tidy text, split exactly as the index is (``courses.actions.catalog_entry.words``)."""
    found = []
    for match in SEARCH_WORD.finditer(text):
        for word in map(old_style, SEARCH_WORD.findall(match[0].lower())):
            found.append(Token(start=match.start(), end=match.end(), word=word, plain=fold(word)))
    return found


def old_style(words: str) -> str:
    """Return words with their tone marks where the portal writes them: khóa for khoá, thủy for thuỷ; quý stays."""
    return _AT_THE_END.sub(lambda pair: _NEW_STYLE[pair[0]], words)


def spelling(word: str) -> str:
    """Return a word by its letters and its tone, wherever the tone mark stands: hoà and hòa are one."""
    letters, tone = _apart(word)
    return letters + tone


def typed_as(token: Token, word: str) -> bool:
    """Whether a token says this word: letter by letter when it was typed with marks, else without regard to them."""
    return fold(word) == token.plain if token.is_plain else spelling(word) == spelling(token.word)


def is_syllable(word: str) -> bool:
    """Whether the letters can be a Vietnamese syllable."""
    letters, tone = _apart(word)
    match = _SYLLABLE.fullmatch(letters)
    return match is not None and not (match["rhyme"].endswith(_STOPPED) and tone not in ("", ACUTE, DOT))


def meant(word: str) -> str:
    """Return the syllable that keys typed into a switched-off keyboard stand for; "" where there is none."""
    if len(word) < 2 or not word[0].isalpha() or (word.isalpha() and is_syllable(word)):
        return ""
    read = _vni(word) if any(letter.isdigit() for letter in word) else _telex(word)
    if not read or read == word or len(read) < 2 or not is_syllable(read):
        return ""
    return read


def composed(letters: str, tone: str) -> str:
    """Return a syllable with its tone mark where the school spelling book puts it: hóa, thủy, khỏe, giếng, quý."""
    match = _SYLLABLE.fullmatch(letters)
    if not tone or match is None:
        return letters
    start = len(match["initial"])
    rhyme = match["rhyme"]
    nucleus = [at for at, letter in enumerate(rhyme) if letter in VOWELS]
    marked = [at for at in nucleus if rhyme[at] in _LETTERS_WITH_MARKS]
    closed = nucleus[-1] < len(rhyme) - 1
    if marked:
        at = marked[-1]
    elif closed or len(nucleus) == 1:
        at = nucleus[-1]
    else:
        at = nucleus[1] if len(nucleus) == 3 else nucleus[0]
    at += start
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


def _apart(word: str) -> tuple[str, str]:
    """Return a word's letters without tone marks, composed, and its last tone."""
    tone = ""
    letters = []
    for letter in unicodedata.normalize("NFD", word):
        if letter in TONES:
            tone = letter
        else:
            letters.append(letter)
    return unicodedata.normalize("NFC", "".join(letters)), tone


def _telex(word: str) -> str:
    """Return the letters that Telex keys make, or "" where a key has nothing to change."""
    doubled = _unrepeated(word)
    if doubled:
        return doubled
    keys, tone = _apart(word)
    had_tone = bool(tone)
    made: list[str] = []
    for key in keys:
        has_vowel = any(letter in VOWELS for letter in made)
        if key in TELEX_TONES and has_vowel:
            if tone and TELEX_TONES[key] not in ("", tone):
                return ""  # two different tones: not a slip of Telex
            tone = TELEX_TONES[key]
        elif key == "w":
            if not _horn(made):
                return ""
        elif key in TELEX_TWICE and key in made and _is_one_nucleus(made, key):
            made[len(made) - 1 - made[::-1].index(key)] = TELEX_TWICE[key]
        elif key == "d" and made[:1] == ["d"]:
            made[0] = "đ"
        elif key in VOWELS and tone and not had_tone:
            return ""  # "taxi": a tone key is followed by consonants only
        else:
            made.append(key)
    return composed("".join(made), tone)


def _horn(made: list[str]) -> bool:
    """Do what the key w does to the last letter that can take it; say whether there was one."""
    for at in range(len(made) - 1, -1, -1):
        if made[at] in TELEX_W:
            if made[at] in "oô" and at and made[at - 1] == "u":
                made[at - 1] = "ư"
            if made[at] == "u" and at + 1 < len(made) and made[at + 1] in "oơ":
                made[at + 1] = "ơ"
            made[at] = TELEX_W[made[at]]
            return True
        if made[at] in "ươ":
            return True  # uwow: the second w finds the work done
    return False


def _is_one_nucleus(made: list[str], key: str) -> bool:
    """Whether a letter typed again belongs to the one before: at once, or at the end of what is no syllable without."""
    since = made[len(made) - made[::-1].index(key) :]
    return not since or (not VOWELS & set(since) and not is_syllable("".join(made)))


def _unrepeated(word: str) -> str:
    """Return "máy" for "maáy": a keyboard switched on in the middle leaves the plain letter before the marked one."""
    for at in range(1, len(word)):
        if word[at] != word[at - 1] and fold(word[at]) == word[at - 1] and word[at - 1] in VOWELS:
            rest = word[: at - 1] + word[at:]
            return rest if is_syllable(rest) else _telex(rest)
    return ""


def _vni(word: str) -> str:
    """Return the letters that VNI keys make, or "" where a digit has nothing to change."""
    keys, tone = _apart(word)
    if sum(letter.isalpha() for letter in keys) < 2 or not word.isascii():
        return ""  # A1, N5, lớp5 are what they are
    made: list[str] = []
    for key in keys:
        if not key.isdigit():
            made.append(key)
        elif key in VNI_TONES:
            tone = VNI_TONES[key]
        elif key in VNI_MARKS:
            if not _mark(made, VNI_MARKS[key]):
                return ""
        else:
            return ""
    return composed("".join(made), tone)


def _mark(made: list[str], marks: dict[str, str]) -> bool:
    """Put a mark on the last letter that can take it; u and o take the horn together."""
    for at in range(len(made) - 1, -1, -1):
        if made[at] in marks:
            if marks[made[at]] == "ơ" and at and made[at - 1] == "u":
                made[at - 1] = "ư"
            made[at] = marks[made[at]]
            return True
    return False

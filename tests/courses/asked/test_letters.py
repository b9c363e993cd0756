"""Keys typed into a switched-off keyboard, and words by their letters."""

import unicodedata

import pytest

from courses.queries.asked import letters


@pytest.mark.parametrize(
    ("meant", "telex", "vni"),
    [
        ("tiếng anh", "tieengs anh", "tie6ng1 anh"),
        ("điện thoại", "ddieenj thoaij", "d9ie6n5 thoai5"),
        ("nấu ăn", "naaus awn", "na6u1 a8n"),
        ("nuôi lợn", "nuooi lownj", "nuo6i lo7n5"),
        ("dưỡng sinh", "duwowngx sinh", "du7o7ng4 sinh"),
        ("chống lừa đảo", "choongs luwaf ddaor", "cho6ng1 lu7a2 d9ao3"),
        ("người cao tuổi", "nguwowif cao tuooir", "ngu7o7i2 cao tuo6i3"),
        ("sức khỏe", "suwcs khoer", "su7c1 khoe3"),
        ("trí tuệ nhân tạo", "tris tueej nhaan taoj", "tri1 tue65 nha6n tao5"),
        ("phòng cháy chữa cháy", "phongf chays chuwax chays", "phong2 chay1 chu7a4 chay1"),
        ("thủy sản quý", "thuyr sanr quys", "thuy3 san3 quy1"),
    ],
)
def test_keys_are_read_as_letters(meant, telex, vni):
    for typed in (telex, vni):
        assert " ".join(letters.meant(word) or word for word in typed.split()) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("tieesng", "tiếng"), ("hojc", "học"), ("booiw", "bơi"), ("tinhss", "tính"), ("maáy", "máy"), ("tienge", "tiêng")],
    ids=["tone in the middle", "tone before the end", "hat, then horn", "tone twice", "half a slip", "hat at the end"],
)
def test_slips_of_the_hand_are_read_too(typed, meant):
    assert letters.meant(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        *(
            "may",
            "hoa",
            "an",
            "tin",
            "word",
            "excel",
            "nails",
            "class",
            "taxi",
            "music",
            "design",
            "cars",
            "web",
            "data",
        ),
        *("n5", "a1", "b2", "ic3", "mp3", "lớp5", "vneid", "gpt", "as", "or", "is", "điện", "x", "7", "oto", "data"),
    ],
)
def test_what_is_a_word_as_it_stands_is_left_alone(word):
    assert letters.meant(word) == ""


def test_the_place_of_the_tone_mark_makes_no_other_word():
    assert letters.spelling("hoà") == letters.spelling("hòa")
    assert letters.spelling("thuỷ") == letters.spelling("thủy")
    assert letters.spelling("hóa") != letters.spelling("hòa")


@pytest.mark.parametrize("word", ["nghiêng", "quyển", "gì", "giếng", "khuỷu", "ướt", "đặc", "yêu"])
def test_syllables(word):
    assert letters.is_syllable(word)


@pytest.mark.parametrize("word", ["điệnn", "tiengf", "bcd", "học1", "cáp tà", "mát xà", "tạch̃", "càt"])
def test_no_syllables(word):
    assert not letters.is_syllable(word)


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        (unicodedata.normalize("NFD", "Tiếng  Việt "), "Tiếng Việt"),
        ("a\0b\tc\r\nd\u2028e", "a b c d e"),
        ("điện\u200bthoại\ufeff", "điệnthoại"),
        ("x" * 500, "x" * 200),
        ("", ""),
        ("\ud800", ""),
    ],
    ids=["NFD", "control characters", "invisible", "long", "nothing", "half a character"],
)
def test_a_text_is_tidied(raw, tidy):
    assert letters.tidy(raw) == tidy

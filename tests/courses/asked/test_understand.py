"""Each kind of search word, as first loaded, and what a reader's text becomes by it."""

import unicodedata

import pytest

from courses.queries.asked import How, restoring, understand
from learners.models.folding import fold
from tests.courses.asked.conftest import first_of, looked_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text", ["hớt tóc", "hot toc", unicodedata.normalize("NFD", "hớt tóc"), "HỚT TÓC", "hoowts tocs"]
)
def test_other_words_for_the_same_thing(text):
    assert "cắt tóc" in looked_for(text)[0]


def test_synonyms_go_one_step_and_no_further():
    """Nghỉ hưu is in the group of người cao tuổi; điều dưỡng in that of chăm sóc người cao tuổi."""
    (group,) = looked_for("nghỉ hưu")

    assert "người cao tuổi" in group
    assert "điều dưỡng" not in group


def test_what_nobody_typed_is_found_as_it_is_spelt():
    (group,) = understand("ga tha vuon", language="vi").groups
    exact = {" ".join(phrase.words): phrase.is_exact for phrase in group}

    assert exact == {"gà thả vườn": False, "nuôi gà": True, "gà": True}


def test_one_syllable_stands_for_others_only_by_itself():
    assert looked_for("gốm") == [["gốm", "gốm sứ", "pottery", "ceramics", "làm gốm", "vuốt gốm"]]
    assert looked_for("gốm bát tràng") == [["gốm"], ["bát"], ["tràng"]]


def test_a_word_with_other_meanings_stands_for_another_where_the_catalogue_has_it_there(catalogue):
    assert looked_for("trồng bắp")[1] == ["bắp"]
    assert looked_for("bắp") == [["bắp"]]

    catalogue("Trồng ngô lai")

    assert looked_for("trồng bắp")[1] == ["bắp", "ngô"]
    assert looked_for("bắp cải")[0] == ["bắp"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("CNTT", "công nghệ thông tin"),
        ("cntt", "công nghệ thông tin"),
        ("QTKD", "quản trị kinh doanh"),
        ("AV giao tiếp", "tiếng anh"),
        ("NN&PTNT", "nông nghiệp và phát triển nông thôn"),
        ("PCCC", "phòng cháy chữa cháy"),
    ],
)
def test_abbreviations_in_full(text, meant):
    group = looked_for(text)[0]

    assert meant in group
    assert group[0] == text.split()[0].lower().replace("&", " ")  # as typed first


def test_an_abbreviation_of_several_meanings_is_all_of_them():
    assert looked_for("KT")[0][:3] == ["kt", "kế toán", "kỹ thuật"]


def test_two_letters_that_are_a_word_are_an_abbreviation_in_capitals_only():
    assert "tiếng anh" in looked_for("TA cơ bản")[0]
    assert "tiếng anh" not in looked_for("ta cơ bản")[0]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("hc nấu ăn ntn", ["nấu ăn"]),
        ("dk lop tieng anh", ["tiếng anh"]),
        ("đt thông minh", ["đt thông minh"]),
    ],
)
def test_chat_words(text, topics):
    assert first_of(understand(text, language="vi")) == topics


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("tôi muốn học sửa điện thoại", ["sửa điện thoại"]),
        ("ai biết lớp dạy nấu cỗ không", ["nấu", "cỗ"]),
        ("lớp cho người khiếm thị học máy tính", ["máy tính"]),
        ("làm sao để không bị lừa chuyển tiền", ["lừa chuyển tiền"]),
        ("how to learn english for beginners", ["english"]),
        ("muon hoc nau an", ["nấu ăn"]),
    ],
)
def test_words_about_the_question_are_left_out(text, topics):
    assert first_of(understand(text, language="vi")) == topics


@pytest.mark.parametrize(
    ("text", "topics"),
    [("học", ["học"]), ("khóa học", ["khóa học"]), ("lớp dạy nghề", ["nghề"]), ("dạy học", ["dạy học"])],
)
def test_words_that_are_all_there_is_are_looked_for(text, topics):
    assert first_of(understand(text, language="vi")) == topics


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tiếng Anh miễn phí", [("cost", "free", "tiếng Anh")]),
        ("tieng anh mien phi", [("cost", "free", "tieng anh")]),
        ("lập trình online 0 đồng", [("format", "ONLINE", "lập trình 0 đồng"), ("cost", "free", "lập trình online")]),
        (
            "làm bánh buổi tối cuối tuần",
            [("when", "evening", "làm bánh cuối tuần"), ("when", "weekend", "làm bánh buổi tối")],
        ),
        ("làm bánh tối", [("when", "evening", "làm bánh")]),
        ("yoga gần nhà", [("near", "me", "yoga")]),
        ("tiếng Hàn t7 cn", [("when", "weekend", "tiếng Hàn")]),
        ("kế toán bằng tiếng anh", [("lang", "en", "kế toán")]),
    ],
)
def test_conditions_become_filters_that_can_be_taken_off(text, said):
    asked = understand(text, language="vi")

    assert [(each.name, each.value, each.text_without) for each in asked.filters] == said
    assert len(asked.groups) == 1


@pytest.mark.parametrize("text", ["lam banh toi", "bán hàng online", "dịch vụ công trực tuyến", "tối"])
def test_what_only_looks_like_a_condition_is_none(text):
    assert understand(text, language="vi").filters == ()


def test_what_is_said_of_the_learner_ranks_and_is_not_required():
    asked = understand("yoga cho người lớn tuổi 2 buổi", language="vi")

    assert first_of(asked) == ["yoga"]
    assert [" ".join(group[0].words) for group in asked.hints] == ["cho người lớn tuổi", "2 buổi"]


def test_what_is_said_of_the_learner_is_looked_for_where_nothing_else_is():
    asked = understand("có lớp gì cho người già", language="vi")

    assert "người cao tuổi" in looked_for("có lớp gì cho người già")[0]
    assert asked.hints == ()


def test_misspellings_are_tried_after_what_was_typed():
    asked = understand("lấu ăn", language="vi")

    assert [(" ".join(phrase.words), phrase.how) for phrase in asked.groups[0][:2]] == [
        ("lấu ăn", How.TYPED),
        ("nấu ăn", How.CORRECTION),
    ]
    assert asked.did_you_mean == "nấu ăn"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nha van hoa phuong", "nhà văn hóa phường"),
        ("toi muon hoc lam banh", "tôi muốn học làm bánh"),
        ("dan tranh", "đàn tranh"),
        ("dan lat may tre", "đan lát mây tre"),
        ("lop hoc o da lat", "lớp học ở đà lạt"),
        ("hoc excel", "học excel"),
        ("xyzzy", "xyzzy"),
    ],
)
def test_marks_are_put_back_by_what_stands_beside_what(typed, meant, catalogue):
    catalogue("Nhà văn hóa phường", "Đàn tranh", "Đan lát mây tre", "Dân ca và đàn bầu", "Làm bánh", "Đan len")
    model = restoring.kept.get()

    assert " ".join(model.spelt(typed.split())) == meant


def test_the_same_is_understood_with_and_without_marks(catalogue):
    catalogue("Vẽ tranh", "Nhà văn hóa phường", "Dạy vẽ cho trẻ em", "Gói bánh chưng ngày Tết")

    for text in ("dạy vẽ cho trẻ em", "ở nhà văn hóa phường", "gói bánh chưng", "học vẽ thứ hai"):
        with_marks, without = understand(text, language="vi"), understand(fold(text), language="vi")
        assert with_marks.groups == without.groups
        assert [each.value for each in with_marks.filters] == [each.value for each in without.filters]


def test_a_text_with_marks_is_meant_as_it_stands(catalogue):
    catalogue("Đàn tranh")

    assert looked_for("dan tranh")[0][0] == "đàn tranh"
    assert looked_for("dan tranh vẽ")[0][0] != "đàn tranh"


def test_words_in_quotation_marks_are_meant_as_they_stand():
    assert looked_for('"hớt tóc"') == [["hớt tóc"]]
    assert looked_for("«phần mềm miễn phí» máy tính")[0] == ["phần mềm miễn phí"]
    assert understand("«phần mềm miễn phí»", language="vi").filters == ()


def test_the_last_word_may_be_a_beginning():
    (group,) = understand("photosho", language="vi").groups

    assert group[0].is_prefix


def test_a_word_the_catalogue_has_is_whole(catalogue):
    catalogue("Nấu ăn ngon")

    assert not understand("rau ngon", language="vi").groups[1][0].is_prefix


def test_keys_are_not_read_where_the_catalogue_has_the_word(catalogue):
    assert looked_for("chef") == [["chef", "chè"]]

    catalogue("Làm chef một ngày")

    assert looked_for("chef") == [["chef"]]


@pytest.mark.parametrize("text", ["", "   ", "?!…", "\0", "'", "☃"])
def test_a_text_without_words_asks_for_nothing(text):
    asked = understand(text, language="vi")

    assert (asked.groups, asked.filters, asked.place, asked.did_you_mean) == ((), (), None, "")


def test_understanding_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        understand("lớp nấu ăn buổi tối ở quận 1 sài gòn cho người già", language="vi")

"""Search words: first from the file, then the curators'; a process sees a change within seconds."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from courses.actions import search_words
from courses.choices import SearchWordKind
from courses.importers.search_words import Row, read
from courses.models import SearchGeneration, SearchWord
from courses.queries.asked import contradictions, kept, understand, words
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db


def a_word(kind: str, phrase: str, *means: str, is_used: bool = True) -> SearchWord:
    """Return a search word as a curator has filled it in; not saved."""
    return SearchWord(kind=kind, phrase=phrase, means=list(means), is_used=is_used)


def saved(kind: str, phrase: str, *means: str) -> SearchWord:
    return search_words.save(word=a_word(kind, phrase, *means), now=NOW)


def alternatives(text: str) -> set[str]:
    return {" ".join(phrase.words) for group in understand(text, language="vi").groups for phrase in group}


def test_the_file_is_loaded_by_the_migration():
    assert SearchWord.objects.count() == len(read()) > 1000


def test_loading_again_changes_nothing():
    loaded = search_words.load(rows=read())

    assert (loaded.added, loaded.changed, loaded.kept) == (0, 0, 0)


def test_the_file_does_not_contradict_itself():
    problems = [(str(word), each.message) for word in SearchWord.objects.all() for each in contradictions.of(word)]

    assert problems == []


def test_what_a_curator_has_edited_stays_through_every_release():
    edited = SearchWord.objects.get(kind="SYNONYM", phrase="cắm hoa")
    edited.means = ["cắm bông", "bó hoa", "ikebana"]
    search_words.save(word=edited, now=NOW)
    untouched = SearchWord.objects.get(kind="SYNONYM", phrase="sầu riêng")
    rows = [
        Row(kind=SearchWordKind.SYNONYM, phrase="cắm hoa", means=("cắm bông",)),
        Row(kind=SearchWordKind.SYNONYM, phrase="sầu riêng", means=("trồng sầu riêng", "durian")),
        Row(kind=SearchWordKind.SYNONYM, phrase="thả diều", means=("diều sáo",)),
    ]

    loaded = search_words.load(rows=rows)

    assert (loaded.added, loaded.changed, loaded.kept) == (1, 1, 1)
    assert SearchWord.objects.get(pk=edited.pk).means == ["cắm bông", "bó hoa", "ikebana"]
    assert SearchWord.objects.get(pk=untouched.pk).means == ["trồng sầu riêng", "durian"]


def test_what_a_curator_has_written_in_the_same_words_stays_too():
    own = saved("SYNONYM", "thả diều", "diều sáo")

    loaded = search_words.load(rows=[Row(kind=SearchWordKind.SYNONYM, phrase="Thả diều", means=("kite",))])

    assert loaded.kept == 1
    assert SearchWord.objects.get(pk=own.pk).means == ["diều sáo"]


def test_a_change_is_seen_by_a_process_that_had_read_before(newest_words: Callable[[], None]):
    assert alternatives("thả diều") == {"thả", "diều"}

    saved("SYNONYM", "thả diều", "diều sáo")
    newest_words()

    assert alternatives("thả diều") == {"thả diều", "diều sáo"}


@pytest.mark.parametrize("how", ["save", "update", "bulk", "delete"])
def test_however_it_is_made_a_change_counts_up(how):
    before = SearchGeneration.objects.get(name="words").number
    word = SearchWord.objects.filter(kind="STOP").first()
    if how == "save":
        search_words.save(word=word, now=NOW)
    elif how == "update":
        SearchWord.objects.filter(pk=word.pk).update(note="x")
    elif how == "bulk":
        SearchWord.objects.bulk_update([word], ["note"])
    else:
        word.delete()

    assert SearchGeneration.objects.get(name="words").number == before + 1


def test_a_process_looks_for_changes_well_within_the_promise(monkeypatch, newest_words, django_assert_num_queries):
    moment = 1000.0
    monkeypatch.setattr(kept.time, "monotonic", lambda: moment)
    monkeypatch.setattr(kept, "LOOK_SECONDS", 2.0)
    newest_words()
    words.kept.get()

    with django_assert_num_queries(0):
        moment += 2.0
        words.kept.get()
    with django_assert_num_queries(1):
        moment += 0.1
        words.kept.get()


def test_a_word_that_is_switched_off_is_not_searched_by(newest_words: Callable[[], None]):
    word = SearchWord.objects.get(kind="SYNONYM", phrase="cắm hoa")
    word.is_used = False
    search_words.save(word=word, now=NOW)
    newest_words()

    assert alternatives("cắm hoa") == {"cắm", "hoa"}


@pytest.mark.parametrize(
    ("word", "box", "message"),
    [
        (a_word("SYNONYM", "…", "x"), "phrase", "một chữ"),
        (a_word("SYNONYM", "thả diều"), "means", "ít nhất một"),
        (a_word("STOP", "thả diều", "x"), "means", "để trống"),
        (a_word("CHAT", "zz", "một", "hai"), "means", "đúng một"),
        (a_word("FILTER", "xa xỉ", "cost=luxury"), "means", "cost=free"),
        (a_word("PLACE", "Xứ Lạng", "99"), "means", "99"),
        (a_word("SYNONYM", "thả diều", "tha diều", "Thả  Diều"), "means", "chính nó"),
        (a_word("SYNONYM", "Cắm hoa", "ikebana"), "phrase", "cắm hoa → cắm bông"),
        (a_word("STOP", "miễn phí"), "phrase", "miễn phí → cost=free"),
        (a_word("FILTER", "khóa học", "cost=free"), "phrase", "khóa học"),
        (a_word("STOP", "cắm hoa"), "phrase", "cắm hoa → cắm bông"),
        (a_word("STOP", "cắm bông"), "phrase", "cắm hoa → cắm bông"),
        (a_word("SYNONYM", "thả diều", "khóa học"), "means", "khóa học"),
        (a_word("MISSPELLING", "thả ziều", "lấu ăn"), "means", "lấu ăn → nấu ăn"),
        (a_word("MISSPELLING", "nấu ăn", "nấu nướng"), "phrase", "lấu ăn → nấu ăn"),
        (a_word("SYNONYM", "một hai ba bốn năm sáu bảy tám chín", "x"), "phrase", "8"),
    ],
    ids=lambda value: str(value) if isinstance(value, SearchWord) else "",
)
def test_a_word_that_contradicts_is_refused_in_words(word, box, message):
    problems = contradictions.of(word)

    assert any(each.box == box and message in each.message for each in problems), problems
    with pytest.raises(search_words.UnableToSave):
        search_words.save(word=word, now=NOW)


def test_a_word_may_contradict_one_that_is_switched_off():
    SearchWord.objects.filter(kind="FILTER", phrase="miễn phí").update(is_used=False)

    assert contradictions.of(a_word("STOP", "miễn phí")) == []


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "SYNONYM", "phrase": "cắm hoa", "key": "căḿ hoa", "means": ["x"]},
        {"kind": "STOP", "phrase": "y", "key": "y", "means": ["x"]},
        {"kind": "FILTER", "phrase": "y", "key": "y", "means": []},
        {"kind": "SYNONYM", "phrase": "!", "key": "", "means": ["x"]},
    ],
    ids=["twice", "meaning of what is left out", "filter of nothing", "no letters"],
)
def test_the_database_refuses_it_too(row):
    if row["phrase"] == "cắm hoa":
        row["key"] = SearchWord.objects.get(kind="SYNONYM", phrase="cắm hoa").key

    with pytest.raises(IntegrityError), transaction.atomic():
        SearchWord.objects.create(folded="", **row)

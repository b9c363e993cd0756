"""Whatever is typed, understanding it never fails, stays small, and does not depend on how the letters are stored."""

import time
import unicodedata

import pytest
from django.contrib.postgres.search import SearchQuery
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import CatalogEntry
from courses.queries.asked import letters, marking, tsquery, understand
from courses.queries.asked.understanding import ALTERNATIVES_MAX
from courses.rules import SEARCH_WORDS_MAX

pytestmark = pytest.mark.django_db

WORDS = (
    *("tiếng", "anh", "tieengs", "d9ie6n5", "học", "lớp", "ở", "phường", "quận", "1", "hà", "nội", "nam", "định", "tp"),
    *("hcm", "ko", "j", "cntt", "buổi", "tối", "miễn", "phí", "cho", "người", "già", "lấu", "ăn", "gà", "trồng", "bắp"),
    *('"máy', 'tính"', "«b", "online", "t7", "cn", "class", "for", "0", "đồng", "xã", "tân", "thành", "a1", "n5"),
    *("nn&ptnt", "h'mông", "hoà", "thuỷ", "İ", "ß", "ﬁ", "e\u0301\u0323", "👩‍🌾", "1️⃣"),
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
EXAMPLES = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@EXAMPLES
@given(TEXTS, st.sampled_from(["vi", "en"]))
def test_it_never_fails_and_stays_small(text, language):
    asked = understand(text, language=language)

    assert len(asked.text) <= letters.TEXT_CHARACTERS_MAX
    assert len(asked.groups) == len(asked.rarity) <= SEARCH_WORDS_MAX
    assert len(asked.hints) <= SEARCH_WORDS_MAX
    for group in asked.groups + asked.hints:
        assert 0 < len(group) <= ALTERNATIVES_MAX
        for phrase in group:
            assert phrase.words
            assert all(word.isalnum() for word in phrase.words)


@EXAMPLES
@given(TEXTS)
def test_the_form_of_the_letters_makes_no_difference(text):
    composed = understand(unicodedata.normalize("NFC", text), language="vi")

    assert understand(unicodedata.normalize("NFD", text), language="vi").groups == composed.groups
    assert understand(composed.text, language="vi") == composed


@EXAMPLES
@given(TEXTS)
def test_postgresql_reads_every_question(text):
    asked = understand(text, language="vi")
    questions = tsquery.matching(asked)
    if asked.groups:
        questions += [tsquery.as_written(asked), tsquery.as_folded(asked), tsquery.any_word(asked)]
        questions += [tsquery.in_title(asked), tsquery.in_title(asked, sign="^"), tsquery.hints(asked) or "'a'"]

    for question in questions:
        query = SearchQuery(question, config="simple", search_type="raw")
        assert not CatalogEntry.objects.filter(document=query).exists()


@EXAMPLES
@given(TEXTS, st.text(alphabet="<>&\"' àĐđ́ab", max_size=100))
def test_marking_keeps_every_letter_and_escapes_all(text, title):
    marked = marking.marked(title, understand(f"{text} {title}", language="vi").words_to_mark)
    bare = marked.replace("<mark>", "").replace("</mark>", "")

    assert "<" not in bare
    assert bare == str(marking.marked(title, ()))


def test_the_longest_text_takes_no_time():
    text = " ".join(["tieengs", "quận", "1", "lấu", "an", "ntn"] * 40)
    understand(text, language="vi")

    began = time.process_time()
    for _ in range(20):
        understand(text, language="vi")

    assert time.process_time() - began < 20 * 0.02

"""Who writes a course is told which sentences are long; nobody is stopped."""

import pytest

from courses.queries.reading import reading
from courses.rules import SENTENCE_WORDS_MAX
from tests.factories.catalog import a_draft, a_published_version
from tests.factories.people import a_learner, an_organization

pytestmark = pytest.mark.django_db
LONG = " ".join(["chữ"] * (SENTENCE_WORDS_MAX + 1)) + "."
JUST = " ".join(["chữ"] * SENTENCE_WORDS_MAX) + "."


@pytest.mark.parametrize(
    ("summary", "long", "percent"),
    [
        (JUST, [], 100),
        (LONG, [LONG], 50),
        (f"{JUST} {LONG}", [LONG], 66),
        (f"{JUST[:-1]} – 8:00, 15.000 đ", [f"{JUST[:-1]} – 8:00, 15.000 đ"], 50),
        (f"{JUST[:-1]} …", [], 100),
    ],
    ids=["just", "long", "two sentences", "a figure is a word", "a dash is none"],
)
def test_what_is_long_is_counted_between_spaces(summary, long, percent):
    version = a_draft(summary_vi=summary, outcomes_vi=("Gọi đúng số",))

    found = reading(version)

    assert (found.long, found.percent_short) == (long, percent)


def test_the_writer_reads_the_advice_while_it_can_be_followed(learner_client):
    manager = a_learner()
    provider = an_organization(manager=manager)
    draft = a_draft(provider=provider, author=manager, summary_vi=LONG)
    published = a_published_version(provider=provider, summary_vi=LONG)

    def page(version) -> str:
        address = f"/organizations/{provider.public_id}/courses/{version.course_id}/"
        return learner_client(manager).get(address).content.decode()

    assert "Câu dài quá 25 chữ:" in page(draft)
    assert "Câu dài quá" not in page(published)

"""Pathways as a curator composes them: drafts are written anew, what is published stays, a newer version is a copy."""

import pytest
from django.db import IntegrityError, transaction

from credits.actions import pathway as actions
from credits.actions.pathway import Part
from credits.choices import KindOfCredit, LotSource, PathwayState
from credits.models import PathwayRule, PathwayVersion
from credits.queries import pathway as queries
from tests.credits.by_hand import owner, run
from tests.factories.pathways import POLICY, a_cap, a_draft_pathway, a_minimum, a_pathway, content
from tests.factories.people import NOW, a_curator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def part_of(version: PathwayVersion, hundredths: int) -> Part:
    return Part(pathway=version.pathway, amount_minor=hundredths, kind_of_credit=KindOfCredit.COMMUNITY, **POLICY)


def publish(version: PathwayVersion) -> PathwayVersion:
    return actions.publish(version=version, actor=a_curator(), now=NOW)


def test_a_draft_is_seen_by_nobody_and_a_published_version_by_all() -> None:
    draft = a_draft_pathway(slug="cong-dan-so")

    assert queries.get_published("cong-dan-so") is None
    publish(draft)
    assert queries.get_published("cong-dan-so") == draft


def test_a_draft_is_written_anew_with_its_rules_in_order() -> None:
    draft = a_draft_pathway(rules=[a_minimum(40)])

    actions.edit(version=draft, content=content(total=200), rules=[a_cap(50, source=LotSource.ONLINE), a_minimum(60)])

    draft.refresh_from_db()
    assert draft.total_minor == 200
    assert [(rule.position, rule.kind, rule.amount_minor) for rule in draft.rules.all()] == [
        (1, "CAP", 50),
        (2, "MINIMUM", 60),
    ]


def test_a_published_version_is_not_written_anew() -> None:
    version = a_pathway(rules=[a_minimum(40)])

    with pytest.raises(actions.UnableToPublish, match="stays as it is"):
        actions.edit(version=version, content=content(total=200), rules=[])

    assert (version.total_minor, version.rules.count()) == (100, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credits_pathwayversion SET total_minor = 1",
        "UPDATE credits_pathwayversion SET state = 'DRAFT', published_at = NULL, published_by_id = NULL",
        "UPDATE credits_pathwayversion SET title_vi = 'Khác'",
        "DELETE FROM credits_pathwayversion",
        "UPDATE credits_pathwayrule SET amount_minor = 1",
        "DELETE FROM credits_pathwayrule",
        "INSERT INTO credits_pathwayrule (version_id, position, kind, kind_of_credit, source, field_code, course_keys,"
        " about_vi, about_en, period, amount_minor, legal_source_vi, legal_source_en)"
        " SELECT id, 9, 'CAP', '', '', '', '{}', '', '', 'NONE', 1, 'x', '' FROM credits_pathwayversion",
    ],
)
def test_the_database_keeps_what_is_published(statement: str) -> None:
    a_pathway(rules=[a_minimum(40)])

    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        run(statement)

    assert PathwayRule.objects.get().amount_minor == 40


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"rules": [a_minimum(101)]}, "more than the pathway"),
        ({"rules": [a_minimum(10, kind_of_credit=KindOfCredit.ACADEMIC)]}, "does not take"),
        ({"rules": [a_cap(99)]}, "limits all credit"),
    ],
    ids=["a minimum above the whole", "a minimum of a kind it does not take", "a limit below the whole"],
)
def test_what_nobody_could_reach_is_not_published(more: dict[str, object], answer: str) -> None:
    draft = a_draft_pathway(**more)

    with pytest.raises(actions.UnableToPublish, match=answer):
        publish(draft)

    draft.refresh_from_db()
    assert draft.state == PathwayState.DRAFT


def test_lower_qualifications_alone_never_reach_a_higher_one() -> None:
    lower = a_pathway(total=60)

    with pytest.raises(actions.UnableToPublish, match="less than the pathway"):
        publish(a_draft_pathway(parts=[part_of(lower, 100)]))


def test_a_qualification_does_not_count_toward_itself() -> None:
    version = a_pathway(total=60)
    draft = actions.new_version(pathway=version.pathway, actor=a_curator(), now=NOW)
    actions.edit(version=draft, content=content(total=60), rules=[], parts=[part_of(version, 10)])

    with pytest.raises(actions.UnableToPublish, match="itself"):
        publish(draft)


def test_a_new_version_is_a_copy_and_publishing_it_retires_the_one_before() -> None:
    lower = a_pathway(total=60)
    first = a_pathway(rules=[a_minimum(40)], parts=[part_of(lower, 30)])

    second = actions.new_version(pathway=first.pathway, actor=a_curator(), now=NOW)

    assert actions.new_version(pathway=first.pathway, actor=a_curator(), now=NOW) == second
    assert (second.number, second.state, second.total_minor) == (2, PathwayState.DRAFT, 100)
    assert [rule.amount_minor for rule in second.rules.all()] == [40]
    assert [part.amount_minor for part in second.components.all()] == [30]
    publish(second)
    first.refresh_from_db()
    assert first.state == PathwayState.RETIRED
    assert queries.get_published(first.pathway.slug) == second


def test_publishing_and_retiring_twice_is_doing_it_once() -> None:
    version = a_pathway()

    again = publish(version)
    retired = actions.retire(version=again, now=NOW)

    assert again.published_by == version.published_by
    assert actions.retire(version=retired, now=NOW).retired_at == retired.retired_at
    assert queries.get_published(version.pathway.slug) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [("cong dan", True), ("CÔNG dân số", True), ("citizen", True), ("dan cong", True), ("nong dan", False)],
)
def test_a_pathway_is_found_by_its_title_with_diacritics_or_without(text: str, found: bool) -> None:
    version = a_pathway(title_vi="Công dân số", title_en="Digital citizen")

    assert list(queries.published(text)) == ([version] if found else [])

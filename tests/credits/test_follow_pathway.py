"""Starting a pathway, leaving it, choosing a newer version: the learner's acts and nobody else's."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from credits.actions import pathway as actions
from credits.models import PathwayFollow
from credits.queries import pathway as queries
from credits.queries.progress import how_far_on_all
from credits.rules import PATHWAYS_FOLLOWED_MAX
from tests.credits.by_hand import owner, run
from tests.factories.pathways import a_draft_pathway, a_pathway, content, on_the_way
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LATER = NOW + timedelta(days=30)


def newer_than(version, *, total: int = 200):
    draft = actions.new_version(pathway=version.pathway, actor=a_curator(), now=LATER)
    actions.edit(version=draft, content=content(total=total), rules=[])
    return actions.publish(version=draft, actor=a_curator(), now=LATER)


def test_starting_twice_is_starting_once() -> None:
    learner, version = a_learner(), a_pathway()

    first = on_the_way(learner, version)

    assert on_the_way(learner, version, now=LATER) == first
    assert PathwayFollow.objects.get().started_at == NOW


def test_a_newer_version_leaves_who_started_where_they_are() -> None:
    learner, version = a_learner(), a_pathway(total=100)
    on_the_way(learner, version)

    newer = newer_than(version)

    (follow, progress), *_ = how_far_on_all(learner, on=LATER.date())
    assert (follow.version, progress.total) == (version, 100)
    assert on_the_way(learner, newer, now=LATER).version == version  # starting again changes nothing


def test_a_newer_version_is_chosen_by_an_act_of_its_own() -> None:
    learner, version = a_learner(), a_pathway()
    follow = on_the_way(learner, version)
    newer = newer_than(version)

    chosen = actions.choose_newer(follow=follow, now=LATER)

    assert (chosen.version, chosen.started_at) == (newer, LATER)
    assert actions.choose_newer(follow=follow, now=LATER) == chosen
    follow.refresh_from_db()
    assert follow.left_at == LATER


def test_there_is_nothing_newer_to_choose_on_a_retired_pathway() -> None:
    follow = on_the_way(a_learner(), version := a_pathway())
    actions.retire(version=version, now=LATER)

    with pytest.raises(actions.UnableToFollow):
        actions.choose_newer(follow=follow, now=LATER)

    assert queries.follows_of(follow.learner) == [follow]


def test_nobody_new_starts_what_is_retired() -> None:
    version = a_pathway()
    actions.retire(version=version, now=NOW)

    with pytest.raises(actions.UnableToFollow, match="Nobody new"):
        on_the_way(a_learner(), version)


def test_leaving_changes_nothing_else_and_one_may_start_again() -> None:
    learner, version = a_learner(), a_pathway()
    first = on_the_way(learner, version)

    actions.leave(follow=first, now=LATER)
    actions.leave(follow=first, now=LATER + timedelta(days=1))

    first.refresh_from_db()
    assert first.left_at == LATER
    assert queries.follows_of(learner) == []
    assert on_the_way(learner, version, now=LATER).pk != first.pk


def test_one_may_be_on_so_many_pathways_and_no_more() -> None:
    learner = a_learner()
    for _ in range(PATHWAYS_FOLLOWED_MAX):
        on_the_way(learner, a_pathway())

    with pytest.raises(actions.UnableToFollow, match=str(PATHWAYS_FOLLOWED_MAX)):
        on_the_way(learner, a_pathway())

    assert len(queries.follows_of(learner)) == PATHWAYS_FOLLOWED_MAX


@pytest.mark.parametrize("which", ["draft", "of another pathway", "a second time"])
def test_the_database_takes_no_place_that_cannot_be(which: str) -> None:
    learner, version = a_learner(), a_pathway()
    on_the_way(learner, version)
    wrong = {
        "draft": {"version": (draft := a_draft_pathway()), "pathway": draft.pathway},
        "of another pathway": {"version": a_pathway(), "pathway": a_pathway().pathway},
        "a second time": {"version": version, "pathway": version.pathway},
    }[which]

    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        PathwayFollow.objects.create(learner=learner, started_at=NOW, **wrong)


@pytest.mark.parametrize("statement", ["DELETE FROM credits_pathwayfollow", "TRUNCATE credits_pathwayfollow"])
def test_the_database_forgets_no_start(statement: str) -> None:
    """A start decides which version and which rules hold: gone, the learner could begin by others."""
    on_the_way(a_learner(), a_pathway())

    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        run(statement)

    assert PathwayFollow.objects.exists()


def test_the_database_moves_nobody_to_another_version() -> None:
    follow = on_the_way(a_learner(), version := a_pathway())
    newer = newer_than(version)

    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        run("UPDATE credits_pathwayfollow SET version_id = %s", [newer.pk])

    follow.refresh_from_db()
    assert follow.version == version

"""The pathways of the demonstration world, who is on them, and where credit is accepted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from courses.queries.suggestion import key_of_course
from credits.actions import acceptance, pathway
from credits.actions.acceptance import Accepted
from credits.actions.pathway import Content, Part
from credits.actions.rule import Says
from credits.queries import pathway as queries
from learners.models import Learner
from portal.actions.demo.courses import Offered
from portal.actions.demo.organizations import Body
from portal.actions.demo.person_rows import Person
from portal.actions.demo.ways import AcceptedRow, Rule, Way

PUBLISHED = timedelta(days=300)  # ago
STARTED = timedelta(days=60)
ACCEPTED = timedelta(days=200)


def compose_all(
    ways: Sequence[Way], *, bodies: Mapping[str, Body], offered: Iterable[Offered], curator: Learner, now: datetime
) -> int:
    """Write and publish the pathways that are not there yet, lower ones first; return how many."""
    keys = {each.programme.key: key_of_course(each.run.version.course_id) for each in offered}
    new = 0
    for way in ways:
        if queries.get_published(way.key) is not None:
            continue
        at = now - PUBLISHED
        version = pathway.compose(
            slug=way.key,
            organization=bodies[way.organisation].organization,
            content=Content(
                title_vi=way.title_vi,
                title_en=way.title_en,
                description_vi=way.description_vi,
                description_en=way.description_en,
                level=way.level,
                total_minor=way.hundredths,
                kinds_of_credit=way.kinds_of_credit,
            ),
            rules=[_says(rule, way, keys) for rule in way.rules],
            parts=_parts(way),
            actor=curator,
            now=at,
        )
        pathway.publish(version=version, actor=curator, now=at)
        new += 1
    return new


def follow_all(people: Sequence[Person], *, named: Mapping[str, Learner], now: datetime) -> None:
    """Put everybody on the pathways of theirs that there are; who is on one already stays where they are."""
    for person in people:
        for key in person.pathways:
            version = queries.get_published(key)
            if version is not None:
                pathway.follow(learner=named[person.key], version=version, now=now - STARTED)


def accept_all(
    rows: Sequence[AcceptedRow], *, bodies: Mapping[str, Body], offered: Iterable[Offered], now: datetime
) -> None:
    """Write into the transfer register what organisations that are new accept."""
    versions = {each.programme.key: each.run.version for each in offered}
    at = now - ACCEPTED
    for row in rows:
        accepting, version = bodies[row.organisation], versions.get(row.course)
        if not accepting.is_new or (row.course and version is None):
            continue
        acceptance.record(
            organization=accepting.organization,
            accepted=Accepted(
                provider=version.course.provider if version else bodies[row.provider].organization,
                course_key=key_of_course(version.course_id) if version else "",
                course_title=version.title_vi if version else "",
                kind_of_credit=row.kind_of_credit,
                since=timezone.localdate(at),
                document=row.document,
            ),
            actor=accepting.manager,
            now=at,
        )


def _says(rule: Rule, way: Way, keys: Mapping[str, str]) -> Says:
    return Says(
        kind=rule.kind,
        amount_minor=rule.hundredths,
        kind_of_credit=rule.kind_of_credit,
        source=rule.source,
        field_code=rule.field,
        course_keys=tuple(keys[course] for course in rule.courses),
        about_vi=rule.about_vi,
        about_en=rule.about_en,
        legal_source_vi=way.source_vi,
        legal_source_en=way.source_en,
    )


def _parts(way: Way) -> list[Part]:
    parts = []
    for each in way.counts:
        lower = queries.get_published(each.pathway)
        assert lower is not None  # it stands before this one in the file
        parts.append(
            Part(
                pathway=lower.pathway,
                amount_minor=each.hundredths,
                kind_of_credit=each.kind_of_credit,
                field_code=each.field,
                level=each.level,
                legal_source_vi=way.source_vi,
                legal_source_en=way.source_en,
            )
        )
    return parts

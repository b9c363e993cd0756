"""
The catalogue's side of a course: written as a draft, submitted, returned with reasons or published.

Every action locks the provider first (the house's lock order), so two people of one organisation, or its manager and a
curator, never decide on the same version at once.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import emails
from courses.actions import catalog_entry, link_check
from courses.choices import Format, ModuleMode, ReviewDecision, VersionState
from courses.models import CompletionRule, Course, CourseVersion, Module, Review, Skill, TaughtSkill
from courses.permissions import EDITABLE, may_review
from courses.queries import difference
from courses.queries.catalog import open_runs
from courses.rules import DRAFTS_A_DAY_MAX, DRAFTS_MAX, SKILLS_MAX
from credits.choices import KindOfCredit
from credits.rules import MINUTES_PER_HUNDREDTH
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner, Organization

IN_WORK = (VersionState.DRAFT, VersionState.SUBMITTED, VersionState.RETURNED)


class UnableToWrite(Exception):
    """The draft cannot be made or changed; the message is written for the person who writes it."""


class TooManyDrafts(UnableToWrite):
    pass


class NotEditable(UnableToWrite):
    pass


class SkillsDoNotFit(UnableToWrite):
    pass


class EditedMeanwhile(UnableToWrite):
    pass


class NothingChanged(UnableToWrite):
    pass


class UnableToReview(Exception):
    """The version cannot be submitted, returned or published; the message is written for who asked."""


class NotInReview(UnableToReview):
    pass


class NotYoursToReview(UnableToReview):
    pass


class ProviderNotVerified(UnableToReview):
    pass


class ReasonsMissing(UnableToReview):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillSaid:
    """One skill that a version teaches."""

    code: str
    outcome: int | None = None  # which of its outcomes it belongs to, from 1; None: the course as a whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a version says. Modules and units are added to the draft afterwards."""

    title_vi: str
    summary_vi: str
    format: Format
    kind_of_credit: KindOfCredit
    field_id: str
    notional_minutes: int  # a multiple of 30: credit follows from it, unless the course is taught elsewhere
    title_en: str = ""
    summary_en: str = ""
    outcomes_vi: tuple[str, ...] = ()
    outcomes_en: tuple[str, ...] = ()
    audience_vi: str = ""
    audience_en: str = ""
    requirements_vi: str = ""
    requirements_en: str = ""
    level: int | None = None
    languages: tuple[str, ...] = ("vi",)
    cost_vnd: int | None = 0  # None only of a course taught elsewhere: nobody has said
    accessibility: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    licence: str = ""
    external_url: str = ""
    skills: tuple[SkillSaid, ...] = ()
    attendance_percent_min: int | None = None
    all_units: bool = False
    asks_result: bool = False
    mark_min: int | None = None
    word_suffices: bool = False


OF_THE_RULE = ("attendance_percent_min", "all_units", "asks_result", "mark_min", "word_suffices")
IN_ROWS_OF_ITS_OWN = (*OF_THE_RULE, "skills")


@transaction.atomic
def create_draft(
    *,
    organization: Organization,
    author: Learner,
    content: Content,
    now: datetime,
    import_source: str = "",
    import_key: str = "",
    creation_key: UUID | None = None,
) -> CourseVersion:
    """
    Start a course of the organization and return its first version, a draft.

    Idempotent by ``creation_key``: with a key this author has used here, the course it made is returned as it is now.

    :raises TooManyDrafts: if the organization already has ``DRAFTS_MAX`` courses in work, or has begun
        ``DRAFTS_A_DAY_MAX`` drafts within a day.
    :raises SkillsDoNotFit: if a skill is not in the list, is named twice, or belongs to an outcome there is not.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if creation_key and (earlier := Course.objects.filter(creation_key=creation_key).first()):
        if (earlier.provider_id, earlier.created_by_id) == (organization.pk, author.pk):
            return earlier.versions.select_related("course__provider").latest("number")
        creation_key = None  # somebody else's: it says nothing about this author
    refuse_too_many_drafts(organization, now=now)
    course = Course.objects.create(
        provider=organization,
        created_at=now,
        created_by=author,
        import_source=import_source,
        import_key=import_key,
        creation_key=creation_key,
    )
    return _write(CourseVersion(course=course, number=1, created_at=now, created_by=author), content)


@transaction.atomic
def edit_draft(
    *, version: CourseVersion, author: Learner, content: Content, now: datetime, opened: int | None = None
) -> CourseVersion:
    """
    Replace what a draft or a returned version says; return it. Modules and units stay.

    ``opened`` is the ``revision`` the author began to write on; without it nobody else can have written meanwhile.

    :raises NotEditable: if it has been submitted, published or thrown away meanwhile.
    :raises EditedMeanwhile: if it has been saved since it was opened; nothing is changed.
    :raises SkillsDoNotFit: as ``create_draft``.
    """
    version = writable(version, opened=opened)
    version.edited_at, version.edited_by = now, author
    return _write(version, content)


def add_module(*, version: CourseVersion, title_vi: str, minutes: int, mode: ModuleMode, title_en: str = "") -> Module:
    """Add a part at the end of a version that is still being written and return it; the database refuses any other."""
    position = version.modules.count() + 1
    return Module.objects.create(
        version=version, position=position, title_vi=title_vi, title_en=title_en, minutes=minutes, mode=mode
    )


@transaction.atomic
def submit(*, version: CourseVersion, author: Learner, now: datetime, tell: bool = True) -> CourseVersion:
    """
    Hand a draft to the curators and return it; the author is told unless ``tell`` is false (an import).

    Idempotent: submitting what is already in review changes nothing.

    :raises NotEditable: if it is published or thrown away.
    :raises NothingChanged: if it says what is published.
    """
    version = locked(version)
    if version.state == VersionState.SUBMITTED:
        return version
    if version.state == VersionState.DISCARDED:
        raise NotEditable(_("This draft has been thrown away."))
    if version.state not in EDITABLE:
        raise NotEditable(_("This course is already published."))
    if difference.is_as_published(version):
        raise NothingChanged(_("This version says what is published already. Change something, or throw it away."))
    version.state = VersionState.SUBMITTED
    version.submitted_at, version.submitted_by = now, author
    version.save(update_fields=["state", "submitted_at", "submitted_by"])
    if tell:
        _tell(version, MessageKind.PROPOSAL_SUBMITTED, emails.proposal_submitted(version), now)
    return version


@transaction.atomic
def return_with_reasons(*, version: CourseVersion, curator: Learner, reasons: str, now: datetime) -> CourseVersion:
    """
    Send a submitted version back to its writers with what to change; return it.

    :raises NotInReview: if it is not waiting for a decision.
    :raises NotYoursToReview: if the person is no curator or belongs to the provider.
    :raises ReasonsMissing: if nothing is said.
    """
    version = _for_decision(version, curator)
    if not reasons.strip():
        raise ReasonsMissing(_("Write what has to be changed."))
    version.state = VersionState.RETURNED
    version.save(update_fields=["state"])
    review = Review.objects.create(
        version=version, decision=ReviewDecision.RETURNED, reasons=reasons.strip(), reviewer=curator, decided_at=now
    )
    _tell(version, MessageKind.PROPOSAL_RETURNED, emails.proposal_returned(review), now)
    return version


@transaction.atomic
def publish(*, version: CourseVersion, curator: Learner, now: datetime, tell: bool = True) -> CourseVersion:
    """
    Put a submitted version into the catalogue, in place of the one before it; return it.

    Idempotent: publishing what is published changes nothing. Runs of the version become visible with it; runs of the
    version before go on to their end.

    :raises NotInReview: if it is not waiting for a decision.
    :raises NotYoursToReview: if the person is no curator or belongs to the provider.
    :raises ProviderNotVerified: if the provider is not verified today.
    """
    found = locked(version)
    if found.state == VersionState.PUBLISHED:
        return found
    version = _for_decision(version, curator)
    if not version.course.provider.is_verified(on=timezone.localdate(now)):
        raise ProviderNotVerified(_("The organisation is not verified. Verify it first."))
    CourseVersion.objects.filter(course=version.course_id, state=VersionState.PUBLISHED).update(
        state=VersionState.SUPERSEDED
    )
    version.state = VersionState.PUBLISHED
    version.published_at, version.published_by = now, curator
    version.save(update_fields=["state", "published_at", "published_by"])
    Review.objects.create(version=version, decision=ReviewDecision.PUBLISHED, reviewer=curator, decided_at=now)
    catalog_entry.rebuild(version=version, now=now)
    link_check.watch(versions=[version], now=now)
    if tell:
        _tell(version, MessageKind.PROPOSAL_PUBLISHED, _published_words(version, now), now)
    return version


def locked(version: CourseVersion) -> CourseVersion:
    """Return the version as it stands, its provider and itself locked in the house's order."""
    Organization.objects.select_for_update(no_key=True).get(courses__versions=version.pk)
    return (
        CourseVersion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("course__provider__place__parent", "field__parent__parent", "submitted_by")
        .get(pk=version.pk)
    )


def writable(version: CourseVersion, *, opened: int | None) -> CourseVersion:
    """
    Return a draft or a returned version to be written on, locked as ``locked`` does.

    :raises NotEditable: if it has been submitted, published or thrown away meanwhile.
    :raises EditedMeanwhile: if it has been saved since it was opened.
    """
    version = locked(version)
    if version.state == VersionState.DISCARDED:
        raise NotEditable(_("This draft has been thrown away meanwhile, so nothing was saved."))
    if version.state not in EDITABLE:
        raise NotEditable(_("This course is being reviewed or is published, so it cannot be edited now."))
    if opened is not None and opened != version.revision:
        raise EditedMeanwhile(_("This draft has been saved since you opened it, so nothing was saved now."))
    return version


def _for_decision(version: CourseVersion, curator: Learner) -> CourseVersion:
    version = locked(version)
    if not may_review(curator, version):
        raise NotYoursToReview(_("You belong to this organisation, so another curator has to decide."))
    if version.state != VersionState.SUBMITTED:
        raise NotInReview(_("This version is not waiting for a decision."))
    return version


def refuse_too_many_drafts(organization: Organization, *, now: datetime) -> None:
    # Imported drafts are not counted: a catalogue of thousands must not keep people from writing their own.
    written = CourseVersion.objects.filter(
        course__provider=organization, course__import_key="", course__archived_at__isnull=True, state__in=IN_WORK
    )
    in_work = written.count()
    if in_work >= DRAFTS_MAX.count_max:
        raise TooManyDrafts(
            _("Your organisation already has %(count)s courses that are not published. Finish some of them first.")
            % {"count": in_work}
        )
    # A draft thrown away is kept, whoever brought its course in: begun and thrown away in turn they would pile up.
    begun = CourseVersion.objects.filter(
        Q(course__import_key="") | Q(state=VersionState.DISCARDED),
        course__provider=organization,
        created_at__gt=now - timedelta(days=1),
    )
    if begun.count() >= DRAFTS_A_DAY_MAX.count_max:
        raise TooManyDrafts(
            _("Your organisation has begun %(count)s drafts within a day, those thrown away included. Go on tomorrow.")
            % {"count": DRAFTS_A_DAY_MAX.count_max}
        )


def _write(version: CourseVersion, content: Content) -> CourseVersion:
    for each in fields(content):
        if each.name not in IN_ROWS_OF_ITS_OWN:
            value = getattr(content, each.name)
            setattr(version, each.name, list(value) if isinstance(value, tuple) else value)
    version.credit_hundredths = 0 if version.is_elsewhere else content.notional_minutes // MINUTES_PER_HUNDREDTH
    version.revision += 1
    version.save()
    if not version.is_elsewhere:  # what is taught elsewhere is not completed here
        CompletionRule.objects.update_or_create(
            version=version, defaults={name: getattr(content, name) for name in OF_THE_RULE}
        )
    _write_skills(version, content.skills)
    return version


def _write_skills(version: CourseVersion, said: tuple[SkillSaid, ...]) -> None:
    taught = [
        TaughtSkill(version=version, skill_id=each.code, position=position, outcome=each.outcome)
        for position, each in enumerate(said, start=1)
    ]
    known = Skill.objects.filter(code__in=[each.code for each in said]).count()
    outcomes = len(version.outcomes_vi)
    if known != len(said) or len(said) > SKILLS_MAX.count_max or any((each.outcome or 0) > outcomes for each in said):
        raise SkillsDoNotFit(_("Choose skills from the list, each once, and each of an outcome there is."))
    version.taught_skills.all().delete()
    TaughtSkill.objects.bulk_create(taught)


def _published_words(version: CourseVersion, now: datetime) -> dict[str, str]:
    earlier = open_runs(course_ids=[version.course_id], now=now).exclude(version=version)
    return emails.proposal_published(version, earlier_classes=earlier.count())


def _tell(version: CourseVersion, kind: MessageKind, data: dict[str, str], now: datetime) -> None:
    """Tell who submitted the version; a version returned and sent again is told about again."""
    assert version.submitted_at is not None
    message.queue(
        kind=kind,
        key=f"{kind.lower()}:{version.pk}:{version.submitted_at:%Y%m%dT%H%M%S.%f}",
        data=data,
        now=now,
        recipient=version.submitted_by,
    )

"""Pathways: composed by curators, version by version; started, left and followed by learners."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from credits.actions.rule import Says
from credits.choices import KindOfCredit, PathwayState, RuleKind
from credits.models import Pathway, PathwayComponent, PathwayFollow, PathwayRule, PathwayVersion
from credits.models.rule import LIMITS
from credits.rules import PATHWAYS_FOLLOWED_MAX
from learners.models import Learner, Organization


class UnableToPublish(Exception):
    """The version cannot be published as it is; the message is written for the curator."""


class UnableToFollow(Exception):
    """The learner cannot start this pathway; the message is written for the learner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a version says, beside its rules."""

    title_vi: str
    title_en: str
    description_vi: str
    description_en: str
    level: int | None
    total_minor: int
    kinds_of_credit: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A lower pathway whose qualification counts as so much."""

    pathway: Pathway
    amount_minor: int
    kind_of_credit: str
    legal_source_vi: str
    legal_source_en: str
    field_code: str = ""
    level: int | None = None


@transaction.atomic
def compose(
    *,
    slug: str,
    organization: Organization,
    content: Content,
    rules: Sequence[Says],
    parts: Sequence[Part] = (),
    actor: Learner,
    now: datetime,
) -> PathwayVersion:
    """Write a new pathway with its first version, a draft, and return the version."""
    pathway = Pathway.objects.create(slug=slug, organization=organization, created_at=now, created_by=actor)
    version = PathwayVersion.objects.create(
        pathway=pathway, number=1, created_at=now, created_by=actor, **_columns(content)
    )
    _write_parts(version, rules, parts)
    return version


@transaction.atomic
def edit(
    *, version: PathwayVersion, content: Content, rules: Sequence[Says], parts: Sequence[Part] = ()
) -> PathwayVersion:
    """
    Write a draft anew, its rules in the order given, and return it.

    :raises UnableToPublish: if it is no draft any more.
    """
    _locked(version.pathway)
    version = PathwayVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if version.state != PathwayState.DRAFT:
        raise UnableToPublish(_("This version is published and stays as it is. Start a new version from it."))
    for name, value in _columns(content).items():
        setattr(version, name, value)
    version.save(update_fields=list(_columns(content)))
    version.rules.all().delete()
    version.components.all().delete()
    _write_parts(version, rules, parts)
    return version


@transaction.atomic
def new_version(*, pathway: Pathway, actor: Learner, now: datetime) -> PathwayVersion:
    """
    Start the next version as a copy of the newest, to be edited and published; return it.

    Idempotent: a draft there is already is returned.
    """
    pathway = _locked(pathway)
    newest = pathway.versions.order_by("-number")[0]
    if newest.state == PathwayState.DRAFT:
        return newest
    content = Content(
        **{each.name: getattr(newest, each.name) for each in fields(Content) if each.name != "kinds_of_credit"},
        kinds_of_credit=tuple(newest.kinds_of_credit),
    )
    version = PathwayVersion.objects.create(
        pathway=pathway, number=newest.number + 1, created_at=now, created_by=actor, **_columns(content)
    )
    rules, parts = list(newest.rules.all()), list(newest.components.all())
    for rule in rules:
        rule.pk, rule.version = None, version
    for part in parts:
        part.pk, part.version = None, version
    PathwayRule.objects.bulk_create(rules)
    PathwayComponent.objects.bulk_create(parts)
    return version


@transaction.atomic
def publish(*, version: PathwayVersion, actor: Learner, now: datetime) -> PathwayVersion:
    """
    Publish a draft and return it; the version published before is retired, and who follows it goes on with it.

    Idempotent.

    :raises UnableToPublish: if nobody could ever reach it.
    """
    _locked(version.pathway)
    version = PathwayVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if version.state != PathwayState.DRAFT:
        return version
    _refuse_what_nobody_can_reach(version)
    for before in version.pathway.versions.filter(state=PathwayState.PUBLISHED):
        _retire(before, now)
    version.state = PathwayState.PUBLISHED
    version.published_at, version.published_by = now, actor
    version.save(update_fields=["state", "published_at", "published_by"])
    return version


@transaction.atomic
def retire(*, version: PathwayVersion, now: datetime) -> PathwayVersion:
    """Let nobody new start a version and return it; who follows it goes on and may reach it. Idempotent."""
    _locked(version.pathway)
    version = PathwayVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if version.state == PathwayState.PUBLISHED:
        _retire(version, now)
    return version


@transaction.atomic
def follow(*, learner: Learner, version: PathwayVersion, now: datetime) -> PathwayFollow:
    """
    Put a learner on a pathway, by its published version, and return where they are.

    Idempotent: who is on it already stays where they are, by the version they started on.

    :raises UnableToFollow: if nobody new may start it, or the learner is on too many.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    current = PathwayFollow.objects.filter(learner=learner, left_at__isnull=True)
    if there := current.filter(pathway=version.pathway_id).first():
        return there
    _refuse_unless_open(version)
    if current.count() >= PATHWAYS_FOLLOWED_MAX:
        raise UnableToFollow(
            _("You are on %(count)s pathways, which is as many as one may be. Leave one first.")
            % {"count": PATHWAYS_FOLLOWED_MAX}
        )
    return PathwayFollow.objects.create(learner=learner, pathway_id=version.pathway_id, version=version, started_at=now)


@transaction.atomic
def leave(*, follow: PathwayFollow, now: datetime) -> PathwayFollow:
    """Take a learner off a pathway and return what is left of it; nothing in the record changes. Idempotent."""
    follow = PathwayFollow.objects.select_for_update(no_key=True).get(pk=follow.pk)
    if follow.left_at is None:
        follow.left_at = now
        follow.save(update_fields=["left_at"])
    return follow


@transaction.atomic
def choose_newer(*, follow: PathwayFollow, now: datetime) -> PathwayFollow:
    """
    Put a learner on the version published now, with the rules of today, and return where they are.

    An explicit act of the learner's: nothing else changes what they started under. Idempotent.

    :raises UnableToFollow: if there is no newer version, or the learner has left.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=follow.learner_id)
    version = PathwayVersion.objects.filter(pathway=follow.pathway_id, state=PathwayState.PUBLISHED).first()
    current = PathwayFollow.objects.filter(learner=learner, pathway=follow.pathway_id, left_at__isnull=True).first()
    if current is None or version is None:
        raise UnableToFollow(_("There is no newer version to choose."))
    if current.version_id == version.pk:
        return current
    leave(follow=current, now=now)
    return PathwayFollow.objects.create(learner=learner, pathway_id=version.pathway_id, version=version, started_at=now)


def _columns(content: Content) -> dict[str, object]:
    named = {each.name: getattr(content, each.name) for each in fields(Content)}
    return {**named, "kinds_of_credit": list(content.kinds_of_credit)}


def _write_parts(version: PathwayVersion, rules: Sequence[Says], parts: Sequence[Part]) -> None:
    PathwayRule.objects.bulk_create(
        PathwayRule(version=version, position=position, **says.columns) for position, says in enumerate(rules, start=1)
    )
    PathwayComponent.objects.bulk_create(
        PathwayComponent(version=version, **{each.name: getattr(part, each.name) for each in fields(Part)})
        for part in parts
    )


def _locked(pathway: Pathway) -> Pathway:
    return Pathway.objects.select_for_update(no_key=True).get(pk=pathway.pk)


def _retire(version: PathwayVersion, now: datetime) -> None:
    version.state, version.retired_at = PathwayState.RETIRED, now
    version.save(update_fields=["state", "retired_at"])


def _refuse_unless_open(version: PathwayVersion) -> None:
    if not PathwayVersion.objects.filter(pk=version.pk, state=PathwayState.PUBLISHED).exists():
        raise UnableToFollow(_("Nobody new can start this pathway any more."))


def _refuse_what_nobody_can_reach(version: PathwayVersion) -> None:
    total = version.total_minor
    if not version.kinds_of_credit:
        raise UnableToPublish(_("Say which kinds of credit count."))
    for row in version.rules.all():
        figure = row.amount_minor if row.amount_minor is not None else total * (row.percent or 0) // 100
        if row.kind == RuleKind.MINIMUM and figure > total:
            raise UnableToPublish(
                _("Rule %(number)s asks for more than the pathway in all.") % {"number": row.position}
            )
        if row.kind == RuleKind.MINIMUM and row.kind_of_credit and row.kind_of_credit not in version.kinds_of_credit:
            kind = KindOfCredit(row.kind_of_credit).label
            raise UnableToPublish(
                _("Rule %(number)s asks for %(kind)s credit, which this pathway does not take.")
                % {"number": row.position, "kind": kind}
            )
        if row.kind in LIMITS and figure < total and _speaks_of_everything(row):
            raise UnableToPublish(
                _("Rule %(number)s limits all credit to less than it takes.") % {"number": row.position}
            )
    parts = list(version.components.all())
    if any(part.pathway_id == version.pathway_id for part in parts):
        raise UnableToPublish(_("A qualification cannot count toward itself."))
    if sum(part.amount_minor for part in parts) >= total:
        raise UnableToPublish(_("The lower qualifications together must count as less than the pathway in all."))


def _speaks_of_everything(row: PathwayRule) -> bool:
    """Return whether a limit has no selector and no period."""
    selectors = (row.kind_of_credit, row.source, row.field_code, row.level_min, row.level_max, row.issuer_id)
    return row.kind == RuleKind.CAP and row.period == "NONE" and not any(selectors) and not row.course_keys

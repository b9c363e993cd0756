"""Who may do what with courses and runs; at most one query each."""

from courses.choices import VersionState
from courses.models import AttendanceFlag, AttendanceObjection, CourseRun, CourseVersion, Feedback
from learners.choices import Role
from learners.models import Organization
from learners.permissions import Actor, is_curator, is_manager, is_staff_of, roles_of

EDITABLE = (VersionState.DRAFT, VersionState.RETURNED)


def may_draft(actor: Actor, organization: Organization) -> bool:
    """Managers and instructors write drafts."""
    return is_staff_of(actor, organization, (Role.MANAGER, Role.INSTRUCTOR))


def may_submit(actor: Actor, organization: Organization) -> bool:
    """Only a manager speaks for the organization: submits, opens a run."""
    return is_manager(actor, organization)


def may_change_sessions(actor: Actor, run: CourseRun) -> bool:
    """A manager of its organization, or an instructor of it who teaches the run, moves and cancels its sessions."""
    roles = roles_of(actor, run.version.course.provider)
    if Role.MANAGER in roles:
        return True
    return actor is not None and Role.INSTRUCTOR in roles and run.run_instructors.filter(learner=actor.pk).exists()


def may_edit(actor: Actor, version: CourseVersion) -> bool:
    """A draft is open to those who write drafts."""
    return version.state in EDITABLE and may_draft(actor, version.course.provider)


def may_start_version(actor: Actor, version: CourseVersion) -> bool:
    """Who writes drafts may begin the next version of what is published; a manager submits it."""
    return version.state == VersionState.PUBLISHED and may_draft(actor, version.course.provider)


def may_discard(actor: Actor, version: CourseVersion) -> bool:
    """A draft is thrown away by a manager, or by who began it."""
    provider = version.course.provider
    return version.state in EDITABLE and (
        may_submit(actor, provider)
        or (actor is not None and version.created_by_id == actor.pk and may_draft(actor, provider))
    )


def may_review(actor: Actor, version: CourseVersion) -> bool:
    """A curator reviews, but never a course of an organization they belong to."""
    return is_curator(actor) and not roles_of(actor, version.course.provider)


def may_import(actor: Actor, organization: Organization) -> bool:
    """A manager brings in the organization's courses, and a curator anybody's."""
    return is_curator(actor) or is_manager(actor, organization)


def may_publish_imports(actor: Actor, organization: Organization) -> bool:
    """To publish is to review: a curator, but never for an organization they belong to."""
    return is_curator(actor) and not roles_of(actor, organization)


def may_moderate(actor: Actor, feedback: Feedback) -> bool:
    """A curator decides about reviews, but neither of an organization they belong to nor about their own."""
    return (
        is_curator(actor)
        and feedback.request.enrollment.learner_id != actor.pk
        and not roles_of(actor, feedback.course.provider)
    )


def may_answer_objection(actor: Actor, objection: AttendanceObjection) -> bool:
    """A manager of the provider answers until the curators have taken it over, and nobody about themselves."""
    provider = objection.enrollment.run.version.course.provider
    return (
        objection.escalated_at is None
        and not _is_about(actor, objection)
        and actor is not None
        and is_manager(actor, provider)
    )


def may_answer_objection_as_curator(actor: Actor, objection: AttendanceObjection) -> bool:
    """A curator may answer any, but never about themselves or for an organisation they belong to."""
    provider = objection.enrollment.run.version.course.provider
    return is_curator(actor) and not _is_about(actor, objection) and not roles_of(actor, provider)


def may_decide_flag(actor: Actor, flag: AttendanceFlag) -> bool:
    """A curator looks into what looks odd, but never for an organisation they belong to."""
    return is_curator(actor) and not roles_of(actor, flag.run.version.course.provider)


def _is_about(actor: Actor, objection: AttendanceObjection) -> bool:
    return actor is not None and actor.pk == objection.enrollment.learner_id

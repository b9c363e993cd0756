"""Curators: staff who verify organisations, review courses and look after messages."""

from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from learners.actions import sign_up
from learners.choices import Language
from learners.models import Learner

GROUP = "curators"
# What a curator may do at the desk; the desk's pages call actions, which check again. Ledger and messages: to look at.
PERMISSIONS = (
    "learners.view_learner",
    "learners.view_organization",
    "learners.change_organization",
    "learners.view_organizationcomplaint",
    "learners.change_organizationcomplaint",
    "learners.view_helprequest",
    "learners.change_helprequest",
    "learners.view_accountclosing",
    "learners.change_accountclosing",
    "learners.view_addedway",
    "learners.change_addedway",
    "learners.view_deadway",
    "learners.change_deadway",
    "learners.view_lostsecondstep",
    "learners.change_lostsecondstep",
    "learners.view_lostway",
    "learners.change_lostway",
    "learners.view_consenttext",
    "learners.view_agerule",
    "learners.add_agerule",
    "learners.view_guardian",
    "learners.view_retentionrule",
    "learners.add_retentionrule",
    "learners.view_membership",
    "learners.view_message",
    "learners.change_message",
    "learners.view_messagetext",
    "learners.add_messagetext",
    "learners.view_place",
    "learners.view_formerplace",
    "learners.view_proofcount",
    "learners.view_holiday",
    "learners.add_holiday",
    "learners.change_holiday",
    "learners.delete_holiday",
    "courses.view_course",
    "courses.change_course",
    "courses.view_courseversion",
    "courses.change_courseversion",
    "courses.view_courserun",
    "courses.view_review",
    "courses.view_field",
    "courses.view_searchword",
    "courses.add_searchword",
    "courses.change_searchword",
    "courses.delete_searchword",
    "courses.view_skill",
    "courses.add_skill",
    "courses.change_skill",
    "courses.view_attendanceobjection",
    "courses.change_attendanceobjection",
    "courses.view_attendancerecord",
    "courses.view_attendanceflag",
    "courses.change_attendanceflag",
    "courses.view_attendancefigure",
    "courses.view_walkin",
    "courses.add_attendancefigure",
    "courses.view_feedback",
    "courses.change_feedback",
    "courses.view_moderationdecision",
    "courses.view_placerequest",
    "courses.change_placerequest",
    "courses.view_wish",
    "courses.change_wish",
    "credits.view_acceptance",
    "credits.add_acceptance",
    "credits.view_account",
    "credits.view_courseequivalence",
    "credits.add_courseequivalence",
    "credits.view_creditrule",
    "credits.add_creditrule",
    "credits.view_journalentry",
    "credits.view_ledgercheck",
    "credits.view_posting",
    "credits.view_seal",
    "credits.view_lot",
    "credits.view_ledgerrequest",
    "credits.add_ledgerrequest",
    "credits.change_ledgerrequest",
    "credits.view_freeze",
    "credits.add_freeze",
    "credits.view_merge",
    "credits.view_dispute",
    "credits.change_dispute",
    "credits.add_ledgeraccess",
    "credits.view_pathwaycomponent",
    "credits.view_pathwayrule",
    "credits.view_pathwayversion",
    "credits.add_pathwayversion",
    "credits.change_pathwayversion",
    "credits.view_qualification",
    "credits.view_scheme",
    "credits.view_schemepolicy",
    "credits.add_schemepolicy",
)


@transaction.atomic
def appoint(*, address: str, full_name: str, now: datetime) -> Learner:
    """
    Make the learner with a folded address a curator and return them; a new address gets an account.

    Idempotent. The group is made, and given what it lacks, on the way.
    """
    learner = sign_up.sign_up(address=address, full_name=full_name, language=Language.VI, now=now)
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if not learner.is_staff:
        learner.is_staff = True
        learner.save(update_fields=["is_staff"])
    learner.groups.add(_group())
    return learner


@transaction.atomic
def complete_group() -> bool:
    """
    Give curators what has come to ``PERMISSIONS`` since they were appointed; return whether there are any. Idempotent.

    Run after each migration (``portal.apps``): what is new at the desk is there for those who work at it already.
    """
    if not Group.objects.filter(name=GROUP).exists():
        return False
    _group()
    return True


def _group() -> Group:
    group, _is_new = Group.objects.get_or_create(name=GROUP)
    wanted = {tuple(name.split(".")) for name in PERMISSIONS}
    permissions = Permission.objects.select_related("content_type").filter(
        content_type__app_label__in={app for app, _codename in wanted}
    )
    group.permissions.add(*[each for each in permissions if (each.content_type.app_label, each.codename) in wanted])
    return group

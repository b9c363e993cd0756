"""
What the serving role may do with each table, granted after every migration.

Two roles: the owner migrates, ``DATABASE_APP_ROLE`` serves pages and runs tasks. The serving role owns nothing, so it
cannot switch a trigger off, and what is append-only it may only read and insert.
"""

from typing import Any

from django.conf import settings
from django.db import connections

READ_WRITE = "SELECT, INSERT, UPDATE, DELETE"
APPEND_ONLY = "SELECT, INSERT"

# Tables that differ from READ_WRITE, and why.
RIGHTS = {
    "courses_review": APPEND_ONLY,  # a decision stays as it was taken
    # Reviews: the author's words and their end may change, never whose they are; hiding is the database's own act,
    # after a decision. What was said earlier, replied, reported, objected and decided stays.
    "courses_feedback": "SELECT, INSERT, UPDATE (stars, can_do, text, edited_at, withdrawn_at)",
    "courses_feedbackrequest": "SELECT, INSERT, UPDATE (declined_at)",
    **dict.fromkeys(
        (
            "courses_feedbackedition",
            "courses_feedbackobjection",
            "courses_feedbackreply",
            "courses_feedbackreport",
            "courses_moderationdecision",
        ),
        APPEND_ONLY,
    ),
    # Attendance: an entry is superseded once, an objection answered once; what was said stays.
    "courses_attendancerecord": "SELECT, INSERT, UPDATE (superseded_at)",
    "courses_attendanceconfirmation": APPEND_ONLY,
    "courses_attendancefigure": "SELECT, INSERT, UPDATE (valid_to)",
    "courses_attendanceflag": "SELECT, INSERT, UPDATE (outcome, reason, decided_at, decided_by_id)",
    "courses_attendanceflag_records": APPEND_ONLY,
    "courses_attendanceobjection": "SELECT, INSERT, UPDATE (escalated_at, outcome, answer, answered_at, "
    "answered_by_id)",
    "courses_uncountedmark": "SELECT, INSERT, UPDATE (full_name)",  # as walk-ins: emptied after its time
    # A walk-in is claimed once, or struck off and put back; it is emptied after its time.
    "courses_walkin": ("SELECT, INSERT, UPDATE (full_name, phone, claimed_at, enrollment_id, struck_at, struck_by_id)"),
    # Waiting lists: what ends is ended, whose it is follows a merge, and the rest of a line stays as it was.
    "courses_comingquestion": "SELECT, INSERT, UPDATE (enrollment_id, begins_at, asked_at, answer, answered_at)",
    # A request stays as it was asked, follows a merge, and is decided once.
    "courses_placerequest": "SELECT, INSERT, UPDATE (learner_id, reminded_at, managers_told_at, escalated_at, "
    "first_by_id, first_at, decided_at, decided_by_id, outcome, reason)",
    "courses_seatoffer": "SELECT, INSERT, UPDATE (outcome, answered_at)",
    "courses_waitingchoice": "SELECT, INSERT, UPDATE (ended_at, ended_how, priority, own_priority)",
    "courses_waitingrequest": "SELECT, INSERT, UPDATE (learner_id, group_id, ended_at, ended_how)",
    # A group is settled once, and follows who speaks for it; who has left it was in it.
    "courses_enrollmentgroup": "SELECT, INSERT, UPDATE (leader_id, settled_at, split_at, ended_at)",
    "courses_groupmember": "SELECT, INSERT, UPDATE (learner_id, joined_at, guardian_id, mandate_id, left_at)",
    "courses_calendarfeed": "SELECT, INSERT, UPDATE (ended_at)",  # an address is ended, never another one's
    "courses_telephonecall": "SELECT, INSERT, UPDATE (undone_at, undone_by_id)",
    # Results: an entry is superseded once, a word taken back once; what was said stays.
    "courses_resultentry": "SELECT, INSERT, UPDATE (superseded_at)",
    "courses_completionword": "SELECT, INSERT, UPDATE (ended_at, ended_by_id, end_reason)",
    "courses_placestep": APPEND_ONLY,  # what staff did for somebody in front of them
    "courses_sessionchange": APPEND_ONLY,  # what held before, and why it changed, stays
    # A word stays as it was given; it follows a merge, and goes with the account.
    "courses_learnedelsewhere": "SELECT, INSERT, UPDATE (learner_id), DELETE",
    "courses_skill": "SELECT, INSERT, UPDATE",  # its code is part of addresses: out of use, it stays
    "courses_wishanswer": APPEND_ONLY,  # an organisation changes its answer by a new one
    # Locking a row asks for UPDATE on one column at least; this one says nothing about amounts.
    "credits_account": "SELECT, INSERT, UPDATE (opened_at)",
    # The ledger, and what belongs to its entries or was agreed on before them; seals.
    **dict.fromkeys(
        (
            "credits_conversion",
            "credits_freeze",
            "credits_hold",
            "credits_journalentry",
            "credits_ledgeraccess",
            "credits_ledgercheck",
            "credits_ledgerdecision",
            "credits_ledgerrequest",
            "credits_lot",
            "credits_merge",
            "credits_mergeundo",
            "credits_posting",
            "credits_seal",
            "credits_sealleaf",
            "credits_sealnode",
            "credits_unfreeze",
        ),
        APPEND_ONLY,
    ),
    # A report stays as it was written; what may be added to it is its end.
    "credits_dispute": "SELECT, INSERT, UPDATE (state, escalated_at, withdrawn_at, outcome, answer, answered_by_id, "
    "answered_for_id, answered_at, answered_after_days)",
    # Rules and the like are closed, not edited; a qualification stays. Rows are locked by the column that may change.
    "credits_acceptance": "SELECT, INSERT, UPDATE (until, ended_at, ended_by_id)",
    "credits_courseequivalence": "SELECT, INSERT, UPDATE (valid_to)",
    "credits_creditrule": "SELECT, INSERT, UPDATE (valid_to)",
    "credits_pathway": "SELECT, INSERT, UPDATE (created_at)",
    "credits_pathwayfollow": "SELECT, INSERT, UPDATE (left_at)",
    "credits_qualification": APPEND_ONLY,
    "credits_qualificationuse": APPEND_ONLY,
    "credits_scheme": APPEND_ONLY,
    "credits_schemepolicy": "SELECT, INSERT, UPDATE (valid_to)",
    "django_migrations": "SELECT",
    # A card ends by being revoked; what it opens, and for whom, stays.
    "learners_addedway": (
        "SELECT, INSERT, UPDATE "
        "(added_by_id, organization_id, confirmed_at, confirmed_by_id, is_by_curator, taken_off_at)"
    ),
    "learners_card": "SELECT, INSERT, UPDATE (used_at, revoked_at, revoked_by_id)",
    "learners_claim": APPEND_ONLY,
    "learners_correction": APPEND_ONLY,
    "learners_formerplace": "SELECT",  # facts; a migration writes them
    # What a helper may do stays as it was made out; it is taken up once, taken back once, and follows the person.
    "learners_mandate": "SELECT, INSERT, UPDATE (person_id, helper_id, accepted_at, revoked_at, revoked_by_id, "
    "end_hash)",
    "learners_deadway": "SELECT, INSERT, UPDATE (address, confirmed_at, confirmed_by_id, is_by_curator, undone_at, "
    "undone_by_id)",
    "learners_lostsecondstep": "SELECT, INSERT, UPDATE (vouched_at, vouched_by_id, confirmed_at, confirmed_by_id, "
    "due_at, stopped_at, done_at)",
    "learners_lostway": "SELECT, INSERT, UPDATE (address, new_address, vouched_at, vouched_by_id, confirmed_at, "
    "confirmed_by_id, due_at, stopped_at, done_at)",
    # What is offered, and by whom, stays; it is taken up once, or taken back, and the words go.
    "learners_staffinvitation": "SELECT, INSERT, UPDATE (for_words, taken_up_at, membership_id, taken_back_at, "
    "taken_back_by_id)",
    "learners_deletionproof": APPEND_ONLY,
    # Who said of two accounts that they are two people's, and when, stays; the row goes with either of the two.
    "learners_toldapart": "SELECT, INSERT, UPDATE (taken_back_at, taken_back_by_id), DELETE",
    "learners_mandateact": APPEND_ONLY,
    "learners_movedrow": APPEND_ONLY,
    # Requests to be called back: the words may go, after their time; the answer stays, its note goes with them.
    "learners_communehelper": "SELECT, INSERT, UPDATE (name, phone, ended_at)",
    "learners_helpanswer": "SELECT, INSERT, UPDATE (note)",
    "learners_helprequest": "SELECT, INSERT, UPDATE (name, reach, about, learner_id, scrubbed_at)",
    # What was agreed to, when and how, stays; it ends once.
    "learners_consent": "SELECT, INSERT, UPDATE (withdrawn_at, withdrawal_witnessed_by_id, withdrawal_organization_id)",
    "learners_consenttext": "SELECT",  # words; a migration writes them
    "learners_agerule": "SELECT, INSERT, UPDATE (valid_to)",
    # A guardian is taken up once and taken back once, follows a child into another account, and loses a name; an answer
    # ends once.
    "learners_guardian": "SELECT, INSERT, UPDATE (child_id, guardian_id, accepted_at, witnessed_by_id, revoked_at, "
    "revoked_by_id, full_name)",
    "learners_consentanswer": "SELECT, INSERT, UPDATE (ended_at)",
    "learners_retentionrule": "SELECT, INSERT, UPDATE (valid_to)",
    "learners_accountclosing": "SELECT, INSERT, UPDATE (due_at, confirmed_at, confirmed_by_id, is_by_curator, "
    "leaving_at, stopped_at, erased_at, certificate)",
    # Stays as it was written; it follows its maker into another account.
    "learners_organizationcomplaint": "SELECT, INSERT, UPDATE (learner_id)",
    "learners_organizationcomplaintanswer": APPEND_ONLY,  # given once
    "learners_registration": APPEND_ONLY,  # how somebody agreed stays as it was written down
}


def grant(*, using: str = "default", **_signal: Any) -> None:
    """Grant the serving role its rights; does nothing where one role does both jobs."""
    connection = connections[using]
    role = connection.ops.quote_name(settings.DATABASE_APP_ROLE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [settings.DATABASE_APP_ROLE]
        )
        if cursor.fetchone() is None:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        for (table,) in cursor.fetchall():
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"REVOKE ALL ON {quoted} FROM {role}")
            cursor.execute(f"GRANT {RIGHTS.get(table, READ_WRITE)} ON {quoted} TO {role}")

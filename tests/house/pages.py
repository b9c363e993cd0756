"""Every named address that answers GET, and who looks at it with what in hand."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from courses.queries import coming, group, offer_link
from tests.factories.world import World
from tests.learners.sign_in import a_fresh_proof, came_in_by_an_identity

Arguments = Callable[[World], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Seen:
    """How one address is looked at: by whom (an attribute of the world; "" is nobody) and with which arguments."""

    by: str = ""
    arguments: Arguments = field(default=lambda world: {})
    query: str = ""
    session: Arguments | None = None  # what an earlier step has left in the session

    def path(self, name: str, world: World) -> str:
        return reverse(name, kwargs=self.arguments(world)) + self.query

    def html(self, name: str, world: World) -> str:
        """Return the page as whoever looks at it is answered, without a browser."""
        client = Client()
        if self.by:
            client.force_login(getattr(world, self.by))
        if self.session:
            session = client.session
            session.update(self.session(world))
            session.save()
        return client.get(self.path(name, world)).content.decode()


def _organization(world: World) -> dict[str, Any]:
    return {"organization_id": world.organization.public_id}


def _in_the_draft(world: World) -> dict[str, Any]:
    return {**_organization(world), "course_id": world.draft.course_id}


def _waiting(address: str) -> dict[str, str]:
    return {"code_id": str(uuid4()), "address": address, "next": ""}


def _identity(world: World) -> dict[str, Any]:
    identity = {"provider": "vneid", "uid": "1", "shown": "Lê Văn Hòa", "at": time.time()}
    return {"identity": identity, **a_fresh_proof(world.learner)}


PAGES: dict[str, Seen] = {
    "home": Seen(),
    "acceptance_desk": Seen("manager", _organization),
    "account_login": Seen(),
    "account_confirm_login_code": Seen(
        session=lambda w: {"sign_in": {"code_id": str(uuid4()), "address": "moi@example.vn", "next": ""}}
    ),
    "courses:catalog": Seen("learner", query="?q=so+cap+cuu&near=31135&within=50&cost=free&province=92"),
    "courses:suggest": Seen(query="?q=so+cap"),
    "courses:course": Seen(arguments=lambda w: {"course_id": w.version.course_id, "slug": w.version.slug}),
    "courses:version": Seen("learner", lambda w: {"course_id": w.version.course_id, "number": 1}),
    "courses:outline": Seen("manager", _in_the_draft),
    "courses:outline_module_new": Seen("manager", _in_the_draft),
    "courses:outline_module": Seen("manager", lambda w: {**_in_the_draft(w), "key": w.draft.modules.get().pk}),
    "courses:outline_unit_new": Seen("manager", lambda w: {**_in_the_draft(w), "module_key": w.draft.modules.get().pk}),
    "courses:outline_unit": Seen(
        "manager", lambda w: {**_in_the_draft(w), "key": w.draft.modules.get().units.get().pk}
    ),
    "courses:outline_remove": Seen(
        "manager", lambda w: {**_in_the_draft(w), "kind": "modules", "key": w.draft.modules.get().pk}
    ),
    "courses:discard": Seen("manager", lambda w: {**_organization(w), "course_id": w.draft.course_id}),
    "courses:enroll": Seen("other", lambda w: {"run_id": w.run.pk}),
    "courses:my_calendar": Seen("learner"),
    "courses:my_waiting": Seen("learner"),
    "courses:group_new": Seen("other", lambda w: {"run_id": w.run.pk}),
    "courses:group": Seen("learner", lambda w: {"public_id": w.group.public_id}),
    "courses:group_take_out": Seen("learner", lambda w: {"public_id": w.group.public_id, "position": 1}),
    "courses:group_join": Seen("other", lambda w: {"token": group.token(w.group.members.get(learner=None))}),
    "courses:offer": Seen("learner", lambda w: {"public_id": w.offer.public_id}),
    "courses:offer_accept": Seen(arguments=lambda w: {"token": offer_link.token(w.offer, offer_link.ACCEPT)}),
    "courses:offer_decline": Seen(arguments=lambda w: {"token": offer_link.token(w.offer, offer_link.DECLINE)}),
    "courses:run_terms": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:run_requests": Seen("manager", lambda w: {**_organization(w), "run_id": w.asked.run_id}),
    "courses:run_request": Seen(
        "manager", lambda w: {**_organization(w), "run_id": w.asked.run_id, "public_id": w.asked.public_id}
    ),
    "courses:place_request": Seen("learner", lambda w: {"public_id": w.asked.public_id}),
    "courses:coming_yes": Seen(arguments=lambda w: {"token": coming.token(w.question, coming.YES)}),
    "courses:coming_no": Seen(arguments=lambda w: {"token": coming.token(w.question, coming.NO)}),
    "courses:waiting_leave": Seen("learner", lambda w: {"public_id": w.offer.request.public_id}),
    "courses:run_seats": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:run_cancel": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:take_place": Seen(
        "manager", lambda w: {**_organization(w), "run_id": w.run.pk, "public_id": w.enrollment.public_id}
    ),
    "courses:run_forget": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:run_switch": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:run_meeting": Seen("manager", lambda w: {**_organization(w), "run_id": w.online.run_id}),
    "courses:session_add": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:session_move": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk, "position": 2}),
    "courses:session_cancel": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk, "position": 2}),
    "courses:session_calls": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:enrollment": Seen("learner", lambda w: {"public_id": w.enrollment.public_id}),
    "courses:enroll_for": Seen("learner", lambda w: {"run_id": w.run.pk, "mandate_id": w.mandate.public_id}),
    "courses:person_classes": Seen(
        "manager", lambda w: {**_organization(w), "person_id": w.registered.learner.public_id}
    ),
    "courses:person_class": Seen(
        "manager", lambda w: {**_organization(w), "person_id": w.registered.learner.public_id, "run_id": w.run.pk}
    ),
    "courses:timetable_of": Seen("learner", lambda w: {"mandate_id": w.mandate.public_id}),
    "courses:withdraw_for": Seen(
        "learner", lambda w: {"mandate_id": w.mandate.public_id, "public_id": w.helped.public_id}
    ),
    "courses:withdraw": Seen("learner", lambda w: {"public_id": w.enrollment.public_id}),
    "courses:unit": Seen("learner", lambda w: {"public_id": w.online.public_id, "position": 1}),
    "courses:workspaces": Seen("other"),
    "courses:workspace": Seen("manager", _organization),
    "courses:proposal_new": Seen("manager", _organization),
    "courses:proposal_edit": Seen("manager", lambda w: {**_organization(w), "course_id": w.draft.course_id}),
    "courses:run_new": Seen("manager", lambda w: {**_organization(w), "course_id": w.version.course_id}),
    "courses:proposal": Seen("manager", lambda w: {**_organization(w), "course_id": w.proposal.course_id}),
    "courses:run": Seen("instructor", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:run_results": Seen("instructor", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "courses:run_result": Seen(
        "instructor", lambda w: {**_organization(w), "run_id": w.run.pk, "public_id": w.enrollment.public_id}
    ),
    "courses:attendance": Seen("instructor", lambda w: {**_organization(w), "run_id": w.run.pk, "position": 1}),
    "courses:roster_phone": Seen("instructor", lambda w: {**_organization(w), "run_id": w.run.pk, "position": 1}),
    "courses:attendance_keyed": Seen("instructor", lambda w: {**_organization(w), "run_id": w.run.pk, "position": 1}),
    "courses:my_walk_ins": Seen("learner"),
    "courses:room_screen": Seen("instructor", lambda w: {**_organization(w), "run_id": w.run.pk, "position": 1}),
    "courses:room": Seen("learner"),
    "courses:room_code": Seen("learner", lambda w: {"code": "K7PQ2R"}),
    "courses:attendance_history": Seen("learner", lambda w: {"public_id": w.enrollment.public_id}),
    "courses:attendance_desk": Seen("manager", _organization),
    "courses:attendance_objection": Seen("manager", lambda w: {**_organization(w), "public_id": w.objection.public_id}),
    "courses:provider": Seen(arguments=lambda w: {"organization_id": w.organization.pk, "slug": w.organization.slug}),
    "courses:providers": Seen(query="?q=trung+tam&province=92&commune=31135&within=20"),
    "courses:following": Seen(query="?province=92&commune=31135"),
    "courses:embed_line": Seen(query="?field=06&province=92"),
    "courses:embedded": Seen(),
    "courses:open_data": Seen(),
    "courses:wishes": Seen(query="?province=92&commune=31135"),
    "courses:wish_new": Seen("learner", query="?q=trong+nam&commune=31135"),
    "courses:my_wishes": Seen("learner"),
    "courses:interests": Seen("learner"),
    "courses:suggestions": Seen("learner"),
    "courses:demand": Seen("manager", _organization),
    "courses:demand_wish": Seen("manager", lambda w: {**_organization(w), "public_id": w.wish.wish.public_id}),
    "courses:reviews": Seen(arguments=lambda w: {"course_id": w.reviewed.course_id}),
    "courses:moderation_log": Seen(),
    "courses:my_review": Seen("learner", lambda w: {"public_id": w.finished.public_id}),
    "courses:review_report": Seen("other", lambda w: {"public_id": w.reviewed.public_id}),
    "courses:desk_reviews": Seen("manager", _organization),
    "courses:desk_review": Seen("manager", lambda w: {**_organization(w), "public_id": w.answered.public_id}),
    "courses:imports": Seen("manager", _organization),
    "courses:import_job": Seen("manager", lambda w: {**_organization(w), "job_id": w.job.public_id}),
    "courses:harvest_new": Seen("manager", _organization),
    "courses:duplicates": Seen("curator"),
    "credits:seal": Seen(arguments=lambda w: {"number": 1}),
    "credits:seals": Seen(),
    "credits:statement": Seen("learner"),
    "credits:entry": Seen("learner", lambda w: {"public_id": w.entry.public_id}),
    "credits:timeline": Seen("learner"),
    "credits:readers": Seen("learner"),
    "credits:dispute_new": Seen("learner", lambda w: {"public_id": w.entry.public_id}),
    "credits:disputes": Seen("learner"),
    "credits:dispute": Seen("learner", lambda w: {"public_id": w.dispute.public_id}),
    "credits:dispute_statistics": Seen(),
    "credits:desk_disputes": Seen("manager", _organization),
    "credits:desk_dispute": Seen("manager", lambda w: {**_organization(w), "public_id": w.dispute.public_id}),
    "credits:desk_issued": Seen("manager", _organization),
    "credits:reversal_new": Seen("manager", lambda w: {**_organization(w), "public_id": w.entry.public_id}),
    "credits:desk_requests": Seen("manager", _organization),
    "credits:desk_request": Seen("manager", lambda w: {**_organization(w), "public_id": w.request.public_id}),
    "credits:transfer_new": Seen("manager", _organization),
    "credits:prior_learning_new": Seen("manager", _organization),
    "credits:accepted": Seen(query="?q=so+cap+cuu"),
    "dashboard": Seen("learner"),
    "my_pathway": Seen("learner", lambda w: {"slug": w.pathway.pathway.slug}),
    "my_pathways": Seen("learner"),
    "pathway": Seen("other", lambda w: {"slug": w.pathway.pathway.slug}),
    "pathway_leave": Seen("learner", lambda w: {"slug": w.pathway.pathway.slug}),
    "pathway_newer": Seen("learner", lambda w: {"slug": w.pathway.pathway.slug}),
    "pathway_use": Seen(
        "learner", lambda w: {"slug": w.reachable.pathway.slug}, session=lambda w: a_fresh_proof(w.learner)
    ),
    "pathways": Seen(query="?q=cong+dan"),
    "account_reauthenticate": Seen("learner", query="?next=/me/sign-in/email/"),
    "account_again_code": Seen("learner", session=lambda w: {"again": _waiting("learner@example.vn")}),
    "learners:ways": Seen("learner"),
    "account_passkey": Seen(),
    "learners:identity": Seen("learner", session=_identity),
    "mfa_index": Seen("curator"),
    "mfa_activate_totp": Seen("learner", session=lambda w: a_fresh_proof(w.learner)),
    "mfa_add_webauthn": Seen("learner", session=lambda w: a_fresh_proof(w.learner)),
    "mfa_generate_recovery_codes": Seen("learner", session=lambda w: a_fresh_proof(w.learner)),
    "learners:way_new": Seen("learner", lambda w: {"way": "phone"}, session=lambda w: a_fresh_proof(w.learner)),
    "learners:way_code": Seen("learner", session=lambda w: {"new_way": _waiting("+84912345678")}),
    "learners:way_remove": Seen("other", lambda w: {"way": "email"}, session=lambda w: a_fresh_proof(w.other)),
    "learners:devices": Seen("learner"),
    "learners:complaint_new": Seen("other", lambda w: {"organization_id": w.organization.pk}),
    "learners:complaints": Seen("learner"),
    "learners:help": Seen("learner"),
    "learners:help_answer": Seen("manager", lambda w: {**_organization(w), "public_id": w.help.public_id}),
    "learners:help_numbers": Seen(),
    "learners:help_waiting": Seen("manager", _organization),
    "learners:helper": Seen("manager", _organization),
    "learners:organization_new": Seen("other"),
    "learners:close": Seen("learner", session=lambda w: a_fresh_proof(w.learner)),
    "learners:closing": Seen(arguments=lambda w: {"token": w.closing_token}),
    "learners:consents": Seen("learner"),
    "learners:needs": Seen("learner"),
    "learners:preferences": Seen("learner"),
    "learners:study": Seen("learner"),
    "my_data": Seen("learner"),
    "learners:profile": Seen("learner"),
    "learners:card": Seen("learner"),
    "learners:claim": Seen("learner"),
    "learners:person_claim": Seen(
        "manager", lambda w: {**_organization(w), "person_id": w.registered.learner.public_id}
    ),
    "learners:children": Seen("learner"),
    "learners:person_guardians": Seen("manager", lambda w: {**_organization(w), "person_id": w.child.public_id}),
    "learners:guardian_by_code": Seen("manager", _organization),
    "learners:person_answers": Seen("manager", lambda w: {**_organization(w), "person_id": w.child.public_id}),
    "learners:staff": Seen("manager", _organization, session=lambda w: a_fresh_proof(w.manager)),
    "learners:staff_join": Seen("other", session=lambda w: a_fresh_proof(w.other)),
    "courses:staff_end": Seen("manager", lambda w: {**_organization(w), "membership_id": w.role.pk}),
    "courses:run_teachers": Seen("manager", lambda w: {**_organization(w), "run_id": w.run.pk}),
    "learners:helpers": Seen("learner"),
    "learners:helper_end_by_link": Seen(arguments=lambda w: {"token": w.end_token}),
    "learners:second_step_stop": Seen(arguments=lambda w: {"public_id": w.lost.public_id}),
    "learners:way_stop": Seen(arguments=lambda w: {"public_id": w.lost_way.public_id}),
    "learners:way_not_me": Seen(arguments=lambda w: {"token": w.not_me_token}),
    "learners:way_lost": Seen("learner", session=lambda w: came_in_by_an_identity(w.learner)),
    "learners:person_close": Seen(
        "manager", lambda w: {**_organization(w), "person_id": w.registered.learner.public_id}
    ),
    "learners:person_ways": Seen(
        "manager", lambda w: {**_organization(w), "person_id": w.registered.learner.public_id}
    ),
    "learners:helping": Seen("learner"),
    "learners:look_for": Seen("learner", lambda w: {"mandate_id": w.mandate.public_id}),
    "learners:person_helpers": Seen(
        "manager", lambda w: {**_organization(w), "person_id": w.registered.learner.public_id}
    ),
    "learners:card_scan": Seen(arguments=lambda w: {"token": "A" * 22}),
    "learners:card_sign_in": Seen(),
    "learners:left": Seen(),
    "learners:people": Seen("manager", _organization, "?q=tu"),
    "learners:person_new": Seen("manager", _organization),
    "learners:person": Seen("manager", lambda w: {**_organization(w), "person_id": w.registered.learner.public_id}),
    "learners:sign_up": Seen(
        session=lambda w: {"sign_up": {"address": "moi@example.vn", "next": "", "at": time.time()}}
    ),
    "learners:unsubscribe": Seen(arguments=lambda w: {"token": w.stop_token}),
    "dev_mailbox": Seen(),
}

# Addresses for machines, or that only answer POST, or redirect: each with what a test elsewhere says of it.
NOT_PAGES: dict[str, str] = {
    "acceptance_end": "POST: tests/portal/test_acceptance_desk.py",
    "accepted_csv": "a file: tests/credits/test_transfer_register.py",
    "accepted_json": "a file: tests/credits/test_transfer_register.py",
    "account_logout": "POST: tests/learners/test_sign_in.py",
    "learners:staff_take_back": "POST: tests/learners/test_staff_pages.py",
    "consent_receipt": "a file: tests/learners/test_consent.py",
    "export_new": "POST: tests/portal/test_personal_export.py",
    "export_file": "a file: tests/portal/test_personal_export.py",
    "personal_calendar": "a calendar: tests/courses/test_my_calendar.py",
    "courses:calendar": "a calendar: tests/courses/test_following.py",
    "courses:run_calendar": "a calendar: tests/courses/test_share.py",
    "courses:short": "leads to the course: tests/courses/test_share.py",
    "courses:feed": "Atom and RSS: tests/courses/test_following.py",
    "courses:course_poster": "a file: tests/courses/test_poster.py",
    "courses:run_poster": "a file: tests/courses/test_poster.py",
    "courses:poster_code": "redirects and counts: tests/courses/test_poster_scan.py",
    "courses:sign_in_sheet": "a file: tests/courses/test_sign_in_sheet.py",
    "roster_worker": "a script: tests/courses/test_roster_phone.py",
    "courses:version_new": "POST: tests/courses/test_next_version.py",
    "courses:enroll_about": "POST: tests/courses/test_terms.py",
    "courses:ask_place": "POST: tests/courses/test_approval_pages.py",
    "courses:wait": "POST: tests/courses/test_waiting_pages.py",
    "courses:group_act": "asks with a group that waits only: tests/courses/test_group_leave.py",
    "courses:my_wish": "POST: tests/courses/test_wish_pages.py",
    "courses:review_new": "redirects to one's own review, or refuses: tests/courses/test_feedback_pages.py",
    "courses:suggestion": "POST: tests/courses/test_suggestions.py",
    "courses:import_start": "POST: tests/courses/test_import_pages.py",
    "courses:import_undo": "POST: tests/courses/test_import_pages.py",
    "courses:import_drop": "POST: tests/courses/test_import_pages.py",
    "courses:import_faults": "a file: tests/courses/test_import_pages.py",
    "courses:harvest_stop": "POST: tests/courses/test_import_pages.py",
    "credits:seal_feed": "Atom: tests/credits/test_seal_pages.py",
    "credits:statement_csv": "a file: tests/credits/test_statement_csv.py",
    "credits:statement_pdf": "a file: tests/credits/test_statement_pdf.py",
    "credits:statement_json": "a file: tests/credits/test_statement_json.py",
    "dev_mailbox_mail": "looked at in tests/learners/test_mailbox.py, which has a letter",
    "favicon": "redirects to the icon: tests/portal/test_home.py",
    "learners:child_answer": "POST: tests/learners/test_guardian_pages.py",
    "learners:guardian_end": "POST: tests/learners/test_guardian_pages.py",
    "learners:person_birth_year": "POST: tests/learners/test_birth_year.py",
    "learners:person_look": "POST: tests/learners/test_counter_record.py",
    "learners:person_name": "POST: tests/learners/test_counter_record.py",
    "learners:way_lost_code": "by a card or an identity elsewhere only: tests/learners/test_lost_way.py",
    "learners:way_give_back": "with a way taken off only: tests/learners/test_dead_way.py",
    "learners:person_close_confirm": "POST: tests/learners/test_counter_closing.py",
    "learners:close_stop": "with a closing asked for at a counter only: tests/learners/test_counter_closing.py",
    "learners:person_close_stop": "POST: tests/learners/test_counter_record.py",
    "learners:person_withdraw": "POST: tests/learners/test_counter_record.py",
    "learners:person_needs": "POST: tests/learners/test_counter_answers.py",
    "learners:person_take_up": "POST: tests/learners/test_counter_answers.py",
    "learners:person_answer": "POST: tests/learners/test_counter_answers.py",
    "learners:person_guardian_end": "POST: tests/learners/test_guardian_pages.py",
    "learners:helper_end": "POST: tests/courses/test_helping.py",
    "learners:person_helper_end": "POST: tests/courses/test_helping.py",
    "learners:card_end": "POST: tests/learners/test_card_sign_in.py",
    "learners:card_print": "POST, a file: tests/learners/test_registration.py",
    "learners:card_revoke": "POST: tests/learners/test_registration.py",
    "learners:joined_way_remove": "with a joined account only: tests/learners/test_joined_accounts.py",
    "learners:identity_remove": "with an identity only: tests/learners/test_identities.py",
    "openid_connect_login": "leads to a provider: tests/learners/test_identities.py",
    "openid_connect_callback": "a provider leads here: tests/learners/test_identities.py",
    "account_second_step_lost": "after the first step: tests/learners/test_lost_second_step.py",
    "mfa_authenticate": "after the first step: tests/learners/test_second_step.py",
    "mfa_deactivate_totp": "with an app only: tests/learners/test_second_step.py",
    "mfa_list_webauthn": "redirects to mfa_index",
    "mfa_login_webauthn": "JSON and POST: tests/learners/test_ways_in_browser.py",
    "mfa_remove_webauthn": "with a passkey only: tests/learners/test_ways_in_browser.py",
    "mfa_view_recovery_codes": "with an app only: tests/learners/test_second_step.py",
    "learners:device_sign_out": "POST: tests/learners/test_devices.py",
    "learners:devices_sign_out": "POST: tests/learners/test_devices.py",
    "learners:sign_out_everywhere": "POST: tests/learners/test_sign_out_everywhere.py",
    "open_data_csv": "a file: tests/courses/test_open_data.py",
    "open_data_json": "a file: tests/courses/test_open_data.py",
    "syllabus": "a file: tests/courses/test_syllabus.py",
    "pathway_start": "POST: tests/portal/test_pathway_pages.py",
    "robots": "plain text: tests/portal/test_home.py",
    "sitemap": "XML: tests/portal/test_sitemap.py",
    "sitemap_section": "XML: tests/portal/test_sitemap.py",
    "seal_file": "JSON: tests/credits/test_seal_pages.py",
    "signing_keys": "JSON: tests/credits/test_statement_json.py",
    "display": "POST: tests/portal/test_display.py",
    "health_live": "plain text: tests/portal/test_health.py",
    "health_ready": "plain text: tests/portal/test_health.py",
}


def named_addresses() -> set[str]:
    """Return the name of every address outside the admin, whose pages are found from its registry."""

    def walk(resolver: URLResolver, namespace: str) -> set[str]:
        names = set()
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                if pattern.namespace != "admin":
                    names |= walk(pattern, inner)
            elif isinstance(pattern, URLPattern) and pattern.name:
                names.add(namespace + pattern.name)
        return names

    return walk(get_resolver(), "")

"""One small function for each cell of ``learners/rights.csv``: what a person does to try that door over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions import calendar_feed
from courses.queries import coming, group, offer_link
from learners.choices import ConsentPurpose
from learners.models import Learner, Message
from learners.queries import calendar
from learners.queries.consent import text_of
from tests.factories.world import World
from tests.learners.sign_in import prove_again

REPORT = {"complaint": "WRONG_AMOUNT", "text": "Thiếu một buổi."}
ANSWER = {"outcome": "UPHELD", "answer": "Đúng là thiếu một buổi."}
OBJECTION_ANSWER = {"outcome": "ACCEPTED", "answer": "Có tên trong sổ giấy."}
WHY = {"reason": "Ghi trùng ngày 24/10", "authority": "Biên bản số 12"}
Door = Callable[[Client, World], HttpResponse]


def _a_move() -> dict[str, object]:
    """What moves a class session to an ordinary day in a month or so."""
    ahead = [timezone.localdate() + timedelta(days=days) for days in range(30, 60)]
    holidays = calendar.holidays_between(ahead[0], ahead[-1])
    day = next(day for day in ahead if day not in holidays)
    when = {"day_day": day.day, "day_month": day.month, "day_year": day.year, "starts_at": "21:00", "minutes": "90"}
    return when | {"reason": "Cô Lan bận"}


def _at(world: World, **more: object) -> dict[str, object]:
    return {"organization_id": world.organization.public_id, **more}


def _job(world: World) -> dict[str, object]:
    return _at(world, job_id=world.job.public_id)


def _person(world: World) -> dict[str, object]:
    return _at(world, person_id=world.registered.learner.public_id)


def _to(name: str, **arguments: object) -> str:
    return reverse(name, kwargs=arguments)


def _desk(page: str, *arguments: object) -> str:
    return reverse(f"admin:{page}", args=arguments)


def _fresh(client: Client) -> Client:
    """Whoever is signed in has typed a code a moment ago."""
    if (key := client.session.get("_auth_user_id")) is not None:
        prove_again(client, Learner.objects.get(pk=key))
    return client


def _requeue(client: Client, world: World) -> HttpResponse:
    chosen = {"action": "send_again", "_selected_action": [Message.objects.order_by("pk").first().pk]}  # type: ignore[union-attr]
    return client.post(_desk("learners_message_changelist"), chosen)


DOORS: dict[str, Door] = {
    "course.view_published": lambda c, w: c.get(_to("courses:course", course_id=w.version.course_id), follow=True),
    "course.view_draft": lambda c, w: c.get(_to("courses:proposal", **_at(w, course_id=w.draft.course_id))),
    "course.create_for_A": lambda c, w: c.post(_to("courses:proposal_new", **_at(w)), {}),
    "course.edit_draft": lambda c, w: c.post(_to("courses:proposal_edit", **_at(w, course_id=w.draft.course_id)), {}),
    "course.outline_draft": lambda c, w: c.post(
        _to("courses:outline_module_new", **_at(w, course_id=w.draft.course_id)), {}
    ),
    "course.edit_published": lambda c, w: c.post(_to("courses:version_new", **_at(w, course_id=w.version.course_id))),
    "course.discard_draft": lambda c, w: c.post(
        _to("courses:discard", **_at(w, course_id=w.draft.course_id)), {"version": w.draft.pk}
    ),
    "course.view_version": lambda c, w: c.get(_to("courses:version", course_id=w.version.course_id, number=1)),
    "course.poster": lambda c, w: c.get(_to("courses:run_poster", run_id=w.run.pk)),
    "course.poster_scan": lambda c, w: c.get(_to("courses:poster_code", code=f"r{w.run.pk}")),
    "course.submit": lambda c, w: c.post(
        _to("courses:proposal", **_at(w, course_id=w.draft.course_id)), {"submit": "1"}
    ),
    "course.publish": lambda c, w: c.post(_desk("courses_courseversion_decide", w.proposal.pk), {"publish": "1"}),
    "course.return_with_reasons": lambda c, w: c.post(
        _desk("courses_courseversion_decide", w.proposal.pk), {"reasons": "Thiếu địa điểm học."}
    ),
    "course.delete": lambda c, w: c.delete(_to("courses:course", course_id=w.version.course_id, slug=w.slug)),
    "import.hand_in_A": lambda c, w: c.post(_to("courses:imports", **_at(w)), {}),
    "import.view_A": lambda c, w: c.get(_to("courses:import_job", **_job(w))),
    "import.choose_A": lambda c, w: c.post(_to("courses:import_job", **_job(w)), {"field": "x"}),
    "import.run_A": lambda c, w: c.post(_to("courses:import_start", **_job(w))),
    "import.undo_A": lambda c, w: c.post(_to("courses:import_undo", **_job(w))),
    "import.drop_A": lambda c, w: c.post(_to("courses:import_drop", **_job(w))),
    "import.faults_A": lambda c, w: c.get(_to("courses:import_faults", **_job(w))),
    "import.duplicates": lambda c, w: c.get(_to("courses:duplicates")),
    "harvest.add_A": lambda c, w: c.post(_to("courses:harvest_new", **_at(w)), {}),
    "harvest.stop_A": lambda c, w: c.post(_to("courses:harvest_stop", **_at(w, source_id=w.source.public_id))),
    "run.create": lambda c, w: c.post(_to("courses:run_new", **_at(w, course_id=w.version.course_id)), {}),
    "run.roster_view": lambda c, w: c.get(_to("courses:run", **_at(w, run_id=w.run.pk))),
    "enrol.learner_LR": lambda c, w: c.post(_to("courses:enroll", run_id=w.run.pk)),
    "enrol.view_LR": lambda c, w: c.get(_to("courses:enrollment", public_id=w.enrollment.public_id)),
    "enrol.withdraw_LR": lambda c, w: c.post(_to("courses:withdraw", public_id=w.enrollment.public_id)),
    "run.seats_A": lambda c, w: c.post(_to("courses:run_seats", **_at(w, run_id=w.run.pk)), {"seats_max": "30"}),
    "run.cancel_A": lambda c, w: c.post(_to("courses:run_cancel", **_at(w, run_id=w.run.pk)), {"reason": "Bão"}),
    "run.take_place_A": lambda c, w: c.post(
        _to("courses:take_place", **_at(w, run_id=w.run.pk, public_id=w.enrollment.public_id)), {"reason": "Có gọi báo"}
    ),
    "run.forget_A": lambda c, w: c.post(_to("courses:run_forget", **_at(w, run_id=w.run.pk))),
    "run.switch_A": lambda c, w: c.post(_to("courses:run_switch", **_at(w, run_id=w.run.pk)), {"reason": "Bão"}),
    "run.meeting_A": lambda c, w: c.post(_to("courses:run_meeting", **_at(w, run_id=w.run.pk)), {"meeting_url": ""}),
    "run.session_move_A": lambda c, w: c.post(
        _to("courses:session_move", **_at(w, run_id=w.run.pk, position=w.run.class_sessions.count())), _a_move()
    ),
    "run.session_cancel_A": lambda c, w: c.post(
        _to("courses:session_cancel", **_at(w, run_id=w.run.pk, position=w.run.class_sessions.count())),
        {"reason": "Bão số 9"},
    ),
    "run.session_add_A": lambda c, w: c.post(_to("courses:session_add", **_at(w, run_id=w.run.pk)), _a_move()),
    "run.calls_A": lambda c, w: c.get(_to("courses:session_calls", **_at(w, run_id=w.run.pk))),
    "run.call_noted_A": lambda c, w: c.post(_to("courses:session_calls", **_at(w, run_id=w.run.pk)), {"key": "x:"}),
    "result.list_A": lambda c, w: c.get(_to("courses:run_results", **_at(w, run_id=w.run.pk))),
    "result.record_A": lambda c, w: c.post(_to("courses:run_results", **_at(w, run_id=w.run.pk)), {}),
    "result.word_A": lambda c, w: c.post(
        _to("courses:run_result", **_at(w, run_id=w.run.pk, public_id=w.enrollment.public_id)), {"reason": "x" * 30}
    ),
    "calendar.address_LR": lambda c, w: c.get(_to("courses:my_calendar")),
    "calendar.read_by_address": lambda c, w: c.get(
        _to("personal_calendar", token=calendar_feed.renew(learner=w.learner, now=timezone.now()))
    ),
    "run.terms_A": lambda c, w: c.post(_to("courses:run_terms", **_at(w, run_id=w.run.pk)), {"age_min": "16"}),
    "place.ask": lambda c, w: c.post(_to("courses:ask_place", run_id=w.asked.run_id)),
    "place.view_LR": lambda c, w: c.get(_to("courses:place_request", public_id=w.asked.public_id)),
    "place.take_back_LR": lambda c, w: c.post(_to("courses:place_request", public_id=w.asked.public_id)),
    "place.list_A": lambda c, w: c.get(_to("courses:run_requests", **_at(w, run_id=w.asked.run_id))),
    "place.decide_A": lambda c, w: c.post(
        _to("courses:run_request", **_at(w, run_id=w.asked.run_id, public_id=w.asked.public_id)), {"approve": "1"}
    ),
    "place.approve_at_the_desk": lambda c, w: c.post(
        _desk("courses_placerequest_changelist"), {"action": "approve", "_selected_action": [w.asked.pk]}
    ),
    "waiting.join": lambda c, w: c.post(_to("courses:wait", run_id=w.offer.run_id)),
    "waiting.view_LR": lambda c, w: c.get(_to("courses:my_waiting")),
    "waiting.leave_LR": lambda c, w: c.post(_to("courses:waiting_leave", public_id=w.offer.request.public_id)),
    "group.make": lambda c, w: c.post(_to("courses:group_new", run_id=w.run.pk), {"comes_too": "on", "fellows": "1"}),
    "group.view_LR": lambda c, w: c.get(_to("courses:group", public_id=w.group.public_id)),
    "group.act_LR": lambda c, w: c.post(_to("courses:group_act", public_id=w.group.public_id, act="enroll")),
    "group.take_out_LR": lambda c, w: c.post(
        _to("courses:group_take_out", public_id=w.group.public_id, position=2),
        {"member": w.group.members.get(position=2).public_id},
    ),
    "group.join_by_link": lambda c, w: c.post(
        _to("courses:group_join", token=group.token(w.group.members.get(learner=None)))
    ),
    "waiting.offer_LR": lambda c, w: c.get(_to("courses:offer", public_id=w.offer.public_id)),
    "waiting.answer_LR": lambda c, w: c.post(_to("courses:offer", public_id=w.offer.public_id)),
    "waiting.answer_by_link": lambda c, w: c.post(
        _to("courses:offer_accept", token=offer_link.token(w.offer, offer_link.ACCEPT))
    ),
    "coming.answer_by_link": lambda c, w: c.post(_to("courses:coming_yes", token=coming.token(w.question, coming.YES))),
    "attendance.mark": lambda c, w: c.post(
        _to("courses:attendance", **_at(w, run_id=w.run.pk, position=1)), {f"status-{w.enrollment.pk}": "PRESENT"}
    ),
    "attendance.phone": lambda c, w: c.post(
        _to("courses:roster_phone", **_at(w, run_id=w.run.pk, position=1)), {f"status-{w.enrollment.pk}": "PRESENT"}
    ),
    "attendance.keyed": lambda c, w: c.post(
        _to("courses:attendance_keyed", **_at(w, run_id=w.run.pk, position=1)), {f"here-{w.enrollment.pk}": "on"}
    ),
    "attendance.sheet": lambda c, w: c.get(_to("courses:sign_in_sheet", **_at(w, run_id=w.run.pk, position=1))),
    "walk_in.claim_LR": lambda c, w: c.post(_to("courses:my_walk_ins"), {"session": "1", "name": "Lý"}),
    "attendance.room_screen": lambda c, w: c.get(_to("courses:room_screen", **_at(w, run_id=w.run.pk, position=1))),
    "attendance.room_LR": lambda c, w: c.post(_to("courses:room"), {"code": "AAAAAA"}),
    "attendance.flag_at_the_desk": lambda c, w: c.post(
        _desk("courses_attendanceflag_decide", w.flag.pk), {"outcome": "CLEARED", "reason": "Cả lớp quét cùng lúc."}
    ),
    "attendance.history": lambda c, w: c.get(_to("courses:attendance_history", public_id=w.enrollment.public_id)),
    "attendance.object_LR": lambda c, w: c.post(
        _to("courses:attendance_history", public_id=w.enrollment.public_id),
        {"session": "1", "object": "1", "s1-said": "LATE", "s1-text": "Tôi đến muộn."},
    ),
    "attendance.desk_A": lambda c, w: c.get(_to("courses:attendance_desk", **_at(w))),
    "attendance.answer_A": lambda c, w: c.post(
        _to("courses:attendance_objection", **_at(w, public_id=w.objection.public_id)), OBJECTION_ANSWER
    ),
    "attendance.answer_at_the_desk": lambda c, w: c.post(
        _desk("courses_attendanceobjection_answer", w.objection.pk), OBJECTION_ANSWER
    ),
    "unit.view_enrolled": lambda c, w: c.get(_to("courses:unit", public_id=w.online.public_id, position=1)),
    "unit.complete_LR": lambda c, w: c.post(_to("courses:unit", public_id=w.online.public_id, position=1)),
    "statement.view_LR": lambda c, w: c.get(_to("credits:statement")),
    "statement.entry_LR": lambda c, w: c.get(_to("credits:entry", public_id=w.entry.public_id)),
    "statement.pdf_LR": lambda c, w: c.get(_to("credits:statement_pdf")),
    "statement.csv_LR": lambda c, w: c.get(_to("credits:statement_csv")),
    "statement.timeline_LR": lambda c, w: c.get(_to("credits:timeline")),
    "statement.export_LR": lambda c, w: c.get(_to("credits:statement_json")),
    "seal.view": lambda c, w: c.get(_to("credits:seal", number=1)),
    "statement.break_glass": lambda c, w: c.post(
        _desk("credits_reading"), {"ledger_number": w.learner.ledger_number, "reason": "Người học gọi hỏi."}
    ),
    "access_log.view_LR": lambda c, w: c.get(_to("credits:readers")),
    "dispute.open_LR": lambda c, w: c.post(_to("credits:dispute_new", public_id=w.entry.public_id), REPORT),
    "dispute.view_LR": lambda c, w: c.get(_to("credits:dispute", public_id=w.dispute.public_id)),
    "dispute.withdraw_LR": lambda c, w: c.post(_to("credits:dispute", public_id=w.dispute.public_id)),
    "dispute.list_A": lambda c, w: c.get(_to("credits:desk_disputes", **_at(w))),
    "dispute.answer_A": lambda c, w: c.post(
        _to("credits:desk_dispute", **_at(w, public_id=w.dispute.public_id)), ANSWER
    ),
    "dispute.answer_at_the_desk": lambda c, w: c.post(_desk("credits_dispute_answer", w.dispute.pk), ANSWER),
    "dispute.statistics": lambda c, w: c.get(_to("credits:dispute_statistics")),
    "statement.issued_by_A": lambda c, w: c.get(_to("credits:desk_issued", **_at(w))),
    "ledger.reverse": lambda c, w: c.post(_to("credits:reversal_new", **_at(w, public_id=w.entry.public_id)), WHY),
    "ledger.ask_recognition_A": lambda c, w: c.post(_to("credits:prior_learning_new", **_at(w)), {}),
    "ledger.requests_A": lambda c, w: c.get(_to("credits:desk_requests", **_at(w))),
    "ledger.decide": lambda c, w: c.post(
        _desk("credits_ledgerrequest_decide", w.request.pk), {"refuse": "1", "note": "Thiếu văn bản."}
    ),
    "ledger.freeze": lambda c, w: c.post(
        _desk("credits_freeze_ledger"), {"learner": w.learner.ledger_number, "reason": "Nghi bị lừa"}
    ),
    "account.merge": lambda c, w: c.post(
        _desk("credits_merge_ask"), {"kept": w.learner.ledger_number, "merged": w.other.ledger_number, **WHY}
    ),
    "account.duplicates": lambda c, w: c.get(_desk("credits_duplicates")),
    "account.tell_apart": lambda c, w: c.post(
        _desk("credits_tell_apart"), {"one": w.learner.ledger_number, "other": w.other.ledger_number}
    ),
    "pathway.view_published": lambda c, w: c.get(_to("pathway", slug=w.pathway.pathway.slug)),
    "pathway.start": lambda c, w: c.post(_to("pathway_start", slug=w.pathway.pathway.slug)),
    "pathway.view_LR": lambda c, w: c.get(_to("my_pathway", slug=w.pathway.pathway.slug)),
    "pathway.choose_newer_LR": lambda c, w: c.post(_to("pathway_newer", slug=w.pathway.pathway.slug)),
    "pathway.leave_LR": lambda c, w: c.post(_to("pathway_leave", slug=w.pathway.pathway.slug)),
    "pathway.use_credit_LR": lambda c, w: _fresh(c).post(_to("pathway_use", slug=w.reachable.pathway.slug)),
    "pathway.publish": lambda c, w: c.post(
        _desk("credits_pathwayversion_decide", w.draft_pathway.pk), {"publish": "1"}
    ),
    "rule.supersede": lambda c, w: c.post(_desk("credits_creditrule_add"), {}),
    "register.view": lambda c, w: c.get(_to("credits:accepted")),
    "register.take_away": lambda c, w: c.get("/ledger/accepted.json"),
    "register.write_for_A": lambda c, w: c.post(_to("acceptance_desk", **_at(w)), {}),
    "review.view": lambda c, w: c.get(_to("courses:reviews", course_id=w.reviewed.course_id)),
    "review.log": lambda c, w: c.get(_to("courses:moderation_log")),
    "review.begin": lambda c, w: c.get(_to("courses:review_new", course_id=w.reviewed.course_id)),
    "review.write_LR": lambda c, w: c.post(_to("courses:my_review", public_id=w.finished.public_id), {"stars": "3"}),
    "review.take_back_LR": lambda c, w: c.post(
        _to("courses:my_review", public_id=w.finished.public_id), {"withdraw": "1"}
    ),
    "review.report": lambda c, w: c.post(
        _to("courses:review_report", public_id=w.reviewed.public_id), {"reason": "INSULT"}
    ),
    "review.list_A": lambda c, w: c.get(_to("courses:desk_reviews", **_at(w))),
    "review.reply_A": lambda c, w: c.post(
        _to("courses:desk_review", **_at(w, public_id=w.reviewed.public_id)), {"text": "Xin cảm ơn."}
    ),
    "review.hide": lambda c, w: c.post(
        _desk("courses_feedback_decide", w.reviewed.pk), {"hide": "1", "reason": "ADVERTISING"}
    ),
    "review.hide_reply": lambda c, w: c.post(
        _desk("courses_feedback_decide", w.reviewed.pk),
        {
            **{"about_reply": "1", "hide": "1", "reply-reason": "ADVERTISING"},
            "reply-as_read": str(w.reviewed.replies.get().pk),
        },
    ),
    "review.object_A": lambda c, w: c.post(
        _to("courses:desk_review", **_at(w, public_id=w.answered.public_id)),
        {"object": "1", "objection": "Số này là của trung tâm."},
    ),
    "review.answer_objection": lambda c, w: c.post(_desk("courses_feedback_decide", w.hidden.pk), {"show": "1"}),
    "wish.board_of_a_place": lambda c, w: c.get(_to("courses:wishes") + "?province=92"),
    "wish.ask": lambda c, w: c.post(
        _to("courses:wish_new"), {"topic": "Nuôi ong", "province": "92", "commune": "31135"}
    ),
    "wish.view_LR": lambda c, w: c.get(_to("courses:my_wishes")),
    "wish.take_back_LR": lambda c, w: c.post(_to("courses:my_wish", public_id=w.wish.public_id)),
    "wish.board_A": lambda c, w: c.get(_to("courses:demand", **_at(w))),
    "wish.answer_A": lambda c, w: c.post(
        _to("courses:demand_wish", **_at(w, public_id=w.wish.wish.public_id)), {"kind": "PLANNED"}
    ),
    "suggestion.view_LR": lambda c, w: c.get(_to("courses:suggestions")),
    "suggestion.refuse": lambda c, w: c.post(_to("courses:suggestion", course_id=w.suggested.course_id)),
    "interest.view_LR": lambda c, w: c.get(_to("courses:interests")),
    "interest.choose": lambda c, w: c.post(_to("courses:interests"), {"fields_liked": ["09"]}),
    "catalogue.feed": lambda c, w: c.get(_to("courses:feed", what="new", form="atom")),
    "catalogue.open_data": lambda c, w: c.get("/data/courses.csv"),
    "ledger.post_manually": lambda c, w: c.post("/me/record/", {"amount_minor": "100"}),
    "ledger.edit_or_delete": lambda c, w: c.delete("/me/record/"),
    "org.view": lambda c, w: c.get(_to("courses:provider", organization_id=w.organization.pk), follow=True),
    "org.find": lambda c, w: c.get(_to("courses:providers")),
    "complaint.make": lambda c, w: c.post(
        _to("learners:complaint_new", organization_id=w.organization.pk),
        {"subject": "NOT_HELD", "text": "Không ai đến lớp."},
    ),
    "complaint.view_LR": lambda c, w: c.get(_to("learners:complaints")),
    "complaint.answer": lambda c, w: c.post(
        _desk("learners_organizationcomplaint_answer", w.complaint.pk), {"outcome": "UPHELD", "text": "Đúng vậy."}
    ),
    "org.register": lambda c, w: c.post(_to("learners:organization_new"), {}),
    "org.desk_A": lambda c, w: c.get(_to("courses:workspace", **_at(w))),
    "org.verify_or_suspend": lambda c, w: c.post(
        _desk("learners_organization_decide", w.organization.pk), {"until": "x"}
    ),
    "profile.view_LR": lambda c, w: c.get(_to("learners:profile")),
    "way.view_LR": lambda c, w: c.get(_to("learners:ways")),
    "way.change_LR": lambda c, w: _fresh(c).post(_to("learners:way_remove", way="email")),
    "second_step.view_LR": lambda c, w: c.get(_to("mfa_index")),
    "second_step.change_LR": lambda c, w: _fresh(c).post(_to("mfa_activate_totp"), {"code": "x"}),
    "second_step.stop_by_link": lambda c, w: c.post(_to("learners:second_step_stop", public_id=w.lost.public_id)),
    "way.lost_LR": lambda c, w: c.get(_to("learners:way_lost")),
    "way.stop_by_link": lambda c, w: c.post(_to("learners:way_stop", public_id=w.lost_way.public_id)),
    "way.object_by_link": lambda c, w: c.post(_to("learners:way_not_me", token=w.not_me_token)),
    "device.list_LR": lambda c, w: c.get(_to("learners:devices")),
    "device.sign_out_LR": lambda c, w: c.post(_to("learners:device_sign_out", public_id=w.device.public_id)),
    "profile.edit_LR": lambda c, w: c.post(_to("learners:profile"), {"full_name": "Người Khác"}),
    "search_word.write": lambda c, w: c.post(
        _desk("courses_searchword_add"), {"kind": "SYNONYM", "phrase": "thả diều", "means": "diều sáo"}
    ),
    "skill.write": lambda c, w: c.post(
        _desk("courses_skill_add"),
        {"name_vi": "Nuôi ong", "name_en": "Beekeeping", "code": "nuoi-ong", "group": "FARMING", "source": "Hội ong"},
    ),
    "profile.at_the_desk": lambda c, w: c.get(_desk("learners_learner_change", w.learner.pk)),
    "counter.register_A": lambda c, w: c.post(_to("learners:person_new", **_at(w)), {}),
    "counter.people_A": lambda c, w: c.get(_to("learners:people", **_at(w))),
    "counter.person_A": lambda c, w: c.get(_to("learners:person", **_person(w))),
    "counter.print_card_A": lambda c, w: c.post(_to("learners:card_print", **_person(w))),
    "counter.end_card_A": lambda c, w: c.post(_to("learners:card_revoke", **_person(w))),
    "helper.view_LR": lambda c, w: c.get(_to("learners:helpers")),
    "helper.held_by_LR": lambda c, w: c.get(_to("learners:helping")),
    "helper.name_at_A": lambda c, w: c.get(_to("learners:person_helpers", **_person(w))),
    "helper.end_at_A": lambda c, w: c.post(
        _to("learners:person_helper_end", **_person(w), mandate_id=w.mandate.public_id)
    ),
    "helper.end": lambda c, w: c.post(_to("learners:helper_end", mandate_id=w.mandate.public_id)),
    "staff.list_A": lambda c, w: c.get(_to("learners:staff", **_at(w))),
    "staff.invite_A": lambda c, w: _fresh(c).post(
        _to("learners:staff", **_at(w)), {"role": "INSTRUCTOR", "for_words": "chị Mai"}
    ),
    "staff.take_back_A": lambda c, w: c.post(
        _to("learners:staff_take_back", **_at(w, invitation_id=w.invited.public_id))
    ),
    "staff.end_A": lambda c, w: _fresh(c).post(_to("courses:staff_end", **_at(w, membership_id=w.another_role.pk))),
    "staff.end_own_A": lambda c, w: _fresh(c).post(_to("courses:staff_end", **_at(w, membership_id=w.role.pk))),
    "staff.join": lambda c, w: _fresh(c).post(_to("learners:staff_join"), {"code": "K7MP3QXD"}),
    "run.teachers_A": lambda c, w: c.post(_to("courses:run_teachers", **_at(w, run_id=w.run.pk)), {}),
    "helper.end_by_link": lambda c, w: c.post(_to("learners:helper_end_by_link", token=w.end_token)),
    "helper.timetable": lambda c, w: c.get(_to("courses:timetable_of", mandate_id=w.mandate.public_id)),
    "helper.look_for": lambda c, w: c.post(
        _to("learners:look_for", mandate_id=w.mandate.public_id), {"text_size": "lg", "lite": "1"}
    ),
    "helper.enrol_for": lambda c, w: c.post(_to("courses:enroll_for", run_id=w.run.pk, mandate_id=w.mandate.public_id)),
    "helper.withdraw_for": lambda c, w: c.post(
        _to("courses:withdraw_for", mandate_id=w.mandate.public_id, public_id=w.helped.public_id)
    ),
    "guardian.record_at_A": lambda c, w: c.get(_to("learners:person_guardians", **_at(w, person_id=w.child.public_id))),
    "guardian.record_by_code_A": lambda c, w: c.get(_to("learners:guardian_by_code", **_at(w))),
    "guardian.end_at_A": lambda c, w: c.post(
        _to(
            "learners:person_guardian_end",
            **_at(w, person_id=w.child.public_id, guardian_id=w.guardian.public_id),
        )
    ),
    "counter.birth_year_A": lambda c, w: c.post(_to("learners:person_birth_year", **_person(w)), {}),
    "counter.name_A": lambda c, w: c.post(_to("learners:person_name", **_person(w)), {}),
    "counter.look_A": lambda c, w: c.post(_to("learners:person_look", **_person(w)), {}),
    "counter.withdraw_A": lambda c, w: c.post(
        _to("learners:person_withdraw", **_person(w)), {"withdraw": "ACCESS_NEEDS"}
    ),
    "counter.ways_A": lambda c, w: c.get(_to("learners:person_ways", **_person(w))),
    "counter.close_at_the_desk": lambda c, w: c.post(_desk("learners_accountclosing_confirm", w.closing.pk)),
    "counter.way_at_the_desk": lambda c, w: c.post(_desk("learners_deadway_confirm", w.dead_way.pk)),
    "counter.added_at_the_desk": lambda c, w: c.post(
        _desk("learners_addedway_confirm", w.dead_way.learner.added_ways.get().pk)
    ),
    "way.lost_at_the_desk": lambda c, w: c.post(_desk("learners_lostway_confirm", w.lost_way.pk)),
    "second_step.lost_at_the_desk": lambda c, w: c.post(_desk("learners_lostsecondstep_confirm", w.lost.pk)),
    "counter.close_A": lambda c, w: c.post(_to("learners:person_close", **_person(w)), {}),
    "counter.close_confirm_A": lambda c, w: c.post(_to("learners:person_close_confirm", **_person(w)), {}),
    "counter.classes_A": lambda c, w: c.get(_to("courses:person_classes", **_person(w))),
    "counter.class_step_A": lambda c, w: c.post(
        _to("courses:person_class", **_person(w), run_id=w.run.pk), {"act": "ENROL"}
    ),
    "counter.close_stop_A": lambda c, w: c.post(_to("learners:person_close_stop", **_person(w)), {}),
    "guardian.answers_at_A": lambda c, w: c.get(_to("learners:person_answers", **_at(w, person_id=w.child.public_id))),
    "guardian.needs_at_A": lambda c, w: c.post(_to("learners:person_needs", **_at(w, person_id=w.child.public_id)), {}),
    "guardian.take_up_at_A": lambda c, w: c.post(_to("learners:person_take_up", **_person(w)), {"code": "K7MP-3QXD"}),
    "guardian.answer_at_A": lambda c, w: c.post(
        _to("learners:person_answer", **_person(w), guardian_id=w.held_by_card.public_id), {}
    ),
    "guardian.children_LR": lambda c, w: c.get(_to("learners:children")),
    "guardian.answer": lambda c, w: c.post(
        _to("learners:child_answer", guardian_id=w.guardian.public_id),
        {"purpose": "ACCESS_NEEDS", "version": text_of(ConsentPurpose.ACCESS_NEEDS).pk, "answer": "yes"},
    ),
    "guardian.end": lambda c, w: c.post(_to("learners:guardian_end", guardian_id=w.guardian.public_id)),
    "age.supersede": lambda c, w: c.post(_desk("learners_agerule_add"), {}),
    "claim.own_LR": lambda c, w: c.get(_to("learners:claim")),
    "claim.in_front_of_A": lambda c, w: c.get(_to("learners:person_claim", **_person(w))),
    "card.scan": lambda c, w: c.post(_to("learners:card_scan", token="A" * 22)),
    "card.own_LR": lambda c, w: c.get(_to("learners:card")),
    "card.end_own_LR": lambda c, w: c.post(_to("learners:card_end")),
    "profile.study_LR": lambda c, w: c.post(_to("learners:study"), {}),
    "profile.preferences_LR": lambda c, w: c.post(_to("learners:preferences"), {}),
    "profile.needs_LR": lambda c, w: c.post(_to("learners:needs"), {}),
    "my_data.view_LR": lambda c, w: c.get(_to("my_data")),
    "my_data.consents_LR": lambda c, w: c.post(_to("learners:consents"), {"withdraw": "ACCESS_NEEDS"}),
    "closing.ask_LR": lambda c, w: c.post(_to("learners:close"), {}),
    "closing.by_token": lambda c, w: c.get(_to("learners:closing", token=w.closing_token)),
    "my_data.export_LR": lambda c, w: c.post(_to("export_new")),
    "my_data.export_file_LR": lambda c, w: _fresh(c).get(_to("export_file", public_id=w.export.public_id)),
    "my_data.receipt_LR": lambda c, w: c.get(_to("consent_receipt", public_id=w.consent.public_id)),
    "retention.supersede": lambda c, w: c.post(_desk("learners_retentionrule_add"), {}),
    "help.page": lambda c, w: c.get(_to("learners:help")),
    "help.ask": lambda c, w: c.post(_to("learners:help"), {}),
    "help.numbers": lambda c, w: c.get(_to("learners:help_numbers")),
    "help.list_A": lambda c, w: c.get(_to("learners:help_waiting", **_at(w))),
    "help.answer_A": lambda c, w: c.post(
        _to("learners:help_answer", **_at(w, public_id=w.help.public_id)), {"tag": "OTHER", "outcome": "HELPED"}
    ),
    "help.answer_at_the_desk": lambda c, w: c.post(
        _desk("learners_helprequest_answer", w.help.pk), {"tag": "OTHER", "outcome": "HELPED"}
    ),
    "help.name_helper_A": lambda c, w: c.post(_to("learners:helper", **_at(w)), {}),
    "unsubscribe.by_token": lambda c, w: c.post(_to("learners:unsubscribe", token=w.stop_token)),
    "admin.site": lambda c, w: c.get(_desk("index")),
    "admin.ledger_pages": lambda c, w: c.get(_desk("credits_journalentry_changelist")),
    "admin.seal_pages": lambda c, w: c.get(_desk("credits_ledgercheck_changelist")),
    "message.requeue": _requeue,
    "dev.mailbox": lambda c, w: c.get(_to("dev_mailbox")),
    "health.live": lambda c, w: c.get("/health/live"),
}

# The same door with an id nobody has: a stranger's answer must not differ from this one.
UNKNOWN: dict[str, Door] = {
    "device.sign_out_LR": lambda c, w: c.post(_to("learners:device_sign_out", public_id=uuid4())),
    "course.view_draft": lambda c, w: c.get(_to("courses:proposal", **_at(w, course_id=10**9))),
    "course.create_for_A": lambda c, w: c.post(_to("courses:proposal_new", organization_id=uuid4()), {}),
    "import.hand_in_A": lambda c, w: c.post(_to("courses:imports", organization_id=uuid4()), {}),
    "import.view_A": lambda c, w: c.get(_to("courses:import_job", **_at(w, job_id=uuid4()))),
    "import.faults_A": lambda c, w: c.get(_to("courses:import_faults", **_at(w, job_id=uuid4()))),
    "harvest.add_A": lambda c, w: c.post(_to("courses:harvest_new", organization_id=uuid4()), {}),
    "run.roster_view": lambda c, w: c.get(_to("courses:run", **_at(w, run_id=10**9))),
    "run.seats_A": lambda c, w: c.post(_to("courses:run_seats", **_at(w, run_id=10**9)), {}),
    "run.cancel_A": lambda c, w: c.post(_to("courses:run_cancel", **_at(w, run_id=10**9)), {}),
    "run.take_place_A": lambda c, w: c.post(
        _to("courses:take_place", **_at(w, run_id=w.run.pk, public_id=uuid4())), {"reason": "Có gọi báo"}
    ),
    "run.forget_A": lambda c, w: c.post(_to("courses:run_forget", **_at(w, run_id=10**9))),
    "run.switch_A": lambda c, w: c.post(_to("courses:run_switch", **_at(w, run_id=10**9)), {}),
    "run.meeting_A": lambda c, w: c.post(_to("courses:run_meeting", **_at(w, run_id=10**9)), {}),
    "run.session_move_A": lambda c, w: c.post(_to("courses:session_move", **_at(w, run_id=10**9, position=1)), {}),
    "run.session_cancel_A": lambda c, w: c.post(_to("courses:session_cancel", **_at(w, run_id=10**9, position=1)), {}),
    "run.session_add_A": lambda c, w: c.post(_to("courses:session_add", **_at(w, run_id=10**9)), {}),
    "run.calls_A": lambda c, w: c.get(_to("courses:session_calls", **_at(w, run_id=10**9))),
    "run.call_noted_A": lambda c, w: c.post(_to("courses:session_calls", **_at(w, run_id=10**9)), {"key": "x:"}),
    "result.list_A": lambda c, w: c.get(_to("courses:run_results", **_at(w, run_id=10**9))),
    "result.record_A": lambda c, w: c.post(_to("courses:run_results", **_at(w, run_id=10**9)), {}),
    "result.word_A": lambda c, w: c.post(
        _to("courses:run_result", **_at(w, run_id=w.run.pk, public_id=uuid4())), {"reason": "x" * 30}
    ),
    "run.terms_A": lambda c, w: c.post(_to("courses:run_terms", **_at(w, run_id=10**9)), {}),
    "place.view_LR": lambda c, w: c.get(_to("courses:place_request", public_id=uuid4())),
    "place.take_back_LR": lambda c, w: c.post(_to("courses:place_request", public_id=uuid4())),
    "place.list_A": lambda c, w: c.get(_to("courses:run_requests", **_at(w, run_id=10**9))),
    "place.decide_A": lambda c, w: c.post(
        _to("courses:run_request", **_at(w, run_id=w.asked.run_id, public_id=uuid4())), {"approve": "1"}
    ),
    "enrol.view_LR": lambda c, w: c.get(_to("courses:enrollment", public_id=uuid4())),
    "enrol.withdraw_LR": lambda c, w: c.post(_to("courses:withdraw", public_id=uuid4())),
    "waiting.leave_LR": lambda c, w: c.post(_to("courses:waiting_leave", public_id=uuid4())),
    "group.view_LR": lambda c, w: c.get(_to("courses:group", public_id=uuid4())),
    "group.act_LR": lambda c, w: c.post(_to("courses:group_act", public_id=uuid4(), act="enroll")),
    "group.take_out_LR": lambda c, w: c.post(_to("courses:group_take_out", public_id=uuid4(), position=2)),
    "waiting.offer_LR": lambda c, w: c.get(_to("courses:offer", public_id=uuid4())),
    "waiting.answer_LR": lambda c, w: c.post(_to("courses:offer", public_id=uuid4())),
    "unit.view_enrolled": lambda c, w: c.get(_to("courses:unit", public_id=uuid4(), position=1)),
    "org.desk_A": lambda c, w: c.get(_to("courses:workspace", organization_id=uuid4())),
    "helper.name_at_A": lambda c, w: c.get(_to("learners:person_helpers", **_at(w, person_id=uuid4()))),
    "claim.in_front_of_A": lambda c, w: c.get(_to("learners:person_claim", **_at(w, person_id=uuid4()))),
    "guardian.record_at_A": lambda c, w: c.get(_to("learners:person_guardians", **_at(w, person_id=uuid4()))),
    "guardian.record_by_code_A": lambda c, w: c.get(_to("learners:guardian_by_code", organization_id=uuid4())),
    "guardian.end_at_A": lambda c, w: c.post(
        _to("learners:person_guardian_end", **_at(w, person_id=w.child.public_id, guardian_id=uuid4()))
    ),
    "guardian.answers_at_A": lambda c, w: c.get(_to("learners:person_answers", **_at(w, person_id=uuid4()))),
    "guardian.needs_at_A": lambda c, w: c.post(_to("learners:person_needs", **_at(w, person_id=uuid4()))),
    "guardian.take_up_at_A": lambda c, w: c.post(_to("learners:person_take_up", **_at(w, person_id=uuid4()))),
    "guardian.answer_at_A": lambda c, w: c.post(_to("learners:person_answer", **_person(w), guardian_id=uuid4())),
    "guardian.answer": lambda c, w: c.post(_to("learners:child_answer", guardian_id=uuid4())),
    "guardian.end": lambda c, w: c.post(_to("learners:guardian_end", guardian_id=uuid4())),
    "helper.end": lambda c, w: c.post(_to("learners:helper_end", mandate_id=uuid4())),
    "staff.list_A": lambda c, w: c.get(_to("learners:staff", organization_id=uuid4())),
    "staff.invite_A": lambda c, w: _fresh(c).post(_to("learners:staff", organization_id=uuid4()), {}),
    "staff.take_back_A": lambda c, w: c.post(_to("learners:staff_take_back", **_at(w, invitation_id=uuid4()))),
    "staff.end_A": lambda c, w: _fresh(c).post(_to("courses:staff_end", **_at(w, membership_id=10**9))),
    "staff.end_own_A": lambda c, w: _fresh(c).post(_to("courses:staff_end", **_at(w, membership_id=10**9))),
    "run.teachers_A": lambda c, w: c.post(_to("courses:run_teachers", **_at(w, run_id=10**9)), {}),
    "helper.timetable": lambda c, w: c.get(_to("courses:timetable_of", mandate_id=uuid4())),
    "helper.enrol_for": lambda c, w: c.post(_to("courses:enroll_for", run_id=w.run.pk, mandate_id=uuid4())),
    "helper.withdraw_for": lambda c, w: c.post(
        _to("courses:withdraw_for", mandate_id=uuid4(), public_id=w.helped.public_id)
    ),
    "counter.register_A": lambda c, w: c.post(_to("learners:person_new", organization_id=uuid4()), {}),
    "counter.people_A": lambda c, w: c.get(_to("learners:people", organization_id=uuid4())),
    "counter.person_A": lambda c, w: c.get(_to("learners:person", **_at(w, person_id=uuid4()))),
    "counter.print_card_A": lambda c, w: c.post(_to("learners:card_print", **_at(w, person_id=uuid4()))),
    "counter.name_A": lambda c, w: c.post(_to("learners:person_name", **_at(w, person_id=uuid4())), {}),
    "counter.look_A": lambda c, w: c.post(_to("learners:person_look", **_at(w, person_id=uuid4())), {}),
    "counter.withdraw_A": lambda c, w: c.post(_to("learners:person_withdraw", **_at(w, person_id=uuid4()))),
    "counter.ways_A": lambda c, w: c.get(_to("learners:person_ways", **_at(w, person_id=uuid4()))),
    "counter.close_A": lambda c, w: c.post(_to("learners:person_close", **_at(w, person_id=uuid4())), {}),
    "counter.close_confirm_A": lambda c, w: c.post(_to("learners:person_close_confirm", **_at(w, person_id=uuid4()))),
    "counter.classes_A": lambda c, w: c.get(_to("courses:person_classes", **_at(w, person_id=uuid4()))),
    "counter.class_step_A": lambda c, w: c.post(
        _to("courses:person_class", **_at(w, person_id=uuid4()), run_id=w.run.pk), {"act": "ENROL"}
    ),
    "counter.close_stop_A": lambda c, w: c.post(_to("learners:person_close_stop", **_at(w, person_id=uuid4()))),
    "my_data.export_file_LR": lambda c, w: _fresh(c).get(_to("export_file", public_id=uuid4())),
    "my_data.receipt_LR": lambda c, w: c.get(_to("consent_receipt", public_id=uuid4())),
    "help.list_A": lambda c, w: c.get(_to("learners:help_waiting", organization_id=uuid4())),
    "help.answer_A": lambda c, w: c.post(_to("learners:help_answer", **_at(w, public_id=uuid4()))),
    "statement.entry_LR": lambda c, w: c.get(_to("credits:entry", public_id=uuid4())),
    "dispute.open_LR": lambda c, w: c.post(_to("credits:dispute_new", public_id=uuid4()), REPORT),
    "dispute.view_LR": lambda c, w: c.get(_to("credits:dispute", public_id=uuid4())),
    "dispute.withdraw_LR": lambda c, w: c.post(_to("credits:dispute", public_id=uuid4())),
    "dispute.list_A": lambda c, w: c.get(_to("credits:desk_disputes", organization_id=uuid4())),
    "statement.issued_by_A": lambda c, w: c.get(_to("credits:desk_issued", organization_id=uuid4())),
    "ledger.reverse": lambda c, w: c.post(_to("credits:reversal_new", organization_id=uuid4(), public_id=uuid4()), WHY),
    "ledger.ask_recognition_A": lambda c, w: c.post(_to("credits:prior_learning_new", organization_id=uuid4()), {}),
    "ledger.requests_A": lambda c, w: c.get(_to("credits:desk_requests", organization_id=uuid4())),
    "dispute.answer_A": lambda c, w: c.post(
        _to("credits:desk_dispute", organization_id=uuid4(), public_id=uuid4()), ANSWER
    ),
    "pathway.view_LR": lambda c, w: c.get(_to("my_pathway", slug="khong-co")),
    "pathway.choose_newer_LR": lambda c, w: c.post(_to("pathway_newer", slug="khong-co")),
    "pathway.leave_LR": lambda c, w: c.post(_to("pathway_leave", slug="khong-co")),
    "pathway.use_credit_LR": lambda c, w: _fresh(c).post(_to("pathway_use", slug="khong-co")),
    "register.write_for_A": lambda c, w: c.post(_to("acceptance_desk", organization_id=uuid4()), {}),
    "review.write_LR": lambda c, w: c.post(_to("courses:my_review", public_id=uuid4()), {"stars": "3"}),
    "review.take_back_LR": lambda c, w: c.post(_to("courses:my_review", public_id=uuid4()), {"withdraw": "1"}),
    "review.list_A": lambda c, w: c.get(_to("courses:desk_reviews", organization_id=uuid4())),
    "review.reply_A": lambda c, w: c.post(
        _to("courses:desk_review", organization_id=uuid4(), public_id=uuid4()), {"text": "Xin cảm ơn."}
    ),
    "wish.take_back_LR": lambda c, w: c.post(_to("courses:my_wish", public_id=uuid4())),
    "wish.board_A": lambda c, w: c.get(_to("courses:demand", organization_id=uuid4())),
    "wish.answer_A": lambda c, w: c.post(
        _to("courses:demand_wish", organization_id=uuid4(), public_id=uuid4()), {"kind": "PLANNED"}
    ),
}

# The same door without the reason that has to be typed: nothing opens.
WITHOUT_REASON: dict[str, Door] = {
    "statement.break_glass": lambda c, w: c.post(_desk("credits_reading"), {"ledger_number": w.learner.ledger_number}),
}

# Pages without an id in their address are everybody's own: on these, LR's record is seen or it is not.
OWN_PAGES = {
    "calendar.address_LR",
    "card.own_LR",
    "claim.own_LR",
    "helper.view_LR",
    "helper.held_by_LR",
    "guardian.children_LR",
    "complaint.view_LR",
    "wish.view_LR",
    "waiting.view_LR",
    "suggestion.view_LR",
    "interest.view_LR",
    "statement.view_LR",
    "statement.pdf_LR",
    "statement.csv_LR",
    "statement.export_LR",
    "statement.timeline_LR",
    "access_log.view_LR",
    "profile.view_LR",
    "profile.edit_LR",
    "way.view_LR",
    "way.lost_LR",
    "way.change_LR",
    "device.list_LR",
    "second_step.view_LR",
    "second_step.change_LR",
    "profile.preferences_LR",
    "profile.study_LR",
    "profile.needs_LR",
    "my_data.view_LR",
    "closing.ask_LR",
    "my_data.export_LR",
    "my_data.consents_LR",
}

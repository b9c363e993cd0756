"""Everything in one file: asked for, prepared by a worker with progress, fetched, gone after seven days."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from courses.actions import attendance_objection, calendar_feed, walk_in
from courses.models import AttendanceRecord
from credits.exports.signing import signed
from learners.actions import card, retention
from learners.actions import data_export as actions
from learners.choices import ExportState, Language
from learners.models import DataExport, Learner
from learners.rules import EXPORT_ATTEMPTS_MAX, EXPORT_LEASE, EXPORTS_PER_LEARNER
from learners.tasks import carry_out_retention
from portal.actions import personal_export
from portal.exports import personal
from portal.tasks import prepare_data_exports
from tests.factories.catalog import a_published_run
from tests.factories.consents import agreed_to_needs
from tests.factories.enrollment import attended, enrolled
from tests.factories.exports import a_ready_export
from tests.factories.help import a_help_request
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner
from tests.learners.sign_in import prove_again
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db
# Where a row names a learner who is not its subject, but acted: it is in nobody's export, and closing keeps only the
# number of who acted (their name is scrubbed in their own row).
ACTED = {
    "courses.AttendanceRecord.recorded_by",
    "courses.Course.created_by",
    *(f"courses.CourseVersion.{act}_by" for act in ("created", "submitted", "published", "edited", "discarded")),
    "courses.Enrollment.withdrawn_by",
    "courses.EnrollmentTerms.changed_by",
    *(f"courses.PlaceRequest.{act}_by" for act in ("first", "decided")),
    "courses.PlaceStep.done_by",
    "courses.ResultEntry.recorded_by",
    *(f"courses.CompletionWord.{act}_by" for act in ("given", "ended")),
    "courses.TelephoneCall.called_by",
    "courses.TelephoneCall.undone_by",
    "courses.Review.reviewer",
    "courses.FeedbackReply.written_by",
    "courses.HarvestSource.created_by",
    *(f"courses.ImportJob.{act}_by" for act in ("created", "asked", "done", "undone")),
    "courses.ModerationDecision.decided_by",
    *(f"courses.CourseRun.{act}_by" for act in ("created", "cancelled")),
    "courses.SessionChange.changed_by",
    "courses.Wish.hidden_by",
    "courses.WishAnswer.answered_by",
    "courses.WishProposal.dismissed_by",
    "credits.Acceptance.recorded_by",
    "credits.Acceptance.ended_by",
    "credits.LedgerAccess.reader",
    "credits.Dispute.answered_by",
    "credits.JournalEntry.actor",
    "credits.CreditRule.recorded_by",
    "credits.CourseEquivalence.recorded_by",
    "credits.Pathway.created_by",
    "credits.PathwayVersion.created_by",
    "credits.PathwayVersion.published_by",
    "credits.LedgerRequest.other_learner",
    "courses.AttendanceFlag.decided_by",
    "courses.AttendanceObjection.answered_by",
    "courses.UncountedMark.said_by",
    "courses.WalkIn.recorded_by",
    "credits.LedgerRequest.requested_by",
    "credits.LedgerDecision.decided_by",
    "credits.SchemePolicy.recorded_by",
    "credits.Freeze.frozen_by",
    "credits.Merge.kept",
    "credits.Merge.merged",
    "learners.OrganizationComplaintAnswer.answered_by",
    "learners.HelpAnswer.answered_by",
    "learners.CommuneHelper.named_by",
    "learners.Card.issued_by",
    "learners.Card.revoked_by",
    "learners.Claim.witnessed_by",
    "learners.Consent.witnessed_by",
    "learners.Consent.withdrawal_witnessed_by",
    "learners.AccountClosing.witnessed_by",
    "learners.AccountClosing.confirmed_by",
    "learners.Correction.corrected_by",
    "courses.WalkIn.struck_by",
    *(f"learners.AddedWay.{act}_by" for act in ("added", "confirmed")),
    *(f"learners.ToldApart.{act}_by" for act in ("said", "taken_back")),
    *(f"learners.LostSecondStep.{act}_by" for act in ("vouched", "confirmed")),
    *(f"learners.LostWay.{act}_by" for act in ("vouched", "confirmed")),
    *(f"learners.DeadWay.{act}_by" for act in ("asked", "confirmed", "undone")),
    "learners.ConsentAnswer.witnessed_by",
    "learners.Guardian.recorded_by",
    "learners.Guardian.witnessed_by",
    "learners.Learner.birth_year_confirmed_by",
    "learners.Guardian.revoked_by",
    "learners.Mandate.revoked_by",
    "learners.Mandate.witnessed_by",
    "learners.MovedRow.giver",
    "learners.MovedRow.taker",
    "learners.Membership.ended_by",
    *(f"learners.StaffInvitation.{act}_by" for act in ("invited", "taken_back")),
    "learners.Registration.registered_by",
    *(f"learners.Organization.{act}_by" for act in ("registered", "verified", "suspended")),
    "admin.LogEntry.user",
}
# The record itself is the signed statement. An export is not in itself; a link is a hash; an address is there already;
# a code is gone in a day; two accounts told apart are two people's; an account merged away has what it has kept; who
# waits for a seat is in what they chose; a way removed from an account merged away waits for the merge's undo.
IN_THE_STATEMENT = {f"credits.{name}.learner" for name in ("Account", "JournalEntry", "Lot", "Hold", "SealLeaf")}
LEFT_OUT = {
    "learners.AccountClosing.learner",
    "learners.DataExport.learner",
    "learners.UnsubscribeLink.learner",
    "courses.WaitingRequest.learner",
    "account.EmailAddress.user",
    "learners.SignInCode.learner",
    "learners.RemovedWay.learner",
    "learners.ToldApart.one",
    "learners.ToldApart.other",
    "learners.Learner.merged_into",
}


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_every_table_that_names_a_person_is_exported_or_explained():
    named = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.fields
        if field.is_relation and field.related_model is Learner
    }
    exported = {f"{table.model._meta.label}.{table.by}" for table in personal.TABLES if "__" not in table.by}

    assert named - exported - ACTED - IN_THE_STATEMENT - LEFT_OUT == set()
    assert (ACTED | IN_THE_STATEMENT | LEFT_OUT) - named == set()


def test_it_is_asked_for_prepared_and_fetched(proven_client):
    learner = a_learner(full_name="Lê Văn Hòa")
    an_award(learner=learner)
    place = enrolled(learner, a_published_run())
    agreed_to_needs(learner)
    a_help_request(learner=learner, about="=1+1")
    client = proven_client(learner)

    waiting = client.post("/me/data/export/", follow=True).content.decode()
    prepared = prepare_data_exports()
    ready = client.get("/me/data/").content.decode()
    export = DataExport.objects.get()
    answer = client.get(f"/me/data/export/{export.public_id}.zip")

    assert "Đang chuẩn bị" in waiting
    assert prepared == 1
    assert export.digest in ready
    assert (export.steps_done, export.steps_total) == (personal.STEPS, personal.STEPS)
    with opened(answer.content) as zipped:
        whole = json.loads(zipped.read("du-lieu.json"))
        record = json.loads(zipped.read("so-tin-chi.json"))
        paper = Pdf(zipped.read("du-lieu.pdf")).text
        rows = list(csv.reader(io.StringIO(zipped.read("csv/help_requests.csv").decode("utf-8-sig"))))
    tables = whole["tables"]
    assert signed({name: whole[name] for name in whole if name not in {"signature", "signing_key"}}) == whole
    assert whole["statement"] == record
    assert len(record["entries"]) == 1
    assert set(tables) == {table.name for table in personal.TABLES}
    assert tables["person"][0]["email"] == learner.email
    assert tables["enrollments"][0]["public_id"] == str(place.public_id)
    assert tables["access_needs"][0]["needs"] == ["LARGE_PRINT"]
    assert [each["entry"] for each in whole["timeline"]] == [record["entries"][0]["form"]["public_id"]]
    assert rows[1][3] == "'=1+1"
    assert "Lê Văn Hòa" in paper
    assert place.run.version.title_vi.split()[0] in paper


def test_what_was_agreed_to_in_a_merged_account_is_there_too_after_the_kept_one():
    kept = a_learner()
    merged = a_learner(full_name="Le Van Hoa")
    consent = agreed_to_needs(merged)
    Learner.objects.filter(pk=merged.pk).update(merged_into=kept)

    tables = personal.document(kept, now=NOW)["tables"]

    assert [person["public_id"] for person in tables["person"]] == [str(kept.public_id), str(merged.public_id)]
    assert [each["public_id"] for each in tables["consents"]] == [str(consent.public_id)]


def test_what_was_told_at_a_number_is_there_too():
    learner, other = a_learner(phone="+84912345678"), a_learner(phone="+84912345679")
    for each in (learner, other):
        card.issue(learner=each, actor=each, pin="4711", now=NOW)

    letters = personal.document(learner, now=NOW)["tables"]["messages"]

    assert [each["kind"] for each in letters] == ["CARD_PRINTED", "CARD_PRINTED"]  # by letter and by text message


def test_what_was_written_down_for_their_number_is_there_without_a_name():
    """Two people may say one number: the file of its holder names nobody."""
    learner, run = a_learner(phone="+84912345678"), a_published_run()
    session, actor = run.class_sessions.get(position=1), run.version.course.provider.registered_by
    for phone in ("0912 345 678", "0987 654 321"):
        walk_in.record(class_session=session, full_name="Lý Văn Tư", phone=phone, actor=actor, now=session.ends_at)

    whole = personal.document(learner, now=session.ends_at)

    assert [each["phone"] for each in whole["tables"]["walk_ins_unclaimed"]] == ["+84912345678"]
    assert "Lý Văn Tư" not in json.dumps(whole, ensure_ascii=False)


def test_what_was_confirmed_and_calendar_addresses_are_there():
    place = enrolled(run=a_published_run())
    session = place.run.class_sessions.get(position=1)
    attended(place, session, by=place.run.version.course.provider.registered_by)
    record = AttendanceRecord.objects.get()
    attendance_objection.confirm(record=record, learner=place.learner, now=session.ends_at)
    address = calendar_feed.renew(learner=place.learner, now=NOW)

    whole = personal.document(place.learner, now=session.ends_at)

    assert [each["record__status"] for each in whole["tables"]["attendance_confirmed"]] == ["PRESENT"]
    assert [list(each) for each in whole["tables"]["calendar_addresses"]] == [["created_at", "ended_at"]]
    assert str(address) not in json.dumps(whole)


def test_an_empty_account_has_a_file_as_well():
    content = personal.archive(a_learner(), language="en", now=NOW)

    with opened(content) as zipped:
        assert "Nothing." in Pdf(zipped.read("du-lieu.pdf")).text


def test_one_at_a_time():
    learner = a_learner()
    first = actions.ask(learner=learner, language=Language.VI, now=NOW)

    again = actions.ask(learner=learner, language=Language.VI, now=NOW)
    with pytest.raises(IntegrityError, match="data_export_one_at_a_time"), transaction.atomic():
        DataExport.objects.create(learner=learner, language="vi", asked_at=NOW)

    assert again == first


def test_a_new_one_makes_room():
    learner = a_learner()
    old = a_ready_export(learner)

    a_ready_export(learner, now=NOW + timedelta(days=1))

    old.refresh_from_db()
    assert (old.state, old.content) == (ExportState.EXPIRED, None)


def test_five_a_day_and_the_last_one_stays(proven_client, time_machine):
    time_machine.move_to(NOW, tick=False)
    learner = a_learner()
    for _ in range(EXPORTS_PER_LEARNER.times):
        last = a_ready_export(learner)

    page = proven_client(learner).post("/me/data/export/", follow=True).content.decode()
    tomorrow = actions.ask(learner=learner, language=Language.VI, now=NOW + EXPORTS_PER_LEARNER.per)

    assert "Hôm nay bạn đã xin nhiều tệp rồi" in page
    assert (last.state, tomorrow.state) == (ExportState.READY, ExportState.WAITING)
    assert DataExport.objects.count() == EXPORTS_PER_LEARNER.times + 1


def test_it_is_gone_after_seven_days(proven_client, time_machine):
    time_machine.move_to(NOW, tick=False)
    learner = a_learner()
    export = a_ready_export(learner)
    path, client = f"/me/data/export/{export.public_id}.zip", proven_client(learner)

    before = client.get(path).status_code
    time_machine.move_to(NOW + timedelta(days=7), tick=False)
    prove_again(client, learner)
    after = client.get(path).status_code
    kept = DataExport.objects.get().content is not None
    carry_out_retention()

    assert (before, after, kept) == (200, 404, True)
    assert DataExport.objects.get().content is None


def test_a_browser_left_open_gives_nothing_away(learner_client):
    learner = a_learner()
    export = a_ready_export(learner)
    path = f"/me/data/export/{export.public_id}.zip"

    asked = learner_client(learner).get(path)

    assert asked.url == f"/account/again/?next={path}"


def test_another_persons_file_is_not_there(proven_client):
    export = a_ready_export(a_learner())

    assert proven_client(a_learner()).get(f"/me/data/export/{export.public_id}.zip").status_code == 404


def test_a_worker_that_dies_leaves_it_to_the_next_and_the_third_is_the_last():
    learner = a_learner()
    actions.ask(learner=learner, language=Language.VI, now=NOW)
    now, held = NOW, []
    for _attempt in range(EXPORT_ATTEMPTS_MAX):
        held.append(actions.claim(now=now))
        assert actions.claim(now=now) is None
        now += EXPORT_LEASE

    given_up = actions.claim(now=now)

    assert all(held)
    assert given_up is None
    assert DataExport.objects.get().state == ExportState.FAILED
    assert actions.finish(held=held[0], content=b"x", now=now) is False


def test_who_has_lost_the_hold_keeps_nothing():
    learner = a_learner()
    actions.ask(learner=learner, language=Language.VI, now=NOW)
    slow = actions.claim(now=NOW)
    quick = actions.claim(now=NOW + EXPORT_LEASE)

    kept = [actions.finish(held=held, content=b"x", now=NOW) for held in (slow, quick)]

    assert kept == [False, True]


def test_of_a_closed_account_nothing_is_kept():
    learner = a_learner()
    actions.ask(learner=learner, language=Language.VI, now=NOW)
    held = actions.claim(now=NOW)
    Learner.objects.filter(pk=learner.pk).update(is_active=False, closed_at=NOW)

    kept = actions.finish(held=held, content=b"x", now=NOW)

    assert kept is False
    assert DataExport.objects.get().content is None
    with pytest.raises(actions.ClosedAccount):
        actions.ask(learner=learner, language=Language.VI, now=NOW)


def test_nothing_waits_in_most_rounds(django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert personal_export.prepare_waiting(now=NOW) == 0


def test_a_shorter_timer_ends_a_file_before():
    a_ready_export(a_learner())
    retention.supersede(kind=retention.RetentionKind.EXPORT, days=1, source_vi="a", source_en="b", today=NOW.date())

    retention.carry_out(now=NOW + timedelta(days=1, seconds=1))

    assert DataExport.objects.get().content is None

"""One small world with one of everything, for the tests that look at every page as everybody."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from courses.actions import (
    attendance,
    attendance_objection,
    enrollment,
    feedback,
    feedback_reply,
    group_member,
    harvest,
    moderation,
    reply_moderation,
    walk_in,
)
from courses.choices import AttendanceStatus, HarvestPeriod, HidingReason
from courses.models import (
    AttendanceFlag,
    AttendanceObjection,
    AttendanceRecord,
    ComingQuestion,
    CourseRun,
    CourseVersion,
    Enrollment,
    EnrollmentGroup,
    Feedback,
    HarvestSource,
    ImportJob,
    PlaceRequest,
    SeatOffer,
    UncountedMark,
    WishVoice,
)
from credits.actions import acceptance, ledger_check, pathway, seal
from credits.models import Dispute, JournalEntry, LedgerRequest, PathwayVersion
from learners.actions import closing, unsubscribe
from learners.choices import MessageKind, Role, Way
from learners.models import (
    AccountClosing,
    Consent,
    DataExport,
    DeadWay,
    Device,
    Guardian,
    HelpRequest,
    Learner,
    LostSecondStep,
    LostWay,
    Mandate,
    Membership,
    Organization,
    OrganizationComplaint,
    Registration,
    StaffInvitation,
)
from tests.factories.catalog import a_draft, a_published_run, a_published_version, a_submitted_version
from tests.factories.changed_way import a_number_taken_off
from tests.factories.coming import a_question
from tests.factories.complaints import a_complaint
from tests.factories.consents import agreed_to_needs
from tests.factories.counter import a_card, a_closing_at_the_counter, a_dead_way_at_the_counter, a_registration
from tests.factories.disputes import a_dispute
from tests.factories.enrollment import has_read
from tests.factories.exports import a_ready_export
from tests.factories.feedback import a_review
from tests.factories.guardians import a_child, a_guardian
from tests.factories.help import a_help_request
from tests.factories.importing import DEFAULTS, TWO_COURSES, a_job, tried
from tests.factories.ledger import an_award, asked_transfer
from tests.factories.mandates import a_mandate, end_token_of
from tests.factories.pathways import a_cap, a_draft_pathway, a_minimum, a_pathway, on_the_way
from tests.factories.people import a_curator, a_device, a_learner, a_membership, an_organization
from tests.factories.staff import an_invitation
from tests.factories.terms import asked_place, asks_for
from tests.factories.waiting import an_offer
from tests.factories.wishes import a_wish


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """
    Two organisations and the people around them, at this moment: pages ask the real clock.

    ``learner`` is enrolled in a class that has begun and in an online course, and has completed another. The records
    are sealed, and the ledger was checked.
    """

    learner: Learner
    other: Learner  # enrolled in nothing
    instructor: Learner  # of ``organization``, teaches ``run``
    manager: Learner  # of ``organization``
    stranger: Learner  # manager of another organisation
    curator: Learner
    superuser: Learner
    organization: Organization
    version: CourseVersion
    run: CourseRun
    enrollment: Enrollment
    online: Enrollment
    draft: CourseVersion
    proposal: CourseVersion  # submitted, not published
    stop_token: str  # of a letter to ``learner``
    entry: JournalEntry  # in the record of ``learner``, by ``organization``
    device: Device  # of ``learner``, signed in
    complaint: OrganizationComplaint  # of ``learner`` about ``organization``, not answered
    dispute: Dispute  # open, about another
    job: ImportJob  # of ``organization``: a file that was tried, with one wrong row
    source: HarvestSource  # of ``organization``
    request: LedgerRequest  # of ``organization``: a transfer for ``learner``, not decided
    pathway: PathwayVersion  # published; ``learner`` is on an older version of it, with something missing
    draft_pathway: PathwayVersion
    reachable: PathwayVersion  # published; ``learner`` is on it and has everything
    wish: WishVoice  # of ``learner``, for what nobody teaches; two others ask for the same
    finished: Enrollment  # of ``learner``, completed and reviewed
    reviewed: Feedback  # of somebody else, about the course of ``finished``; reported, with a reply
    hidden: Feedback  # of somebody else, about the same, objected to
    answered: Feedback  # of somebody else, about the same, with a reply that is hidden
    suggested: CourseVersion  # near ``learner``, who has not taken it
    role: Membership  # of ``instructor``
    another_role: Membership  # of somebody else there
    invited: StaffInvitation  # by ``manager``; nobody has taken it up
    registered: Registration  # by ``organization``, with a card
    mandate: Mandate  # of whom was registered; ``learner`` helps them
    child: Learner  # registered at the organization; ``learner`` stands for them
    guardian: Guardian
    held_by_card: Guardian  # who was registered stands for the child too
    helped: Enrollment  # of whom was registered, in an online course
    group: EnrollmentGroup  # that ``learner`` makes up, with a link nobody has used
    offer: SeatOffer  # to ``learner``, of a seat in a full class of ``organization``
    question: ComingQuestion  # to ``learner``, about a class that begins in two days
    asked: PlaceRequest  # of ``learner``, in a class of ``organization`` that ``instructor`` teaches; open
    flag: AttendanceFlag  # about ``run``: not decided
    objection: AttendanceObjection  # of ``learner``: they were at the first class session of ``run``
    help: HelpRequest  # of ``learner``, who lives where ``organization`` is; nobody has called
    consent: Consent  # of ``learner``: what they need in a class
    export: DataExport  # of ``learner``, ready
    closing: AccountClosing  # of somebody with only a card, where one person works alone: waits for a curator
    dead_way: DeadWay  # a number of somebody else there: waits for a curator
    closing_token: str  # of somebody whose account is being closed
    end_token: str  # of somebody’s mandate, which it ends
    lost: LostSecondStep  # of somebody who has just asked
    lost_way: LostWay  # the same
    not_me_token: str  # of somebody whose number was taken off
    slug: str = "so-cap-cuu-tai-nha"


def a_world() -> World:
    now = timezone.now()
    manager = a_learner(full_name="Nguyễn Thị Bảy")
    organization = an_organization(manager=manager)
    stranger = a_learner(full_name="Trần Văn Sáu")
    an_organization(manager=stranger)
    instructor = a_learner(full_name="Trần Thị Ngọc Lan")
    role = a_membership(organization=organization, learner=instructor, role=Role.INSTRUCTOR)
    learner = a_learner(full_name="Lê Văn Hòa")
    version = a_published_version(provider=organization, attendance_percent_min=75)
    # Begun yesterday, so that attendance may be marked; open still, so that one may enrol.
    run = a_published_run(version=version, instructor=instructor, starts_at=now - timedelta(days=1))
    CourseRun.objects.filter(pk=run.pk).update(enrollment_closes_at=now + timedelta(days=30))
    run.refresh_from_db()
    online, finished = (
        enrollment.enroll(
            learner=learner,
            run=a_published_run(
                version=a_published_version(provider=organization, units=3), sessions=0, instructor=instructor
            ),
            now=now,
        )
        for _ in range(2)
    )
    has_read(finished, up_to=3, now=now)
    entry = JournalEntry.objects.get(learner=learner)
    dispute = a_dispute(entry=an_award(learner=learner, issuer=organization, now=now), now=now)
    seal.seal(now=now)
    ledger_check.check(now=now)
    older = a_pathway(
        slug="cong-dan-so", organization=organization, total=100, rules=[a_minimum(40), a_cap(50, source="ONLINE")]
    )
    on_the_way(learner, older, now=now)
    newer = pathway.publish(
        version=pathway.new_version(pathway=older.pathway, actor=manager, now=now), actor=manager, now=now
    )
    reachable = a_pathway(slug="buoc-dau", title_vi="Bước đầu", title_en="First steps", total=5)
    on_the_way(learner, reachable, now=now)
    acceptance.record(
        organization=organization,
        accepted=acceptance.Accepted(
            provider=organization,
            course_key=f"course:{version.course_id}",
            course_title=version.title_vi,
            since=timezone.localdate(now),
            document="Quyết định 12/QĐ-TTHTCĐ, 3/11/2026",
        ),
        actor=manager,
        now=now,
    )
    for asking in (learner, a_learner(full_name="Đỗ Thị Chín"), a_learner(full_name="Cao Văn Mười")):
        voice = a_wish(learner=asking, topic="Trồng nấm rơm", now=now)
    Learner.objects.filter(pk=learner.pk).update(place=organization.place)
    learner.refresh_from_db()
    suggested = a_published_version(provider=organization, title_vi="Ủ phân hữu cơ", title_en="Composting")
    a_published_run(version=suggested, starts_at=now + timedelta(days=60))
    reviewed, hidden, answered = (
        a_review(finished.run.version, text=text, now=now)
        for text in ("Dạy kỹ.", "Gọi 0900 000 000.", "Phòng học hơi chật.")
    )
    feedback.report(feedback=reviewed, reporter=manager, reason=HidingReason.ADVERTISING, now=now)
    feedback_reply.reply(feedback=reviewed, actor=manager, text="Cảm ơn bạn.", now=now)
    moderation.hide(feedback=hidden, curator=a_curator(), reason=HidingReason.PERSONAL_DATA, now=now)
    moderation.object_to(feedback=hidden, text="Số này là của tôi.", now=now)
    reply = feedback_reply.reply(feedback=answered, actor=manager, text="Mời bạn gọi 0900 000 001.", now=now)
    reply_moderation.hide(reply=reply, curator=a_curator(), reason=HidingReason.PERSONAL_DATA, now=now)
    feedback.give(enrollment=finished, stars=5, text="Học được nhiều.", now=now)
    job = tried(a_job(content=TWO_COURSES + "X,,1\n", provider=organization, now=now), now=now, skip_refused=True)
    registered = a_registration(organization=organization, now=now)
    a_card(registered, now=now)
    standing = a_guardian(a_child(organization=organization, now=now), guardian=learner, now=now)
    place = enrollment.enroll(learner=learner, run=run, now=now)
    first = run.class_sessions.get(position=1)
    objection = attendance_objection.object_to(
        enrollment=place,
        class_session=first,
        said=AttendanceStatus.PRESENT,
        text="Tôi ngồi bàn đầu.",
        learner=learner,
        now=now,
    )
    attendance.mark(class_session=first, marks={place.pk: AttendanceStatus.ABSENT}, actor=instructor, now=now)
    walk_in.record(class_session=first, full_name="Lý Văn Tư", phone="0900 000 099", actor=instructor, now=now)
    UncountedMark.objects.create(
        mark_id=uuid4(),
        class_session=first,
        full_name="Cao Thị Năm",
        why="LATE",
        said_by=instructor,
        said_at=now,
        received_at=now,
    )
    flag = AttendanceFlag.objects.create(rule="ALWAYS", key=f"always:{run.pk}", run=run, people=12, found_at=now)
    flag.records.set(AttendanceRecord.objects.filter(enrollment=place))
    alone = an_organization(manager=a_learner(full_name="Huỳnh Thị Một"))
    return World(
        flag=flag,
        objection=objection,
        child=standing.child,
        guardian=standing,
        held_by_card=a_guardian(standing.child, guardian=registered.learner, now=now),
        registered=registered,
        role=role,
        another_role=a_membership(organization=organization, learner=a_learner(), role=Role.VOLUNTEER),
        invited=an_invitation(organization, now=now)[0],
        mandate=a_mandate(person=registered.learner, helper=learner, now=now),
        helped=enrollment.enroll(learner=registered.learner, run=online.run, now=now),
        job=job,
        source=harvest.add_source(
            provider=organization,
            actor=manager,
            address="https://hoc.example.vn/khoa-hoc/",
            period=HarvestPeriod.DAILY,
            defaults=DEFAULTS,
            now=now,
        ),
        learner=learner,
        other=a_learner(full_name="Võ Thành Út", phone="+84900000098"),
        instructor=instructor,
        manager=manager,
        stranger=stranger,
        curator=a_curator(),
        superuser=a_learner(full_name="Phan Bình", is_staff=True, is_superuser=True),
        organization=organization,
        version=version,
        run=run,
        enrollment=place,
        online=online,
        draft=a_draft(provider=organization, units=1),
        proposal=a_submitted_version(provider=organization),
        pathway=newer,
        draft_pathway=a_draft_pathway(slug="ban-nhap", title_vi="Bản nháp", title_en="Draft"),
        reachable=reachable,
        stop_token=unsubscribe.new_link(learner=learner, kind=MessageKind.WEEKLY_DIGEST, now=now),
        entry=entry,
        device=a_device(learner=learner, now=now),
        complaint=a_complaint(learner=learner, organization=organization, now=now),
        dispute=dispute,
        request=asked_transfer(learner, organization=organization, now=now),
        wish=WishVoice.objects.get(learner=learner, wish=voice.wish),
        suggested=suggested,
        finished=Enrollment.objects.get(pk=finished.pk),
        reviewed=reviewed,
        hidden=hidden,
        answered=answered,
        consent=agreed_to_needs(learner, now=now),
        export=a_ready_export(learner, now=now),
        closing_token=closing.ask(learner=a_learner(full_name="Đinh Thị Rời"), now=now)[1],
        closing=a_closing_at_the_counter(alone, now=now),
        dead_way=a_dead_way_at_the_counter(alone, number="+84900000668", now=now),
        end_token=end_token_of(a_mandate(person=a_learner(full_name="Đỗ Thị Nhờ"), now=now)),
        lost=LostSecondStep.objects.create(learner=a_learner(full_name="Tạ Văn Quên"), asked_at=now),
        lost_way=LostWay.objects.create(
            learner=a_learner(full_name="Lý Thị Lạc", email="lac@example.vn"),
            kind=Way.EMAIL,
            address="lac@example.vn",
            new_kind=Way.EMAIL,
            new_address="lac.moi@example.vn",
            asked_at=now,
        ),
        not_me_token=a_number_taken_off(a_learner(full_name="Vũ Thị Đổi", phone="+84900000670"), now=now),
        help=a_help_request(learner=learner, now=now),
        question=a_question(learner, provider=organization, now=now),
        asked=asked_place(
            asks_for(
                a_published_run(
                    version=a_published_version(provider=organization, title_vi="Sửa máy nổ", title_en="Engine repair"),
                    instructor=instructor,
                    starts_at=now + timedelta(days=50),
                ),
                approval_days=3,
            ),
            learner,
            now=now,
        ),
        group=group_member.make(
            leader=learner,
            run=a_published_run(
                version=a_published_version(provider=organization, title_vi="Làm gốm", title_en="Pottery"),
                starts_at=now + timedelta(days=45),
            ),
            comes_too=True,
            bring=[],
            fellows=1,
            creation_key=uuid4(),
            now=now,
        ),
        offer=an_offer(
            a_published_run(
                version=a_published_version(provider=organization, title_vi="Đan lục bình", title_en="Weaving"),
                seats=1,
                starts_at=now + timedelta(days=40),
            ),
            learner,
            now=now,
        ),
    )

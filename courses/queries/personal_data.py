"""What the courses' side keeps of one person, as tables of an export."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.models import (
    AttendanceConfirmation,
    AttendanceObjection,
    AttendanceRecord,
    CalendarFeed,
    ComingQuestion,
    CompletionWord,
    Enrollment,
    EnrollmentGroup,
    Feedback,
    FeedbackReport,
    GroupMember,
    Interest,
    LearnedElsewhere,
    PlaceRequest,
    PlaceStep,
    ResultEntry,
    RunInstructor,
    SeatOffer,
    SuggestionRefusal,
    UncountedMark,
    UnitCompletion,
    WaitingChoice,
    WalkIn,
    WishVoice,
)
from learners.models import Learner
from learners.queries.personal_data import PersonalTable


class UnclaimedWalkIns(PersonalTable):
    """
    What was written down at a door for a number that is theirs, and nobody has claimed.

    Without the names: several people may say one number, and a name is for who claims it by it.
    """

    def rows(self, accounts: Sequence[Learner]) -> list[dict[str, Any]]:
        phones = [account.phone for account in accounts if account.phone]
        found = WalkIn.objects.filter(phone__in=phones, enrollment=None)
        return list(found.order_by("pk").values(*self.fields))


TABLES: Sequence[PersonalTable] = (
    PersonalTable(
        name="enrollments",
        title=_("Enrolments"),
        model=Enrollment,
        by="learner",
        fields=(
            *("public_id", "run_id", "run__version__course_id", "run__version__title_vi"),
            *("run__version__course__provider__name_vi", "run__starts_on", "state"),
            *("enrolled_at", "withdrawn_at", "withdraw_reason", "completed_at", "award_entry__public_id"),
        ),
        shown=("run__version__title_vi", "run__version__course__provider__name_vi", "state", "enrolled_at"),
    ),
    PersonalTable(
        name="attendance",
        title=_("Attendance"),
        model=AttendanceRecord,
        by="enrollment__learner",
        fields=(
            *("enrollment__public_id", "class_session__position", "class_session__starts_at"),
            *("status", "method", "reason", "recorded_at", "superseded_at"),
        ),
        shown=("class_session__starts_at", "status"),
    ),
    PersonalTable(
        name="attendance_objections",
        title=_("Objections to attendance"),
        model=AttendanceObjection,
        by="enrollment__learner",
        fields=(
            *("enrollment__public_id", "class_session__position", "said", "text", "opened_at", "due_on"),
            *("outcome", "answer", "answered_at"),
        ),
        shown=("said", "text", "opened_at", "outcome", "answer"),
    ),
    PersonalTable(
        name="attendance_confirmed",
        title=_("Attendance I have confirmed"),
        model=AttendanceConfirmation,
        by="record__enrollment__learner",
        fields=(
            *("record__enrollment__public_id", "record__class_session__starts_at", "record__status"),
            *("record__recorded_at", "confirmed_at"),
        ),
        shown=("record__class_session__starts_at", "record__status", "confirmed_at"),
    ),
    PersonalTable(
        name="walk_ins",
        title=_("Classes I came to without a place"),
        model=WalkIn,
        by="enrollment__learner",
        fields=("enrollment__public_id", "class_session__starts_at", "full_name", "phone", "marked_at", "claimed_at"),
        shown=("class_session__starts_at", "full_name", "claimed_at"),
    ),
    UnclaimedWalkIns(
        name="walk_ins_unclaimed",
        title=_("Written down for my number at a door, not claimed"),
        model=WalkIn,
        by="phone",
        fields=("class_session__run__version__title_vi", "class_session__starts_at", "marked_at", "phone"),
        shown=("class_session__run__version__title_vi", "class_session__starts_at"),
    ),
    PersonalTable(
        name="calendar_addresses",
        title=_("Addresses of my calendar"),
        model=CalendarFeed,
        by="learner",
        fields=("created_at", "ended_at"),
        shown=("created_at", "ended_at"),
    ),
    PersonalTable(
        name="attendance_not_counted",
        title=_("Attendance that was not counted"),
        model=UncountedMark,
        by="enrollment__learner",
        fields=("enrollment__public_id", "class_session__starts_at", "status", "why", "said_at", "received_at"),
        shown=("class_session__starts_at", "status", "why"),
    ),
    PersonalTable(
        name="units_read",
        title=_("Units read"),
        model=UnitCompletion,
        by="enrollment__learner",
        fields=("enrollment__public_id", "unit__title_vi", "completed_at"),
        shown=("unit__title_vi", "completed_at"),
    ),
    PersonalTable(
        name="reviews",
        title=_("Reviews"),
        model=Feedback,
        by="request__enrollment__learner",
        fields=("public_id", "course_id", "stars", "can_do", "text", "given_at", "edited_at", "withdrawn_at"),
        shown=("stars", "text", "given_at"),
    ),
    PersonalTable(
        name="reports_of_reviews",
        title=_("Reviews I have reported"),
        model=FeedbackReport,
        by="reporter",
        fields=("reason", "note", "reported_at"),
        shown=("reason", "note", "reported_at"),
    ),
    PersonalTable(
        name="wishes",
        title=_("My wishes"),
        model=WishVoice,
        by="learner",
        fields=("public_id", "wish__topic", "wish__place_id", "times", "asked_at", "kept_at", "ended_at", "ended_how"),
        shown=("wish__topic", "asked_at", "ended_at"),
    ),
    PersonalTable(
        name="waiting_lists",
        title=_("Waiting lists"),
        model=WaitingChoice,
        by="request__learner",
        fields=(
            *("request__public_id", "run_id", "run__version__course_id", "run__version__title_vi", "run__starts_on"),
            *("chosen_at", "ended_at", "ended_how"),
        ),
        shown=("run__version__title_vi", "chosen_at", "ended_at", "ended_how"),
    ),
    PersonalTable(
        name="seat_offers",
        title=_("Seats offered to me"),
        model=SeatOffer,
        by="request__learner",
        fields=(
            *("public_id", "run_id", "run__version__title_vi", "run__starts_on"),
            *("offered_at", "expires_at", "answered_at", "outcome"),
        ),
        shown=("run__version__title_vi", "offered_at", "expires_at", "outcome"),
    ),
    PersonalTable(
        name="groups",
        title=_("Groups I have come with"),
        model=GroupMember,
        by="learner",
        fields=("group__public_id", "group__run_id", "group__run__version__title_vi", "joined_at", "left_at"),
        shown=("group__run__version__title_vi", "joined_at", "left_at"),
    ),
    PersonalTable(
        name="groups_led",
        title=_("Groups I have made up"),
        model=EnrollmentGroup,
        by="leader",
        fields=("public_id", "run_id", "run__version__title_vi", "made_at", "settled_at", "split_at"),
        shown=("run__version__title_vi", "made_at"),
    ),
    PersonalTable(
        name="still_coming",
        title=_("Whether I was still coming"),
        model=ComingQuestion,
        by="enrollment__learner",
        fields=(
            *("enrollment__public_id", "enrollment__run__version__title_vi"),
            *("begins_at", "asked_at", "answered_at", "answer"),
        ),
        shown=("enrollment__run__version__title_vi", "asked_at", "answer"),
    ),
    PersonalTable(
        name="places_asked_for",
        title=_("Places I have asked for"),
        model=PlaceRequest,
        by="learner",
        fields=(
            *("public_id", "run_id", "run__version__title_vi", "run__starts_on"),
            *("asked_at", "due_at", "decided_at", "outcome", "reason"),
        ),
        shown=("run__version__title_vi", "asked_at", "outcome", "reason"),
    ),
    PersonalTable(
        name="results",
        title=_("My results"),
        model=ResultEntry,
        by="enrollment__learner",
        fields=(
            *("enrollment__public_id", "enrollment__run__version__title_vi"),
            *("mark", "has_passed", "recorded_at", "reason", "superseded_at"),
        ),
        shown=("enrollment__run__version__title_vi", "mark", "has_passed", "recorded_at"),
    ),
    PersonalTable(
        name="words_for_me",
        title=_("The word of who taught me, for class sessions missed"),
        model=CompletionWord,
        by="enrollment__learner",
        fields=(
            *("enrollment__public_id", "enrollment__run__version__title_vi"),
            *("reason", "given_at", "ended_at", "end_reason"),
        ),
        shown=("enrollment__run__version__title_vi", "reason", "given_at"),
    ),
    PersonalTable(
        name="steps_at_counters",
        title=_("What staff did for me on the way to a place"),
        model=PlaceStep,
        by="learner",
        fields=(
            *("run_id", "run__version__title_vi", "organization__public_id", "organization__name_vi"),
            *("act", "agreed_by", "done_at"),
        ),
        shown=("run__version__title_vi", "organization__name_vi", "act", "done_at"),
    ),
    PersonalTable(
        name="learned_elsewhere",
        title=_("What I have learned elsewhere"),
        model=LearnedElsewhere,
        by="learner",
        fields=("run_id", "run__version__title_vi", "course_id", "words", "said_at"),
        shown=("run__version__title_vi", "words", "said_at"),
    ),
    PersonalTable(
        name="interests",
        title=_("What I like to learn"),
        model=Interest,
        by="learner",
        fields=("field_id", "field__name_vi", "field__name_en", "said_at"),
        shown=("field__name_vi", "said_at"),
    ),
    PersonalTable(
        name="suggestions_refused",
        title=_("Suggestions I refused"),
        model=SuggestionRefusal,
        by="learner",
        fields=("course_id", "refused_at", "undone_at"),
        shown=("course_id", "refused_at"),
    ),
    PersonalTable(
        name="runs_taught",
        title=_("Classes I teach"),
        model=RunInstructor,
        by="learner",
        fields=("run_id", "run__version__title_vi", "run__starts_on"),
        shown=("run__version__title_vi", "run__starts_on"),
    ),
)

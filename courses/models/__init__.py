"""The tables of courses, runs, content, enrolments and attendance."""

from courses.models.attendance import (
    AttendanceConfirmation,
    AttendanceFigure,
    AttendanceObjection,
    AttendanceRecord,
)
from courses.models.attendance_flag import AttendanceFlag
from courses.models.calendar_feed import CalendarFeed
from courses.models.catalog import (
    CatalogCount,
    CatalogEntry,
    Course,
    CourseVersion,
    Field,
    ProviderRefresh,
    Review,
)
from courses.models.coming import ComingQuestion
from courses.models.content import CompletionRule, Module, Unit
from courses.models.enrollment import Enrollment, UnitCompletion
from courses.models.feedback import CourseQuality, Feedback, FeedbackEdition, FeedbackReply, FeedbackRequest
from courses.models.group import EnrollmentGroup, GroupMember
from courses.models.importing import (
    HarvestSource,
    ImportedCourse,
    ImportFault,
    ImportFile,
    ImportJob,
    LinkCheck,
)
from courses.models.interest import Interest
from courses.models.moderation import FeedbackObjection, FeedbackReport, ModerationDecision
from courses.models.place_request import PlaceRequest
from courses.models.place_step import PlaceStep
from courses.models.poster import PosterScan
from courses.models.result import CompletionWord, ResultEntry
from courses.models.run import ClassSession, CourseRun, RunInstructor
from courses.models.search import SearchGeneration, SearchTerm, SearchWord
from courses.models.session_change import SessionChange
from courses.models.skill import Skill, TaughtSkill
from courses.models.suggestion import SuggestionRefusal
from courses.models.telephone_call import TelephoneCall
from courses.models.terms import EnrollmentTerms, LearnedElsewhere, Prerequisite
from courses.models.uncounted_mark import UncountedMark
from courses.models.waiting import SeatOffer, WaitingChoice, WaitingRequest
from courses.models.walk_in import WalkIn
from courses.models.wish import Wish, WishAnswer, WishProposal, WishVoice

__all__ = [
    "AttendanceConfirmation",
    "AttendanceFigure",
    "AttendanceFlag",
    "AttendanceObjection",
    "AttendanceRecord",
    "CalendarFeed",
    "CatalogCount",
    "CatalogEntry",
    "ClassSession",
    "ComingQuestion",
    "CompletionRule",
    "CompletionWord",
    "Course",
    "CourseQuality",
    "CourseRun",
    "CourseVersion",
    "Enrollment",
    "EnrollmentGroup",
    "EnrollmentTerms",
    "Feedback",
    "FeedbackEdition",
    "FeedbackObjection",
    "FeedbackReply",
    "FeedbackReport",
    "FeedbackRequest",
    "Field",
    "GroupMember",
    "HarvestSource",
    "ImportFault",
    "ImportFile",
    "ImportJob",
    "ImportedCourse",
    "Interest",
    "LearnedElsewhere",
    "LinkCheck",
    "ModerationDecision",
    "Module",
    "PlaceRequest",
    "PlaceStep",
    "PosterScan",
    "Prerequisite",
    "ProviderRefresh",
    "ResultEntry",
    "Review",
    "RunInstructor",
    "SearchGeneration",
    "SearchTerm",
    "SearchWord",
    "SeatOffer",
    "SessionChange",
    "Skill",
    "SuggestionRefusal",
    "TaughtSkill",
    "TelephoneCall",
    "UncountedMark",
    "Unit",
    "UnitCompletion",
    "WaitingChoice",
    "WaitingRequest",
    "WalkIn",
    "Wish",
    "WishAnswer",
    "WishProposal",
    "WishVoice",
]

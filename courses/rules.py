"""Figures of the courses' side, each with its source. Only a release changes them."""

import re
from dataclasses import dataclass
from datetime import timedelta

from courses.choices import AttendanceStatus, Because, FigureName
from credits.choices import LotSource
from learners.choices import OrganizationKind

LEVEL_MIN, LEVEL_MAX = 1, 8  # Source: Decision 1982/QĐ-TTg, 18 October 2016 (Vietnamese Qualifications Framework)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most of something that one person or organisation may make."""

    name: str
    count_max: int
    source: str


POLICY = "portal policy, 2026-11-21"
SEATS_MAX = Limit(name="seats of a run", count_max=10_000, source=POLICY)
SESSIONS_MAX = Limit(name="class sessions of a run", count_max=120, source=POLICY)
MARKDOWN_BYTES_MAX = Limit(name="bytes of a unit's Markdown", count_max=64 * 1024, source=POLICY)
DRAFTS_MAX = Limit(name="unpublished courses of an organisation", count_max=200, source=POLICY)
DRAFTS_A_DAY_MAX = Limit(
    name="drafts an organisation begins in a day, those thrown away too",
    count_max=400,
    source="portal policy, 2026-11-26",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRule:
    """What one attendance status is worth towards a share of class sessions."""

    status: AttendanceStatus
    counts: bool
    source: str


ATTENDANCE = (
    AttendanceRule(status=AttendanceStatus.PRESENT, counts=True, source=POLICY),
    AttendanceRule(status=AttendanceStatus.LATE, counts=True, source=f"{POLICY}: coming late is coming"),
    AttendanceRule(status=AttendanceStatus.ABSENT, counts=False, source=POLICY),
    AttendanceRule(
        status=AttendanceStatus.EXCUSED,
        counts=False,
        source=f"{POLICY}: credit stands for hours learned; the share below 100 percent is the room for good reasons",
    ),
)
COUNTS_AS_ATTENDED = frozenset(rule.status for rule in ATTENDANCE if rule.counts)
ATTENDANCE_OPENS_MINUTES_BEFORE = 30  # people arrive before the hour. Source: portal policy, 2026-11-21
# Until then the instructor marks; later only a manager, with a reason. Source: portal policy, 2026-11-21
ATTENDANCE_INSTRUCTOR_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The first value of a figure of attendance; a curator changes it at the desk (``AttendanceFigure``)."""

    name: FigureName
    value: int
    source: str


ATTENDANCE_POLICY = "portal policy, 2026-11-26; decision 0425"
ATTENDANCE_FIGURES = (
    Figure(name=FigureName.OBJECTION_DAYS, value=14, source=ATTENDANCE_POLICY),
    Figure(name=FigureName.OBJECTION_ANSWER_DAYS, value=5, source=ATTENDANCE_POLICY),
    Figure(name=FigureName.WALK_IN_DAYS, value=90, source=ATTENDANCE_POLICY),
    Figure(name=FigureName.SAME_SECOND_PEOPLE, value=5, source=ATTENDANCE_POLICY),
    Figure(name=FigureName.ALWAYS_SESSIONS, value=6, source=ATTENDANCE_POLICY),
    Figure(name=FigureName.ALWAYS_PEOPLE, value=10, source=ATTENDANCE_POLICY),
    Figure(name=FigureName.WORDS_IN_A_RUN, value=3, source=ATTENDANCE_POLICY),
)
RESULT_POLICY = "portal policy, 2026-11-26; decision 0440"
RESULT_INSTRUCTOR_DAYS = 30  # after the last day of a class; later only a manager, with a reason. Source: RESULT_POLICY
RESULT_REASON_LETTERS_MAX = 200  # of a correction. Source: RESULT_POLICY
# Of the word for class sessions missed: who reads it later is to understand it. Source: RESULT_POLICY
WORD_LETTERS_MIN, WORD_LETTERS_MAX = 20, 300
# What comes later than so after it was marked waited on a phone without network. Source: decision 0444
SENT_AT_ONCE = timedelta(minutes=1)
CLOCK_OFF = timedelta(minutes=1)  # the clock of a device that is off by less is not spoken of. Source: decision 0444
OFFLINE_HOURS = 72  # a phone keeps marks so long without network. Source: FEATURES, row D7
# A phone sends what it has kept in parts of so many entries, and a part is no larger. Source: decision 0420
ENTRIES_PER_BATCH_MAX, BATCH_BYTES_MAX = 100, 128 * 1024
MARKS_PER_PLACE_MAX = Limit(
    name="entries about one person at one class session",
    count_max=100,
    source="portal policy, 2026-11-26; decision 0420",
)
WALK_INS_MAX = Limit(name="walk-ins of a class session", count_max=500, source=ATTENDANCE_POLICY)
UNCOUNTED_MAX = Limit(
    name="marks of phones kept uncounted of a class session", count_max=2_000, source="portal policy, 2026-11-26"
)
UNCOUNTED_NEWS_DAYS = 14  # the desk says so long that some came in. Source: portal policy, 2026-11-26
OBJECTIONS_PER_SESSION_MAX = 3  # of one person; the text is read by people. Source: portal policy, 2026-11-26
OBJECTION_TEXT_MAX = 500

REMINDER_HOUR = 18  # of the day before a class, local time. Source: portal policy, 2026-11-21: the evening before
REMINDERS_PER_BATCH = 500
REVIEW_WORKING_DAYS = 2  # a curator answers within. Source: portal policy, 2026-11-21
MINUTES_STEP = 30  # of a course's hours, because one hundredth of a credit is half an hour
HOURS_MAX = Limit(name="hours of a course", count_max=3_000, source=POLICY)  # 60 credits: a year of full-time study
SESSION_MINUTES_MIN, SESSION_MINUTES_MAX = 15, 12 * 60  # of one class session. Source: portal policy, 2026-11-21
OUTCOMES_MAX = Limit(name="outcomes of a course", count_max=8, source=POLICY)
OUTLINE_POLICY = "portal policy, 2026-11-26; decision 0334"
MODULES_MAX = Limit(name="modules of a course", count_max=100, source=OUTLINE_POLICY)
UNITS_MAX = Limit(name="units of a course", count_max=300, source=OUTLINE_POLICY)
UNIT_MINUTES_MAX = 24 * 60  # of reading. Source: portal policy, 2026-11-26
SKILLS_MAX = Limit(name="skills of a course", count_max=5, source="portal policy, 2026-11-26")
SKILL_CODE_CHARACTERS_MAX = 40
SENTENCE_WORDS_MAX = 25  # longer ones are hard to read, and who writes them is told. Source: portal policy, 2026-11-26
FIRST_DAY_AHEAD_DAYS_MAX = 730  # a run may begin at most so far ahead. Source: portal policy, 2026-11-21
SESSION_NOTE_LETTERS_MAX = 120  # of the room and the like: a line of a text message. Source: portal policy, 2026-11-26
CHANGE_REASON_LETTERS_MAX = 200  # of why a class session is moved or cancelled. Source: portal policy, 2026-11-26
# What changes about a class of today or of so many days later is told at any hour. Source: decision 0416
TOLD_AT_ONCE_DAYS = 1
MEETING_URL_LETTERS_MAX = 400  # Source: portal policy, 2026-11-26
# So long before a class online its link is on the learner's page; it stays until the end. Source: decision 0419
MEETING_SHOWN_MINUTES_BEFORE = 30
OTHERS_NAMED_MAX = 3  # other classes with room, in the letter about a cancelled one. Source: portal policy, 2026-11-26
SERIES_DAYS_MAX = 7 * (SESSIONS_MAX.count_max + 20)  # once a week, and some weeks left out
COST_VND_MAX = 1_000_000_000  # a typing slip, not a fee. Source: portal policy, 2026-11-21
RESULTS_PER_PAGE = 20
SEARCH_WORD = re.compile(r"[^\W_]+")  # letters and digits of any script
# Of what is found so many are counted, so that a word half the catalogue has costs no more. Source: decision 0315
HITS_COUNTED_MAX = 5_000
CANDIDATES_RANKED_MAX = 200  # of what is found so many are ranked by their words. Source: decision 0315
PAGES_MAX = 250  # of results: nobody reads on; whoever wants all has the open data. Source: portal policy, 2026-11-26
PAGES_OF_MANY_MAX = 25  # where more is found than is counted. Source: decision 0315
COST_STEPS_VND = (100_000, 500_000, 2_000_000)  # a course costs nothing, up to one of these, or more
LENGTH_STEPS_HOURS = (4, 16, 50)  # half a day, two days, one credit; or more
STARTS_WITHIN_DAYS = (7, 30, 90)
WITHIN_KM, WITHIN_KM_USUAL = (5, 10, 20, 50, 100), 20
ORGANIZERS_SHOWN = LICENCES_SHOWN = 10
# Making the terms of the search anew takes 0.9 s of a processor for the 697 courses of tests/search, 15 s for 100,000.
# An import into a larger catalogue leaves it to the timetable when it was done so recently. Source: decision 0336
TERMS_AT_ONCE_COURSES_MAX = 1_000
TERMS_AGAIN_AFTER = timedelta(minutes=10)
SEARCH_WORDS_MAX = 12  # of a query; what follows is not looked at. Source: portal policy, 2026-11-21
IMPORT_ROWS_MAX = Limit(name="rows of an imported file", count_max=100_000, source=POLICY)
IMPORT_BYTES_MAX = Limit(name="bytes of an imported file", count_max=64 * 1024 * 1024, source=POLICY)
IMPORT_COLUMNS_MAX = Limit(name="columns of an imported file", count_max=200, source=POLICY)
# What an imported course of classes asks for where its file does not say. Source: portal policy, 2026-11-21
IMPORT_ATTENDANCE_PERCENT_MIN = 80

# How one learns in person, by who provides it; with everybody else it is a class. Source: portal policy, 2026-11-25
SOURCE_OF_PROVIDER = {
    OrganizationKind.ENTERPRISE: LotSource.WORKPLACE,
    OrganizationKind.LIBRARY: LotSource.LIBRARY,
    OrganizationKind.MUSEUM: LotSource.MUSEUM,
}

# --- What leaves: feeds, calendars, lists on other sites ---

FEED_ENTRIES_MAX = 50  # of a feed. Source: portal policy, 2026-11-26: some ten kilobytes compressed
SOON_DAYS = 30  # what begins within them begins soon. Source: portal policy, 2026-11-26
CALENDAR_AHEAD_DAYS = 120  # of a calendar of classes: a term. Source: portal policy, 2026-11-26
CALENDAR_SESSIONS_MAX = 500  # of a calendar of classes. Source: portal policy, 2026-11-26
CALENDAR_BACK_DAYS = 60  # of one's own calendar: what was lately. Source: portal policy, 2026-11-26
CALENDAR_TOKEN_BYTES = 16  # Source: OWASP ASVS 5.0, 11.5.1 (128 bits)
CALENDAR_TOKEN_LETTERS_MAX = 64  # longer ones are none of ours
EMBEDDED_MAX = 20  # courses of a list on another site. Source: portal policy, 2026-11-26
# Of the open data. Source: decision 0322
OPEN_DATA_LICENCE, OPEN_DATA_LICENCE_URL = "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"

# --- Posters ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often one address may have something done."""

    times: int
    seconds: int
    source: str

    @property
    def rate(self) -> str:
        return f"{self.times}/{self.seconds}s/ip"

    @property
    def rate_of_a_key(self) -> str:
        return f"{self.times}/{self.seconds}s/key"


# Setting one takes a tenth of a second; a centre that prints for all its classes sets some dozens in an hour.
POSTERS_SET = Rate(times=60, seconds=3600, source="portal policy, 2026-11-26")
# --- The code of a room ---
ROOM_CODE_LETTERS, ROOM_STEP_SECONDS = 6, 30  # shown for one step, taken for two. Source: decision 0427
# Of 29^6 codes two are right at a time: whoever guesses ten times in five minutes is right once in some 280 years.
ROOM_GUESSES = Rate(times=10, seconds=300, source="portal policy, 2026-11-26; decision 0427")
WALK_IN_GUESSES = Rate(times=10, seconds=3600, source="portal policy, 2026-11-26; decision 0423")

# Who scans it signed out has so long to sign in; then what counts is whether it was right when it was scanned.
ROOM_SCAN_KEPT = timedelta(minutes=10)  # Source: portal policy, 2026-11-26; decision 0267: as long as a code is valid

# Codes of cards that are nobody's here, typed by one member of staff and in one class: enough for a torn card and an
# unsure hand. Of 29^8 codes a million may be somebody's: 20 guesses an hour, day and night, find one in three years.
CARDS_WRONG_OF_STAFF = Rate(times=20, seconds=3600, source="portal policy, 2026-11-26; decision 0265")
CARDS_WRONG_OF_RUN = Rate(times=40, seconds=3600, source="portal policy, 2026-11-26; decision 0265")

# Everybody of one telephone company may come from one address: so many may open the same code within an hour, which is
# more than read one notice board; one who opens codes for hours on end is not counted on.
POSTER_SCANS_COUNTED = Rate(times=60, seconds=3600, source="portal policy, 2026-11-26; decision 0330")

# Of one calendar behind a secret address: some devices of a person, each asking every few minutes.
CALENDARS_READ = Rate(times=120, seconds=3600, source="portal policy, 2026-11-26; decision 0418")
# Of addresses that are none or have ended, from one network address, which may be a whole telephone
# company's. To guess one of 128 bits is hopeless at any rate; this keeps the guessing from costing us.
CALENDARS_GUESSED = Rate(times=20_000, seconds=3600, source="portal policy, 2026-11-26; decision 0418")
CALENDARS_RENEWED = Rate(times=20, seconds=3600, source="portal policy, 2026-11-26; decision 0418")

# --- Wishes ---

WISH_POLICY = "portal policy, 2026-11-26"
WISH_LETTERS_MAX = 120  # of a topic: a line on a phone or two. Source: portal policy, 2026-11-26
WISH_REASON_LETTERS_MAX = 300  # of what a centre adds to its answer. Source: portal policy, 2026-11-26
WISHES_OPEN_MAX = Limit(name="open wishes of a learner", count_max=10, source=WISH_POLICY)
WISHES_A_DAY_MAX = Limit(name="wishes of a learner in a day, those taken back too", count_max=20, source=WISH_POLICY)
# Fewer could be recognised by their neighbours, so a public board does not show them. Source: portal policy, 2026-11-26
WISH_SHOWN_PEOPLE_MIN = 3
# Nobody has answered for so long: the learner is asked whether they still want it. Source: portal policy, 2026-11-26
WISH_ASKED_AGAIN_AFTER_DAYS = 90
WISH_LAPSES_AFTER_DAYS = 30  # after that question, without a reply. Source: portal policy, 2026-11-26
WISHES_PER_PAGE = 30
WISHES_PER_BATCH = 500  # looked after at once
PROPOSED_RUNS_BACK_DAYS = 3  # a run planned within them is compared with the wishes: a night may be missed
# What people put before a topic without meaning it. Source: portal policy, 2026-11-26
WISH_LEADS = ("tôi muốn học", "em muốn học", "muốn học", "khóa học", "khoá học", "lớp học", "lớp")

# --- Waiting lists ---

WAITING_POLICY = "portal policy, 2026-11-26; decision 0412"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerm:
    """How long a seat is kept for somebody who is offered it: in hours of the day, those of the night not counted."""

    closes_within: timedelta | None  # enrolment closes within it; None: later, or never
    day_hours: int
    source: str


OFFER_TERMS = (  # the first that fits; an offer never lasts beyond the close of enrolment
    OfferTerm(closes_within=timedelta(days=2), day_hours=3, source=WAITING_POLICY),
    OfferTerm(closes_within=timedelta(days=7), day_hours=14, source=f"{WAITING_POLICY}: a day"),
    OfferTerm(closes_within=None, day_hours=28, source=f"{WAITING_POLICY}: two days"),
)
DAY_BEGINS_HOUR, DAY_ENDS_HOUR = 7, 21  # local time; between them nobody is made to answer. Source: WAITING_POLICY
# Who has not answered is told once more so long before the end, unless the offer was made within twice that time.
OFFER_ENDING_BEFORE = timedelta(hours=4)
OFFERS_PER_BATCH = 500  # told so at once
WAITING_COURSES_MAX = Limit(name="courses a learner waits for", count_max=20, source=WAITING_POLICY)
WAITING_A_DAY_MAX = Limit(
    name="waiting lists a learner joins in a day, those left again too", count_max=30, source=WAITING_POLICY
)
WAITING_LINE_MAX = Limit(name="people who wait for a run", count_max=2_000, source=WAITING_POLICY)
WAITING_COURSES_PER_BATCH = 200  # looked after at once

# --- Places ---

# Each time the seat goes to who waits, letters leave, and the sign-in sheet has a line more. Counted of the person who
# has the place, whoever takes it for them: a centre may enrol as many people as come to its counter.
ENROLLMENT_POLICY = "portal policy, 2026-11-27; decision 0447"
ENROLLMENTS_A_DAY_MAX = Limit(
    name="places a learner takes in a day, those given up again too", count_max=30, source=ENROLLMENT_POLICY
)
ENROLLMENTS_OF_RUN_A_DAY_MAX = Limit(
    name="places a learner takes in a day in one class", count_max=5, source=ENROLLMENT_POLICY
)

# --- Groups ---

GROUP_POLICY = "portal policy, 2026-11-26; decision 0430"
GROUP_SIZE_MIN, GROUP_SIZE_MAX = 2, 10  # people who come to a class together. Source: GROUP_POLICY
GROUP_GATHERED_FOR = timedelta(days=30)  # then one without places that does not wait ends. Source: GROUP_POLICY
GROUP_LINKS_MAX = Limit(name="people and links one group ever has", count_max=40, source=GROUP_POLICY)
GROUPS_PER_BATCH = 500  # ended at once
GROUPS_A_DAY_MAX = Limit(name="groups a learner makes up in a day", count_max=20, source=GROUP_POLICY)

# --- Terms of enrolment ---

TERMS_POLICY = "portal policy, 2026-11-26; decision 0435"
AGE_LIMIT_MAX = 120  # years; a typing slip beyond it. Source: TERMS_POLICY
PREREQUISITES_MAX = Limit(name="courses a class builds on", count_max=3, source=TERMS_POLICY)
LEARNED_ELSEWHERE_LETTERS_MAX = 200  # a line or two on a phone. Source: TERMS_POLICY

APPROVAL_POLICY = "portal policy, 2026-11-26; decision 0436"
APPROVAL_DAYS_MAX, APPROVAL_DAYS_USUAL = 14, 3  # to decide about a request for a place. Source: APPROVAL_POLICY
# Who decides is reminded so long before it is due; of a shorter term after half of it. Source: APPROVAL_POLICY
APPROVAL_REMINDED_BEFORE = timedelta(days=1)
# After the day it was due it is with every manager, and so long after that with the curators. Source: APPROVAL_POLICY
APPROVAL_CURATORS_AFTER = timedelta(days=2)
APPROVAL_ROOM = timedelta(days=3)  # between the day it is due and the close of enrolment. Source: APPROVAL_POLICY
PLACE_ANSWERS_SHOWN = timedelta(days=30)  # on the page of who asked, where it was no. Source: APPROVAL_POLICY
REFUSAL_LETTERS_MAX = 300  # of the reason a request is refused with. Source: APPROVAL_POLICY
PLACES_ASKED_MAX = Limit(name="open requests of a learner for a place", count_max=20, source=APPROVAL_POLICY)
PLACES_ASKED_A_DAY_MAX = Limit(
    name="places a learner asks for in a day, those taken back too", count_max=30, source=APPROVAL_POLICY
)
PLACES_ASKED_OF_RUN_MAX = Limit(name="requests of a learner in a class, in all", count_max=3, source=APPROVAL_POLICY)
PLACE_REQUESTS_PER_BATCH = 500  # looked after at once

# --- Who is still coming ---

COMING_POLICY = "portal policy, 2026-11-26; decision 0437"
COMING_ASKED_BEFORE = timedelta(days=3)  # the first class session. Source: COMING_POLICY
COMING_UNDO = timedelta(minutes=30)  # a no may be taken back for so long. Source: COMING_POLICY
COMING_PER_BATCH = 500
TURNOUT_LOOKS_BACK = timedelta(days=365)  # at the organization's first class sessions. Source: COMING_POLICY
TURNOUT_PEOPLE_MIN = 20  # marked there; of fewer nothing is concluded. Source: COMING_POLICY


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShowRule:
    """So many classes missed without a word within so long put one after the others in waiting lists."""

    absences: int
    within: timedelta
    source: str


NO_SHOWS = NoShowRule(absences=2, within=timedelta(days=365), source="portal policy, 2026-11-26; decision 0431")

# --- Reviews by those who took part, and what a course page shows of them ---

FEEDBACK_POLICY = "portal policy, 2026-11-26; decision 0327"
STARS = (1, 2, 3, 4, 5)
FEEDBACK_LETTERS_MAX = 1_000  # of a review, of a reply, of an objection. Source: portal policy, 2026-11-26
REPORT_LETTERS_MAX = 300  # of what a reader adds to a report. Source: portal policy, 2026-11-26
FEEDBACK_EDIT_DAYS = 30  # after a review was given its author may change it. Source: portal policy, 2026-11-26
FEEDBACK_OPEN_DAYS = 365  # after the end one may write; later one remembers little. Source: portal policy, 2026-11-26
# Of a class that is over, so that its attendance is marked before anybody is asked: the instructor's term and a day.
FEEDBACK_ASKED_AFTER_DAYS = ATTENDANCE_INSTRUCTOR_DAYS + 1
FEEDBACK_ASKED_SHOWN_DAYS = 30  # the line on the learner's own page goes by itself. Source: portal policy, 2026-11-26
FEEDBACK_ASKED_SHOWN_MAX = 3  # of such lines
REPLY_EDIT_DAYS = 14  # after an organization's first reply it may be worded anew. Source: portal policy, 2026-11-26
FEEDBACK_PER_PAGE = 10
FEEDBACK_PER_BATCH = 500
# Figures of fewer people mislead, and let one of them be recognised: they are not shown. Source: FEATURES B8
QUALITY_PEOPLE_MIN = 5
REPLIES_MAX = Limit(name="wordings of a reply", count_max=10, source=FEEDBACK_POLICY)
EDITIONS_MAX = Limit(name="wordings of a review", count_max=20, source=FEEDBACK_POLICY)
REPORTS_A_DAY_MAX = Limit(name="reviews a learner reports within a day", count_max=10, source=FEEDBACK_POLICY)
DECISIONS_SHOWN_MAX = 30  # newest ones, on the public log

# --- Suggestions ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one reason is worth when courses are put in order for a learner; there are no other reasons."""

    because: Because
    points: int
    is_enough: bool  # to be suggested for; what is not only moves a course that is suggested anyway
    source: str


SUGGESTION_POLICY = "portal policy, 2026-11-26; decision 0324"
SIMILAR_POLICY = "portal policy, 2026-11-26; decision 0326"
WEIGHTS = (
    Weight(because=Because.PATHWAY_GAP, points=8, is_enough=True, source=SUGGESTION_POLICY),
    Weight(because=Because.SAME_FIELD, points=4, is_enough=True, source=SUGGESTION_POLICY),
    Weight(because=Because.INTEREST, points=4, is_enough=True, source="portal policy, 2026-11-26; decision 0229"),
    Weight(because=Because.IN_THE_COMMUNE, points=3, is_enough=True, source=SUGGESTION_POLICY),
    Weight(because=Because.IN_THE_PROVINCE, points=2, is_enough=True, source=SUGGESTION_POLICY),
    Weight(because=Because.BEGINS_SOON, points=1, is_enough=False, source=SUGGESTION_POLICY),
    Weight(because=Because.FITS, points=1, is_enough=False, source=SUGGESTION_POLICY),
    Weight(because=Because.SAME_SKILL, points=6, is_enough=True, source=SIMILAR_POLICY),
    Weight(because=Because.FIELD_OF_THIS, points=3, is_enough=True, source=SIMILAR_POLICY),
    Weight(because=Because.SAME_COMMUNE, points=2, is_enough=False, source=SIMILAR_POLICY),
    Weight(because=Because.SHORTER, points=1, is_enough=False, source=SIMILAR_POLICY),
    Weight(because=Because.FREE, points=1, is_enough=False, source=SIMILAR_POLICY),
)
# Taken off where a class meets too far from home to go there: more than being soon, fitting, short and free add, so
# that of the same merit what is near or online comes first. Source: decision 0324
FAR_POINTS = 4
SUGGESTIONS_SHOWN = 5  # on a learner's page. Source: portal policy, 2026-11-26
SUGGESTIONS_BESIDE_A_COURSE = 3
SIMILAR_SHOWN, SIMILAR_LOOKED_AT_MAX = 4, 100  # beside a course. Source: decision 0326
SUGGESTED_SOON_DAYS = 14  # begins within them: soon. Source: portal policy, 2026-11-26
SUGGESTIONS_LOOKED_AT_MAX = 60  # of those in order: whose class sessions are compared with the learner's own
# Of the places in a list, at least so many percent go to small organisers near the learner, where there are any that
# have a reason. Source: FEATURES B7
SMALL_LOCAL_PERCENT_MIN = 20
SMALL_KINDS = frozenset(
    {
        OrganizationKind.ASSOCIATION,
        OrganizationKind.COMMUNITY_LEARNING_CENTRE,
        OrganizationKind.CULTURAL_HOUSE,
        OrganizationKind.HEALTH_STATION,
        OrganizationKind.LIBRARY,
        OrganizationKind.MUSEUM,
    }
)

# --- Imports, harvests, links ---

# What a file of a stranger may make grow. Sources of the orders of magnitude: OWASP ASVS 5.0, V5.2.1 and V5.2.3 (limits
# before unpacking); the figures are ours: portal policy, 2026-11-26.
IMPORT_POLICY = "portal policy, 2026-11-26"
UPLOAD_BYTES_MAX = Limit(name="bytes of a file handed in on a page", count_max=16 * 1024 * 1024, source=IMPORT_POLICY)
ARCHIVE_ENTRIES_MAX = Limit(name="files inside an archive", count_max=4_000, source=IMPORT_POLICY)
ARCHIVE_BYTES_MAX = Limit(name="bytes of an archive, unpacked", count_max=256 * 1024 * 1024, source=IMPORT_POLICY)
ARCHIVE_MEMBER_BYTES_MAX = Limit(
    name="bytes of one file of an archive", count_max=64 * 1024 * 1024, source=IMPORT_POLICY
)
SHEETS_MAX = Limit(name="sheets of a workbook", count_max=50, source=IMPORT_POLICY)
SPREADSHEET_MEMORY_BYTES_MAX = Limit(name="memory of the reader of workbooks", count_max=1 << 30, source=IMPORT_POLICY)
SPREADSHEET_SECONDS_MAX = Limit(name="seconds of the reader of workbooks", count_max=45, source=IMPORT_POLICY)
SPREADSHEET_OUTPUT_BYTES_MAX = Limit(
    name="bytes a workbook is read to", count_max=128 * 1024 * 1024, source=IMPORT_POLICY
)
JSON_DEPTH_MAX = Limit(name="values of JSON inside each other", count_max=60, source=IMPORT_POLICY)
EXTERNAL_URL_CHARACTERS_MAX = 500  # of the address of a course taught elsewhere. Source: portal policy, 2026-11-26
IMPORT_UNDO_DAYS = 30  # an import may be taken back, and its file is kept. Source: FEATURES, row B10
IMPORTS_A_DAY_MAX = Limit(name="files an organisation hands in within a day", count_max=40, source=IMPORT_POLICY)
IMPORTS_WAITING_MAX = Limit(name="files of an organisation that wait for it", count_max=10, source=IMPORT_POLICY)
IMPORT_FAULTS_KEPT_MAX = Limit(name="faults of a file that are kept", count_max=10_000, source=IMPORT_POLICY)
IMPORT_ATTEMPTS_MAX = 3  # a file that ends its worker each time is given up. Source: portal policy, 2026-11-26
HARVEST_SOURCES_MAX = Limit(name="harvest sources of an organisation", count_max=20, source=IMPORT_POLICY)
HARVEST_PAGES_MAX = Limit(name="pages of a list that are fetched", count_max=50, source=IMPORT_POLICY)
FETCH_BYTES_MAX = Limit(name="bytes fetched from another site", count_max=16 * 1024 * 1024, source=IMPORT_POLICY)
FETCH_SECONDS_MAX = Limit(name="seconds for fetching one address", count_max=20, source=IMPORT_POLICY)
FETCH_REDIRECTS_MAX = Limit(name="redirects followed from one address", count_max=3, source=IMPORT_POLICY)
# A page that stopped answering is noticed and hidden within a day: asked every 20 hours, and once more after 2.
LINK_CHECK_HOURS, LINK_RECHECK_HOURS, LINK_FAILURES_TO_HIDE = 20, 2, 2  # Source: portal policy, 2026-11-26
LINKS_PER_BATCH = 5  # leased at once: at worst they take five times FETCH_SECONDS_MAX

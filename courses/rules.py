"""Figures of the courses' side, each with its source. Only a release changes them."""

import re
from dataclasses import dataclass

from courses.choices import AttendanceStatus
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

REMINDER_HOUR = 18  # of the day before a class, local time. Source: portal policy, 2026-11-21: the evening before
REMINDERS_PER_BATCH = 500
REVIEW_WORKING_DAYS = 2  # a curator answers within. Source: portal policy, 2026-11-21
MINUTES_STEP = 30  # of a course's hours, because one hundredth of a credit is half an hour
HOURS_MAX = Limit(name="hours of a course", count_max=3_000, source=POLICY)  # 60 credits: a year of full-time study
SESSION_MINUTES_MIN, SESSION_MINUTES_MAX = 15, 12 * 60  # of one class session. Source: portal policy, 2026-11-21
OUTCOMES_MAX = Limit(name="outcomes of a course", count_max=8, source=POLICY)
FIRST_DAY_AHEAD_DAYS_MAX = 730  # a run may begin at most so far ahead. Source: portal policy, 2026-11-21
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

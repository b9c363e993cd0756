"""The tables of courses, runs, content, enrolments and attendance."""

from courses.models.attendance import AttendanceRecord
from courses.models.catalog import CatalogEntry, Course, CourseVersion, Field, Review
from courses.models.content import CompletionRule, Module, Unit
from courses.models.enrollment import Enrollment, UnitCompletion
from courses.models.importing import (
    HarvestSource,
    ImportedCourse,
    ImportFault,
    ImportFile,
    ImportJob,
    LinkCheck,
)
from courses.models.run import ClassSession, CourseRun, RunInstructor

__all__ = [
    "AttendanceRecord",
    "CatalogEntry",
    "ClassSession",
    "CompletionRule",
    "Course",
    "CourseRun",
    "CourseVersion",
    "Enrollment",
    "Field",
    "HarvestSource",
    "ImportFault",
    "ImportFile",
    "ImportJob",
    "ImportedCourse",
    "LinkCheck",
    "Module",
    "Review",
    "RunInstructor",
    "Unit",
    "UnitCompletion",
]

"""
The catalogue's actions for thousands of courses at once: a constant number of statements whatever their number.

Only other actions call these, inside their transaction, with the provider locked. They tell nobody.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import connection
from django.db.models import Model, Value
from django.db.models.functions import Coalesce

from courses.actions import catalog_entry, link_check
from courses.actions.catalog import OF_THE_RULE
from courses.choices import Format, ReviewDecision, VersionState
from courses.models import CompletionRule, Course, CourseVersion, Module, Review, TaughtSkill, Unit
from courses.rules import IMPORT_ATTENDANCE_PERCENT_MIN
from learners.models import Learner

# What belongs to the version as a row and not to what it says.
OF_THE_ROW = frozenset(
    {"id", "course", "number", "state", "created_at", "created_by", "submitted_at", "submitted_by", "published_at"}
    | {"published_by", "revision", "edited_at", "edited_by", "discarded_at", "discarded_by"}
)
SAID = tuple(field.attname for field in CourseVersion._meta.concrete_fields if field.name not in OF_THE_ROW)


def start_courses(*, versions: Sequence[CourseVersion]) -> None:
    """
    Save new courses with their first versions, drafts, each with a completion rule.

    A course with classes asks for a share of them, an online one for its units; what is taught elsewhere is not
    completed here and asks for nothing.
    """
    courses = [version.course for version in versions]
    _insert(Course, courses)
    for version, course in zip(versions, courses, strict=True):
        version.course = course
    _insert(CourseVersion, versions)
    rules = [
        CompletionRule(
            version=version,
            attendance_percent_min=None if version.format == Format.ONLINE else IMPORT_ATTENDANCE_PERCENT_MIN,
            all_units=version.format == Format.ONLINE,
        )
        for version in versions
        if not version.is_elsewhere
    ]
    _insert(CompletionRule, rules)


def edit_drafts(*, versions: Sequence[CourseVersion], author: Learner, now: datetime) -> None:
    """Save what drafts say now; whoever has one open is told so, and by whom, when they save it."""
    for version in versions:
        version.revision += 1
        version.edited_at, version.edited_by = now, author
    saved = [*_saved(SAID), "revision", "edited_at", "edited_by"]
    CourseVersion.objects.bulk_create(versions, update_conflicts=True, unique_fields=["id"], update_fields=saved)


def start_versions(*, versions: Mapping[int, CourseVersion]) -> None:
    """Save the next versions of published courses, drafts, each with parts and skills of the one before, by its key."""
    _insert(CourseVersion, list(versions.values()))
    rules = list(CompletionRule.objects.filter(version__in=versions))
    for rule in rules:
        rule.version = versions[rule.version_id]
    CompletionRule.objects.bulk_create(rules)
    taught = list(TaughtSkill.objects.filter(version__in=versions))
    for each in taught:
        each.pk, each.version = None, versions[each.version_id]
    TaughtSkill.objects.bulk_create(taught)
    modules = list(Module.objects.filter(version__in=versions))
    units = list(Unit.objects.filter(module__in=modules))
    by_old_key = {module.pk: module for module in modules}
    for module in modules:
        module.pk, module.version = None, versions[module.version_id]
    Module.objects.bulk_create(modules)
    for unit in units:
        unit.pk, unit.module = None, by_old_key[unit.module_id]
    Unit.objects.bulk_create(units)


def publish(*, versions: Sequence[CourseVersion], curator: Learner, now: datetime) -> None:
    """Put drafts of different courses into the catalogue, in place of the versions before them."""
    keys = [version.pk for version in versions]
    CourseVersion.objects.filter(
        course__in=[version.course_id for version in versions], state=VersionState.PUBLISHED
    ).update(state=VersionState.SUPERSEDED)
    CourseVersion.objects.filter(pk__in=keys).update(
        state=VersionState.PUBLISHED,
        submitted_at=Coalesce("submitted_at", Value(now)),
        submitted_by=Coalesce("submitted_by", Value(curator.pk)),
        published_at=now,
        published_by=curator,
    )
    decided = {"decision": ReviewDecision.PUBLISHED, "reviewer": curator, "decided_at": now}
    _insert(Review, [Review(version_id=key, **decided) for key in keys])
    catalog_entry.rebuild_many(versions=versions, now=now)
    link_check.watch(versions=versions, now=now)


def digests(versions: Sequence[CourseVersion]) -> dict[int, str]:
    """
    Return the SHA-256 of what each version says, its rule and skills too, by its key; two queries.

    Two that say the same have the same. Modules and units are not looked at.
    """
    in_rows: dict[int, list[tuple[object, ...]]] = {version.pk: [] for version in versions}
    for key, *rule in CompletionRule.objects.filter(version__in=versions).values_list("version", *OF_THE_RULE):
        in_rows[key].append(("rule", *rule))
    taught = TaughtSkill.objects.filter(version__in=versions).order_by("version", "position")
    for key, *skill in taught.values_list("version", "skill", "outcome"):
        in_rows[key].append(("skill", *skill))
    return {version.pk: _digest(version, in_rows[version.pk]) for version in versions}


def _digest(version: CourseVersion, in_rows: Sequence[tuple[object, ...]]) -> str:
    said = {name: getattr(version, name) for name in SAID} | {"in_rows": in_rows}
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _insert(model: type[Model], objects: Sequence[Model]) -> None:
    """
    Insert new objects and give them their keys; one statement with one argument, made by PostgreSQL into typed rows.

    What ``bulk_create`` does in five times the time where a table has arrays.
    """
    fields = [field for field in model._meta.concrete_fields if field is not model._meta.auto_field]
    rows = [{field.column: getattr(each, field.attname) for field in fields} for each in objects]
    quoted = connection.ops.quote_name
    table, columns = quoted(model._meta.db_table), ", ".join(quoted(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT.format(table=table, columns=columns, key=quoted(str(model._meta.pk.column))),
            [json.dumps(rows, default=datetime.isoformat)],
        )
        for each, (key,) in zip(objects, cursor.fetchall(), strict=True):
            each.pk = key


_INSERT = (
    "INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s) RETURNING {key}"
)


def _saved(attribute_names: Sequence[str]) -> list[str]:
    """Return the names of the model's fields that keep these attributes."""
    return [field.name for field in CourseVersion._meta.concrete_fields if field.attname in attribute_names]

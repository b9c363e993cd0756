"""
The syllabus of a published version as bytes that never change, and their SHA-256, which goes into the credit.

UTF-8 JSON without spaces, names sorted: whoever has the bytes can hash them with any tool (decision 0335). Texts of
units are for who takes the course; the syllabus has a digest of each.
"""

import json
from collections.abc import Collection
from hashlib import sha256
from typing import Any

from courses.models import CompletionRule, CourseVersion, Unit
from courses.queries import skill

FORMAT = "course-syllabus"


def written(version: CourseVersion) -> bytes:
    """Return the syllabus; no query once field, rule, skills, modules and units are loaded."""
    said = json.dumps(_syllabus(version), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return said.encode()


def digest(version: CourseVersion) -> str:
    return sha256(written(version)).hexdigest()


def digests(version_ids: Collection[int]) -> dict[int, str]:
    """Return the digest of each version by its key; four queries however many there are."""
    versions = CourseVersion.objects.select_related("completion_rule").prefetch_related(
        skill.taught(), "modules__units"
    )
    return {version.pk: digest(version) for version in versions.filter(pk__in=version_ids)}


def _syllabus(version: CourseVersion) -> dict[str, Any]:
    rule = getattr(version, "completion_rule", None)  # what is taught elsewhere has none
    return {
        "format": FORMAT,
        "course": version.course_id,
        "version": version.number,
        "title": {"vi": version.title_vi, "en": version.title_en},
        "summary": {"vi": version.summary_vi, "en": version.summary_en},
        "outcomes": {"vi": list(version.outcomes_vi), "en": list(version.outcomes_en)},
        "requirements": {"vi": version.requirements_vi, "en": version.requirements_en},
        "field": version.field_id,
        "level": version.level,
        "kind_of_credit": version.kind_of_credit,
        "credit_hundredths": version.credit_hundredths,
        "notional_minutes": version.notional_minutes,
        "languages": sorted(version.languages),
        "teaching": version.format,
        "skills": [taught.skill_id for taught in version.taught_skills.all()],
        "completed_when": rule and _rule(rule),
        "modules": [
            {
                "title": {"vi": module.title_vi, "en": module.title_en},
                "minutes": module.minutes,
                "mode": module.mode,
                "units": [_unit(unit) for unit in module.units.all()],
            }
            for module in version.modules.all()
        ],
    }


def _rule(rule: CompletionRule) -> dict[str, Any]:
    """What came later is named only where it is asked, so that a syllabus from before keeps its digest."""
    said: dict[str, Any] = {
        "attendance_percent_min": rule.attendance_percent_min,
        "every_unit_read": rule.all_units,
    }
    if rule.asks_result:
        said["result"] = "passed" if rule.mark_min is None else rule.mark_min
    if rule.word_suffices:
        said["word_of_who_teaches_suffices"] = True
    return said


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "title": {"vi": unit.title_vi, "en": unit.title_en},
        "minutes": unit.minutes,
        "text_sha256": sha256(unit.markdown.encode()).hexdigest(),
    }

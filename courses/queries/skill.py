"""The list of skills: as somebody chooses from it, and by code."""

from django.db.models import Prefetch

from courses.choices import SkillGroup
from courses.models import Skill, TaughtSkill
from courses.models.catalog import in_reading_language
from courses.queries.asked.kept import SKILLS, Kept


def offered_by_group() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the skills offered, as choices grouped by what they have to do with; one query."""
    groups: dict[str, list[tuple[str, str]]] = {group: [] for group in SkillGroup.values}
    for skill in Skill.objects.filter(is_offered=True).order_by("code"):
        groups[skill.group].append((skill.code, skill.name))
    return [(str(SkillGroup(group).label), choices) for group, choices in groups.items() if choices]


def taught() -> "Prefetch[str]":
    """Load what versions teach, in their order, with the skills themselves; one query."""
    return Prefetch("taught_skills", TaughtSkill.objects.select_related("skill").order_by("position"))


def name_of(code: str) -> str:
    """Return the name of a skill in the language being read, or its code where there is none."""
    names = kept.get().get(code)
    return in_reading_language(*names) if names else code


def _names() -> dict[str, tuple[str, str]]:
    return {code: (vi, en) for code, vi, en in Skill.objects.values_list("code", "name_vi", "name_en")}


kept = Kept(_names, names=(SKILLS,))

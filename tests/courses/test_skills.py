"""Skills: chosen from one list when a course is written, seen on its page, searched and filtered by."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from courses.actions import catalog
from courses.actions import skill as actions
from courses.actions.catalog import SkillSaid
from courses.choices import SkillGroup
from courses.models import CatalogEntry, CourseVersion, Skill, TaughtSkill
from courses.queries import skill as queries
from courses.rules import SKILLS_MAX
from learners.actions import curator
from tests.courses.proposal_form import COURSE
from tests.factories.catalog import a_draft, a_next_version, a_published_version, some_content
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.faults.gate import Hands

pytestmark = pytest.mark.django_db
FIRST_AID, HEART, GRAFTING = "so-cap-cuu", "ep-tim", "ghep-cay"


def said(version: CourseVersion) -> list[tuple[str, int | None]]:
    return list(version.taught_skills.values_list("skill", "outcome"))


def test_a_draft_says_its_skills_again_and_again():
    version = a_draft(skills=(SkillSaid(code=FIRST_AID, outcome=1), SkillSaid(code=HEART)))
    first = said(version)

    catalog.edit_draft(
        version=version, author=version.created_by, now=NOW, content=some_content(skills=(SkillSaid(code=GRAFTING),))
    )

    assert first == [(FIRST_AID, 1), (HEART, None)]
    assert said(version) == [(GRAFTING, None)]


@pytest.mark.parametrize(
    "skills",
    [
        [SkillSaid(code="khong-co")],
        [SkillSaid(code=FIRST_AID), SkillSaid(code=FIRST_AID, outcome=1)],
        [SkillSaid(code=FIRST_AID, outcome=2)],
        [SkillSaid(code=f"nls-1-{number}") for number in (1, 2, 3)] + [SkillSaid(code=f"nls-6-{n}") for n in (1, 2, 3)],
    ],
    ids=["not in the list", "twice", "of an outcome there is not", "too many"],
)
def test_skills_that_do_not_fit_are_refused(skills):
    version = a_draft(skills=(SkillSaid(code=HEART),))

    with pytest.raises(catalog.SkillsDoNotFit):
        catalog.edit_draft(
            version=version, author=version.created_by, now=NOW, content=some_content(skills=tuple(skills))
        )

    assert said(version) == [(HEART, None)]


def test_what_a_published_version_teaches_never_changes():
    version = a_published_version(skills=(SkillSaid(code=FIRST_AID),))

    for attempt in (
        lambda: version.taught_skills.update(outcome=1),
        lambda: version.taught_skills.all().delete(),
        lambda: TaughtSkill.objects.create(version=version, skill_id=HEART, position=2),
    ):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            attempt()

    assert said(version) == [(FIRST_AID, None)]


@pytest.mark.parametrize(
    "row",
    [{"position": 0}, {"position": SKILLS_MAX.count_max + 1}, {"outcome": 0}, {"outcome": 9}, {"skill_id": HEART}],
    ids=str,
)
def test_the_database_keeps_the_limits(row):
    version = a_draft(skills=(SkillSaid(code=HEART),))

    with pytest.raises(IntegrityError), transaction.atomic():
        TaughtSkill.objects.create(**({"version": version, "skill_id": FIRST_AID, "position": 2} | row))


def test_a_skill_that_is_taught_cannot_go():
    a_draft(skills=(SkillSaid(code=FIRST_AID),))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "RESET ROLE; DELETE FROM courses_skill WHERE code = %s; SET CONSTRAINTS ALL IMMEDIATE", [FIRST_AID]
        )


def test_no_skill_is_deleted_by_who_serves_pages():
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("DELETE FROM courses_skill WHERE code = %s", [GRAFTING])


def test_the_next_version_teaches_what_its_writer_says():
    version = a_published_version(skills=(SkillSaid(code=FIRST_AID),))

    draft = a_next_version(version, skills=(SkillSaid(code=HEART),))

    assert (said(version), said(draft)) == ([(FIRST_AID, None)], [(HEART, None)])


def test_a_manager_chooses_skills_with_the_course(learner_client):
    manager = a_learner()
    provider = an_organization(manager=manager)
    typed = COURSE | {"skill_1": FIRST_AID, "skill_1_line": "1", "skill_3": HEART}

    learner_client(manager).post(f"/organizations/{provider.public_id}/courses/new/", typed)

    version = CourseVersion.objects.get(course__provider=provider)
    assert said(version) == [(FIRST_AID, 1), (HEART, None)]
    page = learner_client(manager).get(f"/organizations/{provider.public_id}/courses/{version.course_id}/edit/")
    assert f'<option value="{FIRST_AID}" selected>Sơ cấp cứu</option>' in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"skill_1": "khong-co"}, "skill_1", "Bạn chọn một kỹ năng trong danh sách."),
        ({"skill_1": FIRST_AID, "skill_2": FIRST_AID}, "skill_2", "Kỹ năng này đã chọn ở trên."),
        ({"skill_1": FIRST_AID, "skill_1_line": "8"}, "skill_1_line", "Phần «làm được gì» không có dòng 8."),
        ({"skill_1": FIRST_AID, "skill_1_line": "x"}, "skill_1_line", "Bạn chọn một trong các dòng."),
    ],
    ids=["not in the list", "twice", "no such line", "no line at all"],
)
def test_bad_choices_are_told_at_their_field(learner_client, typed, field, message):
    manager = a_learner()
    provider = an_organization(manager=manager)

    answer = learner_client(manager).post(f"/organizations/{provider.public_id}/courses/new/", COURSE | typed)

    assert answer.context["form"].errors == {field: [message]}
    assert '<details class="more-box" open>' in answer.content.decode()
    assert not CourseVersion.objects.filter(course__provider=provider).exists()


def test_the_page_names_each_skill_with_its_outcome_and_leads_to_what_else_teaches_it(client):
    version = a_published_version(
        outcomes_vi=("Ép tim đúng nhịp", "Gọi 115"),
        skills=(SkillSaid(code=HEART, outcome=1), SkillSaid(code=FIRST_AID)),
    )
    other = a_published_version(title_vi="Băng bó", skills=(SkillSaid(code=FIRST_AID),))
    a_published_version(title_vi="Đan giỏ")

    page = client.get(version.get_absolute_url()).content.decode()
    found = client.get("/courses/", {"skill": FIRST_AID})

    outcome = page[page.index("<li>Ép tim đúng nhịp") : page.index("<li>Gọi 115")]
    assert '<a href="/courses/?skill=ep-tim">Ép tim</a>' in outcome
    assert '<a href="/courses/?skill=so-cap-cuu">Sơ cấp cứu</a>' in page
    assert {item.row.course_id for item, *_card in found.context["results"]} == {version.course_id, other.course_id}
    assert [chip.label for chip in found.context["chips"]] == ["Sơ cấp cứu"]


@pytest.mark.parametrize("typed", ["sơ cấp cứu", "so cap cuu", "first aid"])
def test_a_course_is_found_by_the_name_of_a_skill(client, typed):
    version = a_published_version(title_vi="Mười phút đầu", title_en="", skills=(SkillSaid(code=FIRST_AID),))
    a_published_version(title_vi="Đan giỏ", title_en="Baskets")

    found = client.get("/courses/", {"q": typed})

    assert [item.row.course_id for item, *_card in found.context["results"]] == [version.course_id]


@pytest.mark.parametrize("value", ["khong-co", "'", "=x:y", "so cap", "a" * 41, "so-cap-cuu\x00"])
def test_a_skill_there_is_not_finds_nothing_or_is_not_asked(client, value):
    a_published_version(skills=(SkillSaid(code=FIRST_AID),))

    found = client.get("/courses/", {"skill": value})

    assert found.status_code == 200
    assert len(found.context["results"]) == (0 if value == "khong-co" else 1)


def test_a_skill_put_better_is_called_and_found_so(client):
    version = a_published_version(title_vi="Mười phút đầu", title_en="", skills=(SkillSaid(code=FIRST_AID),))
    skill = Skill.objects.get(pk=FIRST_AID)
    skill.name_vi = "Cứu người zừa ngã"

    actions.save(skill=skill, now=NOW)

    assert "Cứu người zừa ngã" in client.get(version.get_absolute_url()).content.decode()
    found = client.get("/courses/", {"q": "zừa"})
    assert [item.row.course_id for item, *_card in found.context["results"]] == [version.course_id]


def test_a_curator_adds_a_skill_and_takes_one_out_of_use(client):
    client.force_login(curator.appoint(address="tram@example.vn", full_name="Ngô Bảo Trâm", now=timezone.now()))
    row = {"name_vi": "Nuôi ong", "name_en": "Beekeeping", "code": "nuoi-ong", "group": "FARMING", "source": "Hội ong"}

    added = client.post("/admin/courses/skill/add/", row | {"is_offered": "on"})
    client.post(f"/admin/courses/skill/{FIRST_AID}/change/", row | {"name_vi": "Cứu thương", "code": "khac"})

    assert added.status_code == 302
    offered = dict(queries.offered_by_group())[SkillGroup.FARMING.label]
    assert ("nuoi-ong", "Nuôi ong") in offered
    changed = Skill.objects.get(pk=FIRST_AID)
    assert (changed.name_vi, changed.is_offered) == ("Cứu thương", False)
    assert client.get(f"/admin/courses/skill/{FIRST_AID}/delete/").status_code == 403


def test_a_skill_out_of_use_stays_with_the_course_that_has_it(learner_client):
    manager = a_learner()
    provider = an_organization(manager=manager)
    draft = a_draft(provider=provider, author=manager, skills=(SkillSaid(code=FIRST_AID),))
    Skill.objects.filter(pk__in=[FIRST_AID, HEART]).update(is_offered=False)

    page = learner_client(manager).get(f"/organizations/{provider.public_id}/courses/{draft.course_id}/edit/")

    assert f'<option value="{FIRST_AID}" selected>' in page.content.decode()
    assert HEART not in page.content.decode()


def test_a_curator_sees_what_is_said_and_what_has_changed(client):
    version = a_published_version(skills=(SkillSaid(code=FIRST_AID, outcome=1),))
    draft = a_next_version(version, skills=(SkillSaid(code=HEART),))
    catalog.submit(version=draft, author=draft.created_by, now=NOW, tell=False)
    client.force_login(a_curator())

    page = client.get(f"/admin/courses/courseversion/{draft.pk}/change/").content.decode()

    row = page[page.index('<th scope="row">Kỹ năng</th>') :]
    row = row[: row.index("</tr>")]
    assert "<del>Sơ cấp cứu (Dòng 1)</del>" in row
    assert "<ins>Ép tim</ins>" in row


def test_every_skill_that_comes_with_the_portal_has_a_name_in_both_languages_and_a_source():
    rows = list(Skill.objects.all())

    assert len(rows) > 90
    assert all(row.name_vi and row.name_en and row.source and row.group in SkillGroup.values for row in rows)
    assert {row.pk for row in rows if "02/2025/TT-BGDĐT" in row.source} == {
        f"nls-{area}-{number}" for area, count in enumerate((3, 6, 4, 4, 4, 3), 1) for number in range(1, count + 1)
    }


@pytest.mark.django_db(transaction=True)
def test_a_name_put_better_while_the_next_version_is_published_leaves_that_in_the_catalogue():
    version = a_published_version(skills=(SkillSaid(code=FIRST_AID),))
    draft, curator = a_next_version(version, skills=(SkillSaid(code=HEART),)), a_curator()
    catalog.submit(version=draft, author=draft.created_by, now=NOW, tell=False)
    skill = Skill.objects.get(code=FIRST_AID)  # saved as it is: the list stays for the tests after this one
    has_looked_then_publish = [0] * 2 + [1] * 60  # the skill is written, its courses are read

    with Hands(2) as hands:
        answers = hands.play(
            [
                lambda: actions.save(skill=skill, now=NOW),
                lambda: catalog.publish(version=draft, curator=curator, now=NOW, tell=False),
            ],
            has_looked_then_publish,
        )

    assert answers == [skill, draft]
    assert CatalogEntry.objects.get(course=version.course_id).version == draft

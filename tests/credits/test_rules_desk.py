"""Rules, pathways, policies and the register at the curators' desk: by its forms, each fault said at its field."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credits.choices import PathwayState
from credits.models import Acceptance, CourseEquivalence, CreditRule, PathwayVersion, SchemePolicy
from credits.queries import rule as rules
from learners.actions import curator
from tests.factories.pathways import a_minimum, a_pathway
from tests.factories.people import NOW, an_organization

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
RULE = {
    "kind": "TRANSFER_LIMIT",
    "percent": "30",
    "period": "NONE",
    "legal_source_vi": "Thông tư mới",
    "course_keys": "",
}
INLINES = {
    f"{prefix}-{name}": value
    for prefix in ("rules", "components")
    for name, value in (("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"), ("MIN_NUM_FORMS", "0"), ("MAX_NUM_FORMS", "1000"))
}
PATHWAY = {
    "slug": "cong-dan-so",
    "title_vi": "Công dân số",
    "description_vi": "Làm giấy tờ trên mạng.",
    "total_minor": "100",
    "kinds_of_credit": ["COMMUNITY"],
}


@pytest.fixture
def desk(client: Client) -> Client:
    """The desk as a curator with no more than a curator's rights, in English."""
    client.force_login(curator.appoint(address="tram@example.vn", full_name="Ngô Bảo Trâm", now=NOW))
    return client


def address(name: str, *arguments: object) -> str:
    return reverse(f"admin:credits_{name}", args=arguments)


def today() -> str:
    return timezone.localdate().strftime("%Y-%m-%d")


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return {name: list(said) for name, said in answer.context["adminform"].form.errors.items()}


def test_saving_a_rule_writes_the_next_version(desk: Client) -> None:
    answer = desk.post(address("creditrule_add"), RULE | {"code": "transfer-limit", "valid_from": today()})

    assert answer.status_code == 302
    newest = rules.current("transfer-limit")
    assert newest is not None
    assert (newest.version, newest.percent, newest.recorded_by and newest.recorded_by.full_name) == (
        2,
        30,
        "Ngô Bảo Trâm",
    )


def test_the_form_begins_with_what_is_in_force(desk: Client) -> None:
    page = desk.get(address("creditrule_add"), {"code": "transfer-limit"})

    assert page.context["adminform"].form.initial["percent"] == 50


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"percent": "101"}, "percent"),
        ({"percent": ""}, "amount_minor"),
        ({"amount_minor": "10"}, "amount_minor"),
        ({"months": "3"}, "months"),
        ({"kind": "VALIDITY", "percent": ""}, "months"),
        ({"kind": "COUNT_ONCE"}, "percent"),
        ({"kind": "MINIMUM", "period": "SEMESTER"}, "period"),
        ({"source": "CLASS"}, "source"),
        ({"level_min": "5", "level_max": "2"}, "level_max"),
        ({"level_min": "9"}, "level_min"),
        ({"field_code": "6a"}, "field_code"),
        ({"legal_source_vi": ""}, "legal_source_vi"),
        ({"valid_from": "2020-01-01"}, "valid_from"),
        ({"percent": "-1"}, "percent"),
        ({"amount_minor": "9" * 30, "percent": ""}, "amount_minor"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(f"{k}={v}"[:20] for k, v in value.items()),
)
def test_a_rule_that_makes_no_sense_is_said_at_its_field(desk: Client, more: dict[str, str], field: str) -> None:
    answer = desk.post(address("creditrule_add"), RULE | {"code": "x", "valid_from": today()} | more)

    assert field in errors(answer)
    assert not CreditRule.objects.filter(code="x").exists()


def test_no_rule_is_edited_or_deleted(desk: Client) -> None:
    row = CreditRule.objects.get(code="transfer-limit")

    assert desk.post(address("creditrule_change", row.pk), RULE).status_code == 403
    assert desk.post(address("creditrule_delete", row.pk), {"post": "yes"}).status_code == 403


def test_a_rule_may_end_today(desk: Client) -> None:
    row = CreditRule.objects.get(code="count-once")

    desk.post(address("creditrule_changelist"), {"action": "end_today", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert row.valid_to == timezone.localdate()


def test_a_pathway_is_composed_with_its_rules_looked_at_and_published(desk: Client) -> None:
    rule = {
        "rules-TOTAL_FORMS": "1",
        "rules-0-kind": "MINIMUM",
        "rules-0-amount_minor": "40",
        "rules-0-period": "NONE",
        "rules-0-field_code": "06",
        "rules-0-about_vi": "về kỹ năng số",
        "rules-0-about_en": "in digital skills",
        "rules-0-legal_source_vi": "Quy định của trung tâm",
        "rules-0-course_keys": "",
    }

    answer = desk.post(
        address("pathwayversion_add"), PATHWAY | INLINES | rule | {"organization": str(an_organization().pk)}
    )

    assert answer.status_code == 302
    version = PathwayVersion.objects.get()
    assert [(row.position, row.amount_minor) for row in version.rules.all()] == [(1, 40)]
    page = desk.get(address("pathwayversion_change", version.pk)).content.decode()
    assert "At least 0.40 credits in digital skills." in page
    desk.post(address("pathwayversion_decide", version.pk), {"publish": "1"})
    version.refresh_from_db()
    assert version.state == PathwayState.PUBLISHED


def test_a_draft_is_changed_and_what_is_published_only_read(desk: Client) -> None:
    version = a_pathway(rules=[a_minimum(40)])
    desk.post(address("pathwayversion_decide", version.pk), {"new_version": "1"})
    draft = PathwayVersion.objects.get(state=PathwayState.DRAFT)
    rule = draft.rules.get()
    changed = {
        "rules-TOTAL_FORMS": "1",
        "rules-INITIAL_FORMS": "1",
        "rules-0-id": str(rule.pk),
        "rules-0-version": str(draft.pk),
        "rules-0-kind": "MINIMUM",
        "rules-0-amount_minor": "55",
        "rules-0-period": "NONE",
        "rules-0-legal_source_vi": "Quy định mới",
        "rules-0-course_keys": "",
    }

    answer = desk.post(address("pathwayversion_change", draft.pk), PATHWAY | INLINES | changed | {"total_minor": "200"})

    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.total_minor, [row.amount_minor for row in draft.rules.all()]) == (200, [55])
    assert desk.post(address("pathwayversion_change", version.pk), PATHWAY | INLINES).status_code == 403
    version.refresh_from_db()
    assert (version.total_minor, [row.amount_minor for row in version.rules.all()]) == (100, [40])


def test_a_rule_is_taken_out_of_a_draft(desk: Client) -> None:
    version = a_pathway(rules=[a_minimum(40)])
    desk.post(address("pathwayversion_decide", version.pk), {"new_version": "1"})
    draft = PathwayVersion.objects.get(state=PathwayState.DRAFT)
    rule = draft.rules.get()
    changed = {
        "rules-TOTAL_FORMS": "1",
        "rules-INITIAL_FORMS": "1",
        "rules-0-id": str(rule.pk),
        "rules-0-version": str(draft.pk),
        "rules-0-kind": "MINIMUM",
        "rules-0-amount_minor": "40",
        "rules-0-period": "NONE",
        "rules-0-legal_source_vi": "x",
        "rules-0-course_keys": "",
        "rules-0-DELETE": "on",
    }

    desk.post(address("pathwayversion_change", draft.pk), PATHWAY | INLINES | changed)

    assert not draft.rules.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"slug": "da-co"}, "slug"),
        ({"slug": "có dấu"}, "slug"),
        ({"total_minor": "0"}, "total_minor"),
        ({"kinds_of_credit": []}, "kinds_of_credit"),
        ({"title_vi": ""}, "title_vi"),
        ({"level": "9"}, "level"),
    ],
    ids=str,
)
def test_a_pathway_that_cannot_be_is_said_at_its_field(desk: Client, more: dict[str, object], field: str) -> None:
    a_pathway(slug="da-co")

    answer = desk.post(
        address("pathwayversion_add"), PATHWAY | INLINES | {"organization": str(an_organization().pk)} | more
    )

    assert field in errors(answer)
    assert PathwayVersion.objects.count() == 1


def test_what_nobody_could_reach_is_refused_with_a_word(desk: Client) -> None:
    version = a_pathway()
    desk.post(address("pathwayversion_decide", version.pk), {"new_version": "1"})
    draft = PathwayVersion.objects.get(state=PathwayState.DRAFT)
    draft.rules.create(**a_minimum(500).columns, position=1)

    answer = desk.post(address("pathwayversion_decide", draft.pk), {"publish": "1"}, follow=True)

    assert "Rule 1 asks for more than the pathway in all." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == PathwayState.DRAFT


def test_a_pathway_is_retired(desk: Client) -> None:
    version = a_pathway()

    desk.post(address("pathwayversion_decide", version.pk), {"retire": "1"})

    version.refresh_from_db()
    assert version.state == PathwayState.RETIRED


def test_equivalent_courses_are_recorded_and_ended(desk: Client) -> None:
    said = {"name": "Sơ cấp cứu", "legal_source": "Biên bản 3", "valid_from": today()}

    refused = desk.post(address("courseequivalence_add"), said | {"course_keys": "course:1"})
    desk.post(address("courseequivalence_add"), said | {"course_keys": "course:1,course:2"})

    assert "course_keys" in errors(refused)
    row = CourseEquivalence.objects.get()
    assert (row.course_keys, row.recorded_by.full_name) == (["course:1", "course:2"], "Ngô Bảo Trâm")
    desk.post(address("courseequivalence_changelist"), {"action": "end_today", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.valid_to == timezone.localdate()


@pytest.mark.parametrize(
    ("more", "field"),
    [({}, ""), ({"denominator": "13"}, "denominator"), ({"policy_id": "ects-hours-2026"}, "policy_id")],
    ids=["sound", "leaves no whole grains", "a name that is taken"],
)
def test_a_policy_of_a_scheme(desk: Client, more: dict[str, str], field: str) -> None:
    said = {
        "policy_id": "ects-2027",
        "scheme": "ECTS",
        "numerator": "3",
        "denominator": "5",
        "legal_source_vi": "Quy định mới",
        "valid_from": today(),
    }

    answer = desk.post(address("schemepolicy_add"), said | more)

    if field:
        assert field in errors(answer)
    assert SchemePolicy.objects.filter(policy_id="ects-2027").exists() is not bool(field)


def test_the_register_is_written_and_ended(desk: Client) -> None:
    organization = an_organization()
    said = {"organization": str(organization.pk), "since": today(), "document": "Quyết định 12"}

    nothing = desk.post(address("acceptance_add"), said)
    half = desk.post(address("acceptance_add"), said | {"course_key": "course:7"})
    desk.post(address("acceptance_add"), said | {"field_code": "06"})

    assert "__all__" in errors(nothing)
    assert "course_title" in errors(half)
    row = Acceptance.objects.get()
    assert (row.field_code, row.organization) == ("06", organization)
    desk.post(address("acceptance_changelist"), {"action": "end_today", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.until == timezone.localdate()

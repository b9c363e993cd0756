"""What two curators have to go by who are asked to say that a second step is lost: the record, not what was typed."""

import pytest
from django.urls import reverse

from credits.models import LedgerAccess
from learners import formats
from learners.actions import claim
from learners.choices import Seen
from learners.models import Learner, LostSecondStep
from tests.factories.counter import a_registration, the_manager
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.learners.lost_second_step import MAIL, PHONE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_the_desk_shows_where_the_record_itself_reaches_them_and_what_to_ask(learner_client):
    registered = a_registration(organization=an_organization(name_vi="Thư viện Ninh Kiều"), full_name="Tạ Văn Quên")
    Learner.objects.filter(pk=registered.learner_id).update(email=MAIL, phone=PHONE)
    lost = LostSecondStep.objects.create(learner=registered.learner, asked_at=NOW)
    nobody_knows = LostSecondStep.objects.create(learner=a_learner(email="lan@example.vn"), asked_at=NOW)
    client = learner_client(a_curator())

    page, other = (
        client.get(reverse("admin:learners_lostsecondstep_change", args=[each.pk])).content.decode()
        for each in (lost, nobody_knows)
    )

    assert formats.way(PHONE) in page
    assert MAIL not in page
    assert "h…@example.vn" in page
    assert "Thư viện Ninh Kiều, 21/11/2026" in page
    assert "không gọi số để lại trong lời nhờ" in page
    assert other.count("chưa có") == 2
    assert LedgerAccess.objects.filter(learner=registered.learner, reason=Seen.DESK_PERSON).exists()


def test_a_number_that_one_member_of_staff_has_added_is_not_called_back(learner_client):
    library = an_organization()
    registered = a_registration(organization=library)
    person, staff = registered.learner, the_manager(library)
    claim.claim(learner=person, address=PHONE, actor=staff, organization=library, now=NOW)
    person.refresh_from_db()
    lost = LostSecondStep.objects.create(learner=person, asked_at=NOW)

    page = learner_client(a_curator()).get(reverse("admin:learners_lostsecondstep_change", args=[lost.pk]))

    assert formats.way(PHONE) not in page.content.decode()

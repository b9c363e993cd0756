"""What the database has no place for."""

import re

import pytest
from django.apps import apps
from django.db import connection

# Of an identity card, a passport, social insurance or tax, in both languages: none of them is asked for.
NUMBERS_OF_A_CITIZEN = re.compile(
    r"cccd|cmnd|cmt_?nd|can_?cuoc|so_?dinh_?danh|national_?id|citizen_?id|identity_?(card|number)|id_?(card|number)$"
    r"|passport|ho_?chieu|social_?(insurance|security)|bhxh|tax_?(code|number|id)|ssn$"
)


@pytest.mark.django_db
def test_there_is_no_column_for_a_number_the_state_gives_a_person() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        columns = cursor.fetchall()

    assert len(columns) > len(apps.get_models())
    assert [each for each in columns if NUMBERS_OF_A_CITIZEN.search(each[1])] == []
    assert NUMBERS_OF_A_CITIZEN.search("so_cccd")

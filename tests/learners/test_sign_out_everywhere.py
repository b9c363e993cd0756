"""Signing out everywhere ends every session of one learner, and of nobody else."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from learners.models import Learner
from tests.factories.people import a_device, a_learner

pytestmark = pytest.mark.django_db


def signed_in(learner: Learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def test_every_session_of_the_learner_ends() -> None:
    learner, other = a_learner(), a_learner()
    phone, library, others = signed_in(learner), signed_in(learner), signed_in(other)

    answer = phone.post(reverse("learners:sign_out_everywhere"))

    assert answer.url == reverse("home")
    assert phone.get(reverse("learners:profile")).status_code == 302
    assert library.get(reverse("learners:profile")).status_code == 302
    assert others.get(reverse("learners:profile")).status_code == 200


def test_looking_at_the_address_ends_nothing() -> None:
    phone = signed_in(a_learner())

    looked = phone.get(reverse("learners:sign_out_everywhere"))

    assert looked.status_code == 405
    assert phone.get(reverse("learners:profile")).status_code == 200


def test_a_stranger_ends_nothing(client: Client) -> None:
    learner = a_learner()
    salt = learner.session_salt

    client.post(reverse("learners:sign_out_everywhere"))

    learner.refresh_from_db()
    assert learner.session_salt == salt


def test_the_operator_signs_one_person_out() -> None:
    """ASVS 7.4.5."""
    learner = a_learner(email="hoa@example.vn")
    theirs, others = signed_in(learner), signed_in(a_learner())

    call_command("sign_out", address="hoa@example.vn", stdout=StringIO())

    assert theirs.get(reverse("learners:profile")).status_code == 302
    assert others.get(reverse("learners:profile")).status_code == 200


def test_the_operator_signs_everybody_out() -> None:
    """ASVS 7.4.5."""
    learner = a_learner()
    phone, here = signed_in(learner), a_device(learner=learner)

    call_command("sign_out", everybody=True, stdout=StringIO())

    here.refresh_from_db()
    assert phone.get(reverse("learners:profile")).status_code == 302
    assert here.ended_at is not None


def test_whom_nobody_knows_the_operator_does_not_sign_out() -> None:
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("sign_out", address="nobody@example.vn")

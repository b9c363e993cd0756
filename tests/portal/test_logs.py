"""What Django refuses: one line where the visitor is at fault, the whole way where it may be us."""

import logging

import pytest
from django.contrib.admin.exceptions import DisallowedModelAdminLookup, DisallowedModelAdminToField
from django.contrib.sessions.exceptions import InvalidSessionKey, SuspiciousSession
from django.core.exceptions import (
    DisallowedHost,
    DisallowedRedirect,
    RequestDataTooBig,
    SuspiciousFileOperation,
    SuspiciousMultipartForm,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.handlers.exception import response_for_exception

THEIRS = [
    DisallowedModelAdminLookup, DisallowedModelAdminToField, InvalidSessionKey, RequestDataTooBig,
    SuspiciousMultipartForm, SuspiciousSession, TooManyFieldsSent, TooManyFilesSent,
]  # fmt: skip
OURS = [DisallowedRedirect, SuspiciousFileOperation]


def logged(error: type[SuspiciousOperation], rf, caplog) -> str:
    """Return what is written when a view ends by this error."""
    try:
        raise error("said")
    except SuspiciousOperation as reason:
        response_for_exception(rf.get("/"), reason)
    (record,) = [each for each in caplog.records if each.name == f"django.security.{error.__name__}"]
    written = next(handler.formatter for handler in logging.getLogger().handlers if handler.formatter)
    return written.format(record)


@pytest.mark.django_db
@pytest.mark.parametrize("error", THEIRS, ids=lambda error: error.__name__)
def test_what_was_sent_is_one_warning(rf, caplog, error):
    line = logged(error, rf, caplog)

    assert "warning" in line
    assert "Traceback" not in line


@pytest.mark.django_db
@pytest.mark.parametrize("error", OURS, ids=lambda error: error.__name__)
def test_where_we_send_and_what_we_open_keeps_its_way(rf, caplog, error):
    line = logged(error, rf, caplog)

    assert "error" in line
    assert "Traceback" in line


def test_every_refusal_of_django_is_one_or_the_other():
    """``DisallowedHost`` is a line of our own (middleware), and the last is for code that says no more."""
    known = {*THEIRS, *OURS, DisallowedHost}
    of_django = {each for each in SuspiciousOperation.__subclasses__() if each.__module__.startswith("django.")}

    assert {each for each in of_django if ".gis." not in each.__module__} == known

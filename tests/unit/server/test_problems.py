from __future__ import annotations

import pytest

from smartnotes.core.errors import NotSignedIn, RateLimited, SettingsError, SmartNotesError, all_errors, error_class
from smartnotes.server.problems import STATUSES, TITLES, problem_of, status_of, unexpected


def test_every_error_has_a_status_of_its_own_class_or_a_parent():
    assert {status_of(cls("x")) for cls in all_errors()} == set(STATUSES.values())


def test_every_status_has_a_title():
    assert set(STATUSES.values()) <= set(TITLES)


@pytest.mark.parametrize("cls", [cls for cls in all_errors() if cls is not SettingsError])
def test_the_client_finds_the_same_class_again(cls):
    told = problem_of(cls("What happened.", hint="What helps."), request_id="req_1")
    assert error_class(told.code) is cls
    assert (told.detail, told.hint, told.request_id) == ("What happened.", "What helps.", "req_1")


def test_the_nearest_class_decides():
    assert status_of(NotSignedIn("x")) == 401
    assert status_of(RateLimited("x", retry_after_s=3)) == 429


def test_a_servers_own_settings_are_not_told():
    told = problem_of(SettingsError("The password of the database is hunter2."))
    assert "hunter2" not in told.model_dump_json()
    assert told.status == 500


def test_an_error_nobody_expected_says_nothing_but_its_request():
    told = unexpected(request_id="req_1")
    assert (told.status, told.code, told.request_id) == (500, SmartNotesError.code, "req_1")

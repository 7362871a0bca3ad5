from __future__ import annotations

import pytest

from smartnotes.cli.exits import EXIT_CODES, exit_code
from smartnotes.core.errors import SmartNotesError, TooLarge, all_errors, error_class


def test_every_error_has_an_exit_code_of_its_own_class_or_a_parent():
    assert {exit_code(cls("x")) for cls in all_errors()} == set(EXIT_CODES.values())


def test_codes_are_distinct_and_lead_back_to_their_class():
    classes = list(all_errors())
    assert len({cls.code for cls in classes}) == len(classes)
    assert all(error_class(cls.code) is cls for cls in classes)


def test_an_unknown_code_of_a_newer_server_is_the_base_class():
    assert error_class("from_the_future") is SmartNotesError


@pytest.mark.parametrize("hint", ["", "Split the file."])
def test_message_and_hint_stay_apart(hint):
    error = TooLarge("It is too large.", hint=hint)
    assert (str(error), error.hint) == ("It is too large.", hint)

"""Passwords that are refused because they are tried first."""

from __future__ import annotations

import pytest

from smartnotes.core.guessing import has_name, is_common
from smartnotes.server.passwords import common_passwords

COMMON = frozenset({"password", "letmein", "dragon"})


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PassWord",
        "p@ssw0rd",
        "password123",
        "Password2026!",
        "!!dragon!!",
        "1letmein",
        "aaaaaaaaaa",
        "121212",
    ],
)
def test_a_common_password_is_known_in_its_disguises(password):
    assert is_common(password, common=COMMON)


@pytest.mark.parametrize("password", ["correct horse", "my dragon sleeps", "xkcd-936-staple", "Wörter im Regen"])
def test_another_password_is_not_common(password):
    assert not is_common(password, common=COMMON)
    assert not is_common(password, common=common_passwords())


@pytest.mark.parametrize("password", ["123456789", "qwertyuiop", "iloveyou", "football1", "Sunshine2024!", "trustno1"])
def test_what_leaked_most_often_is_refused(password):
    assert is_common(password, common=common_passwords())


@pytest.mark.parametrize(
    ("name", "password", "refused"),
    [
        ("bobby", "the house of Bobby", True),
        ("Bobby", "bobby-2026-bobby", True),
        ("ann", "ann-2026", True),
        ("ann", "the planner of ann", False),
        ("ann", "annannann", True),
        ("bobby", "correct horse", False),
        ("", "correct horse", False),
    ],
)
def test_the_users_name_is_refused_and_a_short_one_counts_for_nothing(name, password, refused):
    assert has_name(password, name=name, shortest=8) is refused

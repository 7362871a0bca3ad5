"""Passwords: how they are hashed, and that a flood of them is turned away."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from smartnotes.core.errors import RateLimited
from smartnotes.server.passwords import BcryptHasher, PasswordDoor

CHEAP = BcryptHasher(cost=4)


def test_the_right_password_fits_and_no_other():
    hashed = CHEAP.hash("correct horse")
    assert CHEAP.verify("correct horse", hashed)
    assert not CHEAP.verify("correct horsf", hashed)
    assert not CHEAP.verify("", hashed)


def test_two_hashes_of_one_password_differ():
    assert CHEAP.hash("correct horse") != CHEAP.hash("correct horse")


def test_what_comes_after_72_bytes_counts():
    hashed = CHEAP.hash("x" * 72 + "a")
    assert not CHEAP.verify("x" * 72 + "b", hashed)


@pytest.mark.parametrize("password", ["a\0b", "Größe 漢字 🐎", "\ud800 unpaired", "x" * 1024])
def test_any_text_can_be_a_password(password):
    assert CHEAP.verify(password, CHEAP.hash(password))
    assert not CHEAP.verify(password.replace("b", "c") + ".", CHEAP.hash(password))


def test_an_unknown_name_costs_a_hash_of_the_same_cost_and_never_fits():
    assert not CHEAP.verify("", None)
    assert CHEAP._nobody.split("$")[2] == "04"


def test_a_hash_of_another_cost_is_outdated():
    assert BcryptHasher(cost=5).outdated(CHEAP.hash("x"))
    assert not CHEAP.outdated(CHEAP.hash("x"))


def test_who_comes_when_the_line_is_full_is_turned_away_a_moment_later():
    door = PasswordDoor(at_once=1, waiting=2, late_s=0.05)
    go = threading.Event()

    async def flood():
        inside = [asyncio.create_task(door.run(lambda: go.wait(10))) for _ in range(3)]
        await asyncio.sleep(0)
        for turned_away in (door.check_room, lambda: door.run(lambda: True)):
            began = time.monotonic()
            with pytest.raises(RateLimited):
                await turned_away()
            assert time.monotonic() - began >= 0.05
        go.set()
        assert await asyncio.gather(*inside) == [True, True, True]
        # The done-callbacks run on the door's thread; one more piece of work is behind them.
        return [await door.run(lambda: "in again") for _ in range(5)]

    assert asyncio.run(flood()) == ["in again"] * 5
    door.close()


def test_an_error_leaves_the_door_and_frees_its_place():
    door = PasswordDoor(at_once=1, waiting=0)

    def fail():
        raise ValueError("no")

    async def three_times():
        for _ in range(3):
            with pytest.raises(ValueError, match="no"):
                await door.run(fail)

    asyncio.run(three_times())
    door.close()

"""What is kept is never older than the owner's last write."""

from __future__ import annotations

import pytest

from smartnotes.core.errors import Unavailable
from smartnotes.stores.cache import Cache, MemoryVersions


class Source:
    """Something that can be loaded, and counts how often it was."""

    def __init__(self):
        self.value = 0
        self.loads = 0

    def load(self):
        self.loads += 1
        return self.value


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class BreakingVersions(MemoryVersions):
    """Shared versions that are out of reach at times."""

    away = False

    def of(self, owner):
        if self.away:
            raise Unavailable("away")
        return super().of(owner)

    def change(self, owner):
        if self.away:
            raise Unavailable("away")
        super().change(owner)


@pytest.fixture
def source():
    return Source()


def test_what_was_loaded_is_kept_until_the_owner_writes(source):
    cache = Cache(MemoryVersions())
    for _ in range(3):
        assert cache.get("ann", "key", source.load) == 0
    assert source.loads == 1
    source.value = 1
    cache.changed("bob")
    assert cache.get("ann", "key", source.load) == 0
    cache.changed("ann")
    assert cache.get("ann", "key", source.load) == 1


def test_owners_and_keys_are_kept_apart(source):
    cache = Cache(MemoryVersions())
    for number, (owner, key) in enumerate([("ann", "a"), ("ann", "b"), ("bob", "a")]):
        source.value = number
        assert cache.get(owner, key, source.load) == number


def test_what_is_loaded_while_the_owner_writes_is_not_kept(source):
    cache = Cache(MemoryVersions())

    def load_slowly():
        old = source.load()
        source.value = 1
        cache.changed("ann")
        return old

    assert cache.get("ann", "key", load_slowly) == 0
    assert cache.get("ann", "key", source.load) == 1


def test_a_write_at_another_process_is_seen_at_once(source):
    versions = MemoryVersions()
    here, there = Cache(versions), Cache(versions)
    assert here.get("ann", "key", source.load) == 0
    source.value = 1
    there.changed("ann")
    assert here.get("ann", "key", source.load) == 1


def test_an_entry_ends_and_the_least_used_makes_room(source):
    clock = Clock()
    cache = Cache(MemoryVersions(), most=2, kept_s=60, clock=clock)
    for key in ("a", "b", "a", "c"):
        cache.get("ann", key, source.load)
    assert source.loads == 3
    cache.get("ann", "a", source.load)
    assert source.loads == 3
    cache.get("ann", "b", source.load)
    assert source.loads == 4
    clock.now = 60.0
    cache.get("ann", "b", source.load)
    assert source.loads == 5


def test_a_write_that_could_not_be_told_is_told_before_the_next_look(source):
    versions = BreakingVersions()
    here, there = Cache(versions), Cache(versions)
    assert here.get("ann", "key", source.load) == there.get("ann", "key", source.load) == 0
    versions.away, source.value = True, 1
    here.changed("ann")
    assert here.get("ann", "key", source.load) == 1
    versions.away = False
    assert here.get("ann", "key", source.load) == 1
    assert there.get("ann", "key", source.load) == 1

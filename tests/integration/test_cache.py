"""Two gateways with one Redis: what is kept at one is forgotten when the owner writes at the other."""

from __future__ import annotations

import pytest

from smartnotes.bootstrap import build_database
from smartnotes.settings import Settings
from smartnotes.stores.lectures import SqlLectures
from smartnotes.stores.listings import SqlListings, Window
from smartnotes.stores.subjects import SqlSubjects
from tests.builders import a_lecture, a_subject
from tests.services import running_redis


@pytest.fixture(scope="module")
def redis_url():
    with running_redis() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def gateways(request, tmp_path, redis_url):
    """The database as two gateways have it open, for the owner ann."""
    address = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    settings = Settings.model_validate({"database": {"url": address}, "redis": {"cache_url": redis_url}})
    both = [build_database(settings, tmp_path) for _ in range(2)]
    yield [database.of("ann") for database in both]
    for database in both:
        database.close()


def names(database):
    """What each of the kept lists says."""
    listed = SqlListings(database, owner="ann").subjects(Window(limit=500)).values
    found = [subject.name for subject in SqlSubjects(database, owner="ann").all()]
    assert [subject.name for subject in listed] == found
    return found


def test_a_hundred_writes_at_one_are_all_seen_at_the_other(gateways):
    for number in range(100):
        writing, reading = gateways[number % 2], gateways[1 - number % 2]
        assert len(names(reading)) == len(names(writing)) == number
        made = a_subject(f"Subject {number:03}").model_copy(update={"id": f"sub_{number}"})
        SqlSubjects(writing, owner="ann").add(made)
        assert names(reading)[-1] == names(writing)[-1] == made.name


def test_every_kind_of_write_is_seen(gateways):
    one, two = gateways
    subjects, lectures = SqlSubjects(one, owner="ann"), SqlLectures(one, owner="ann")
    there = SqlLectures(two, owner="ann")
    subjects.add(a_subject())
    assert there.all() == there.all("sub_biology") == []
    lectures.publish(a_lecture(), pages=[], chunks=[], tokens=[], source="")
    assert len(there.all()) == len(there.all("sub_biology")) == 1
    assert SqlSubjects(two, owner="ann").all()[0].lectures == 1
    lectures.rename("lec_lecture.pdf", "renamed.pdf")
    assert [lecture.name for lecture in there.all()] == ["renamed.pdf"]
    lectures.delete("lec_lecture.pdf")
    assert there.all() == []
    subjects.rename("sub_biology", "Plants")
    assert names(two) == ["Plants"]
    subjects.delete("sub_biology")
    assert names(two) == []


def test_what_one_gets_can_be_changed_without_harm(gateways):
    subjects = SqlSubjects(gateways[0], owner="ann")
    subjects.add(a_subject())
    subjects.all().clear()
    assert len(subjects.all()) == 1


def test_a_cache_that_forgets_or_dies_harms_nobody(gateways, tmp_path):
    with running_redis() as url:
        settings = Settings.model_validate({"redis": {"cache_url": url}})
        shared = build_database(settings, tmp_path / "other")
        database = shared.of("ann")
        SqlSubjects(database, owner="ann").add(a_subject())
        assert names(database) == ["Biology"]
    SqlSubjects(database, owner="ann").rename("sub_biology", "Plants")
    assert names(database) == ["Plants"]
    shared.close()

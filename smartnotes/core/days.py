"""Days of study: the student's own, which begin at midnight where the student is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta


def day_of(time: datetime, *, utc_offset_min: int) -> date:
    """Return the student's day at a time. Raises `ValueError` for a naive time."""
    check_aware(time)
    return (time.astimezone(UTC) + timedelta(minutes=utc_offset_min)).date()


def start_of(day: date, *, utc_offset_min: int) -> datetime:
    """Return when a student's day begins, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight - timedelta(minutes=utc_offset_min)


def check_aware(time: datetime) -> None:
    """Raise `ValueError` for a time without a time zone: nobody knows when that is."""
    if time.tzinfo is None:
        raise ValueError("a review needs a time with a time zone")

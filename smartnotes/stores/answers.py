"""Answers kept in SQL under the idempotency key of their request, so that a request sent twice is done once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from smartnotes.core.errors import InProgress, OptionsError
from smartnotes.core.ids import new_id
from smartnotes.stores.database import Database
from smartnotes.stores.gateway_tables import kept_answers

KEPT_S = 24 * 3600
"""How long an answer is kept."""

LEASE_S = 60.0
"""A request that has not ended by then died with its process; another one may take its place."""


class Claim(NamedTuple):
    """The right to do a request; `answer` is the one that is kept already, None where it is to be done."""

    owner: str
    digest: str
    holder: str
    answer: str | None = None


class SqlAnswers:
    """Kept answers of all owners; what they say is sealed by whoever keeps them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, owner: str, digest: str, *, fingerprint: str, now: datetime) -> Claim:
        """Take a key for a request, or find the answer it had.

        Raises `OptionsError` where the key was used for another request, `InProgress` where its request is under way.
        """
        holder = new_id("req")
        row = {"owner": owner, "digest": digest, "fingerprint": fingerprint, "holder": holder, "created_at": now}
        row["lease_until"] = now + timedelta(seconds=LEASE_S)
        try:
            with self._database.write() as connection:
                old = kept_answers.c.created_at < now - timedelta(seconds=KEPT_S)
                connection.execute(kept_answers.delete().where(old))
                known = connection.execute(sa.select(kept_answers).where(_one(owner, digest)).with_for_update())
                found = known.one_or_none()
                if found is None:
                    connection.execute(kept_answers.insert().values(row))
                    return Claim(owner, digest, holder)
                if found.fingerprint != fingerprint:
                    raise _used()
                if found.answer is None:
                    if found.lease_until > now:
                        raise _under_way()
                    connection.execute(kept_answers.update().where(_one(owner, digest)).values(row))
                return Claim(owner, digest, holder, found.answer)
        except sa.exc.IntegrityError as error:  # another gateway was first, a moment ago
            raise _under_way() from error

    def keep(self, claim: Claim, answer: str) -> None:
        """Keep the answer of a request that was done."""
        with self._database.write() as connection:
            connection.execute(kept_answers.update().where(_held(claim)).values(answer=answer))

    def release(self, claim: Claim) -> None:
        """Forget a request that came to nothing: it may be sent again with its key."""
        with self._database.write() as connection:
            connection.execute(kept_answers.delete().where(_held(claim)))


def _one(owner: str, digest: str) -> sa.ColumnElement[bool]:
    return (kept_answers.c.owner == owner) & (kept_answers.c.digest == digest)


def _held(claim: Claim) -> sa.ColumnElement[bool]:
    return _one(claim.owner, claim.digest) & (kept_answers.c.holder == claim.holder) & kept_answers.c.answer.is_(None)


def _used() -> OptionsError:
    return OptionsError("This Idempotency-Key was used for another request.", hint="Make a new key for each request.")


def _under_way() -> InProgress:
    return InProgress("The request with this Idempotency-Key is under way.", hint="Send it again in a moment.")

"""Generated documents in SQL."""

from __future__ import annotations

import sqlalchemy as sa

from smartnotes.core.errors import NotFound
from smartnotes.core.study import Document
from smartnotes.stores.database import Database
from smartnotes.stores.learning_cards import forget_deck
from smartnotes.stores.tables import documents
from smartnotes.stores.uses import hold, release


class SqlDocuments:
    """`DocumentStore` on SQL."""

    def __init__(self, database: Database, *, owner: str) -> None:
        self._database = database
        self._owner = owner

    def add(self, document: Document) -> None:
        """Keep a document, over what had its id: a job that is done again makes it again."""
        row = document.model_dump(include={"id", "subject_id", "created_at"})
        row |= {"owner": self._owner, "kind": document.kind.value, "value": document.model_dump_json()}
        with self._database.write() as connection:
            mine = (documents.c.id == document.id) & (documents.c.owner == self._owner)
            connection.execute(documents.delete().where(mine))
            connection.execute(documents.insert().values(row))
            hold(connection, document.id, [document.blob])

    def all(self, subject_id: str | None = None) -> list[Document]:
        """Return documents, newest first."""
        return list(self._database.remember(("documents", subject_id), lambda: self._all(subject_id)))

    def _all(self, subject_id: str | None) -> list[Document]:
        chosen = sa.select(documents.c.value).where(documents.c.owner == self._owner)
        if subject_id is not None:
            chosen = chosen.where(documents.c.subject_id == subject_id)
        with self._database.read(from_replica=True) as connection:
            values = connection.scalars(chosen.order_by(documents.c.created_at.desc(), documents.c.id))
            return [Document.model_validate_json(value) for value in values]

    def get(self, document_id: str) -> Document:
        """Return a document. Raises `NotFound`."""
        chosen = sa.select(documents.c.value).where(documents.c.owner == self._owner, documents.c.id == document_id)
        with self._database.read(from_replica=True) as connection:
            value = connection.scalar(chosen)
        if value is None:
            raise NotFound(f"There is no document {document_id}.")
        return Document.model_validate_json(value)

    def delete(self, document_id: str) -> list[str]:
        """Forget a document, and a deck's cards that are in no other; see `DocumentStore.delete`."""
        mine = (documents.c.id == document_id) & (documents.c.owner == self._owner)
        with self._database.write() as connection:
            if not connection.execute(documents.delete().where(mine)).rowcount:
                raise NotFound(f"There is no document {document_id}.")
            forget_deck(connection, document_id, owner=self._owner)
            return release(connection, [document_id])

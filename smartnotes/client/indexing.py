"""What a notebook offers for its indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from smartnotes.core.indexing import IndexRebuilt, IndexStatus

if TYPE_CHECKING:
    from smartnotes.client.notebook import Job


class IndexingNotebook(Protocol):
    """The part of `Notebook` about the vectors that its subjects are searched by."""

    def index_status(self, *, subject: str | None = None) -> IndexStatus:
        """Return which model made the index of each subject (or of one), and what it lacks."""
        ...

    def rebuild_index(self, *, subject: str | None = None, force: bool = False) -> Job[IndexRebuilt]:
        """Bring the indexes to the model that the settings name, and make what they lack.

        Another model is indexed beside the index that is searched and takes its place when everything is in it; with
        `force` the same model too. A rebuild that was stopped goes on where it was.
        """
        ...

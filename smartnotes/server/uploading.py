"""What becomes of an upload: a kept file and a job that reads it."""

from __future__ import annotations

from smartnotes.core.errors import TooLarge
from smartnotes.core.jobs import JobInfo
from smartnotes.core.model import Value
from smartnotes.core.options import IngestOptions, Isolation, Limits
from smartnotes.core.ports import Stores
from smartnotes.core.usecases.work import IngestWork
from smartnotes.server.state import Gateway
from smartnotes.server.uploads import Received, display_name


class Upload(Value):
    """What is said about a file that is sent; `options` None means as the server is set up."""

    subject_id: str
    subject_is_new: bool = False
    name: str
    source: str = ""
    options: IngestOptions | None = None
    password: str | None = None


def submit_upload(received: Received, upload: Upload, *, gateway: Gateway, owner: str) -> JobInfo:
    """Keep the file and ask for it to be read. Raises `TooLarge` where the user's quota is used up."""
    stores = gateway.stores(owner)
    check_quota(received.size_bytes, quota=gateway.settings.server.quota_bytes, stores=stores)
    configured = gateway.settings.ingest_options()
    options = (upload.options or configured).model_copy(
        update={
            "limits": narrowed(upload.options.limits, to=configured.limits) if upload.options else configured.limits,
            "isolation": Isolation.SANDBOX,
            "password": None,
        }
    )
    work = IngestWork(
        subject_id=upload.subject_id,
        subject_is_new=upload.subject_is_new,
        blob=stores.blobs.put_file(received.path),
        name=display_name(upload.name),
        source=upload.source,
        options=options,
    )
    return gateway.tasks.submit(owner, work, password=upload.password)


def check_quota(size_bytes: int, *, quota: int, stores: Stores) -> None:
    """Raise `TooLarge` where a file of this size does not fit beside what the user keeps."""
    kept = sum(lecture.size_bytes for lecture in stores.lectures.all())
    if kept + size_bytes > quota:
        raise TooLarge(
            f"Your lectures have {kept:,} bytes and this file {size_bytes:,}; the limit quota_bytes is {quota:,}.",
            hint="Delete lectures that you no longer need.",
        )


def narrowed(asked: Limits, *, to: Limits) -> Limits:
    """Return the limits asked for where they are tighter than the server's own, and those everywhere else."""
    mine = to.model_dump()
    return Limits.model_validate({name: min(value, mine[name]) for name, value in asked.model_dump().items()})

"""Links to what is in a notebook: at a server they work, on one machine the answer says why not."""

from __future__ import annotations

import pytest

from smartnotes import AccessDenied, Conflict, NotFound, OptionsError, SharedKind, ShareOptions
from smartnotes.client.local import LocalNotebook
from smartnotes.client.sharedlink import link_to, open_shared
from smartnotes.core.options import PageRange
from smartnotes.settings import Settings


@pytest.fixture(scope="module")
def server(studied):
    """The address of the notebook's server, None for a notebook on this machine."""
    return None if isinstance(studied, LocalNotebook) else studied._connection.server


def opened(server, made, password=None):
    return open_shared(link_to(server, made.token), settings=Settings(), password=password)


def test_a_lecture_is_read_by_whoever_has_the_link(studied, server):
    if server is None:
        with pytest.raises(Conflict, match="this machine only") as caught:
            studied.make_share("lecture", kind=SharedKind.LECTURE)
        assert "smartnotes login" in caught.value.hint
        return
    made = studied.make_share("lecture", kind=SharedKind.LECTURE, subject="Algorithms")
    (lecture,) = studied.lectures()
    assert (made.share.name, made.share.target_id) == (lecture.name, lecture.id)
    with opened(server, made) as notes:
        assert notes.shared().lectures == (lecture,)
        assert notes.pages(lecture.id) == studied.pages(lecture.id)
        assert [page.number for page in notes.pages(lecture.id, pages=PageRange(first=2, last=3))] == [2, 3]
        assert notes.figures(lecture.id) == studied.figures(lecture.id)
        blob = notes.figures(lecture.id)[0].blob
        assert notes.blob(blob) == studied.blob(blob)
        with pytest.raises(AccessDenied):
            notes.original(lecture.id)
        with pytest.raises(NotFound):
            notes.blob(lecture.blob)
        (listed,) = [share for share in studied.shares() if share.id == made.share.id]
        assert listed.views == 1
        assert studied.revoke_share(made.share.id).name == lecture.name
        with pytest.raises(AccessDenied):
            notes.shared()
    with pytest.raises(NotFound):
        opened(server, made)


def test_a_document_is_read_by_whoever_has_the_link_and_its_password(studied, server):
    if server is None:
        with pytest.raises(Conflict):
            studied.make_share("quiz_", kind=SharedKind.DOCUMENT)
        return
    studied.make_quiz().result()
    document = studied.documents()[0]
    options = ShareOptions(password="a long word for the door")
    made = studied.make_share(document.id, kind=SharedKind.DOCUMENT, options=options)
    for wrong in (None, "a short word"):
        with pytest.raises(AccessDenied, match="password"):
            opened(server, made, wrong)
    with opened(server, made, "a long word for the door") as notes:
        (seen,) = notes.shared().documents
        assert (seen.id, seen.formats) == (document.id, tuple(studied.formats(document.kind)))
        assert notes.render(seen.id, format="json") == studied.render(document.id, format="json")
        with pytest.raises(OptionsError):
            notes.render(seen.id, format="exe")
    studied.revoke_share(made.share.id)


def test_a_subject_is_read_with_its_lectures_and_their_files_where_the_link_says_so(studied, server):
    if server is None:
        with pytest.raises(Conflict):
            studied.shares()
        with pytest.raises(Conflict):
            studied.revoke_share("shr_")
        return
    made = studied.make_share("algo", kind=SharedKind.SUBJECT, options=ShareOptions(original=True, max_views=1))
    (lecture,) = studied.lectures()
    with opened(server, made) as notes:
        assert notes.shared().lectures == (lecture,)
        assert notes.original(lecture.id) == studied.blob(lecture.blob)
    with pytest.raises(NotFound):
        opened(server, made)
    studied.revoke_share("algo")


def test_what_is_not_there_is_not_shared(studied, server):
    if server is None:
        return
    for kind in SharedKind:
        with pytest.raises(NotFound):
            studied.make_share("zzz", kind=kind)

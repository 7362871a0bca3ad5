"""Small values for tests, with everything that does not matter filled in."""

from __future__ import annotations

from datetime import UTC, datetime

from smartnotes.core.model import Chunk, Lecture, Page, Provenance, RegionKind, Subject
from smartnotes.core.pages.blocks import Block, assemble
from smartnotes.core.study import CardKind, Citation, Document, DocumentKind, Evidence, Flashcard, Hit, ReviewState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_page(number: int, text: str = "") -> Page:
    return Page(id=f"page_{number}", number=number, text=text or f"Text of page {number} on hash tables.")


def a_subject(name: str = "Biology") -> Subject:
    return Subject(id=f"sub_{name.lower()}", name=name, created_at=NOON)


def a_lecture(name: str = "lecture.pdf", *, subject: str = "sub_biology") -> Lecture:
    return Lecture(
        id=f"lec_{name}",
        subject_id=subject,
        name=name,
        media_type="application/pdf",
        blob="0" * 64,
        size_bytes=1,
        pages=1,
        created_at=NOON,
        provenance=Provenance(pipeline="1"),
    )


def a_document(*, title: str = "Quiz", blob: str = "1" * 64) -> Document:
    return Document(
        id="quiz_1", kind=DocumentKind.QUIZ, subject_id="sub_biology", title=title, blob=blob, created_at=NOON
    )


def a_slide(number: int, title: str, *lines: str) -> Page:
    """A slide from lines: "- item", "-- nested item", "a | b" (a table's row), "> code", anything else is text."""
    blocks = [Block(RegionKind.TITLE, title, level=1)]
    for line in lines:
        kind = RegionKind.TABLE if " | " in line else RegionKind.CODE if line.startswith("> ") else RegionKind.TEXT
        text, level = line.removeprefix("> "), 0
        if line.startswith(("- ", "-- ", "--- ")) and kind is not RegionKind.TABLE:
            kind, level, text = RegionKind.LIST, line.index(" ") - 1, line.lstrip("- ")
        if kind in (RegionKind.TABLE, RegionKind.CODE) and blocks[-1].kind is kind:
            blocks[-1] = blocks[-1]._replace(text=f"{blocks[-1].text}\n{text}")
        else:
            blocks.append(Block(kind, text, level=level))
    made = assemble(blocks)
    return Page(id=f"page_{number}", number=number, text=made.text, regions=made.regions, emphasis=made.emphasis)


def a_deck_of_slides() -> list[Page]:
    """A small lecture with a definition of each form, lists, a table, code, and slides that teach nothing."""
    return [
        a_slide(1, "Learning objectives", "- Understand how a cache is built and why it is fast"),
        a_slide(
            2,
            "What is a cache?",
            "- A cache is a small memory that keeps copies of data used recently.",
            "- A register is a storage place inside the processor that holds one word.",
            "- A page fault is an interrupt that occurs when a page is not in memory.",
            "- A cache line is a block of bytes that moves between memory and cache as one.",
            "- It is much faster than the main memory.",
        ),
        a_slide(
            3,
            "Kinds of misses",
            "- Compulsory miss: the first access to a block of data",
            "- Capacity miss: the working set does not fit",
            "- Conflict miss: two blocks compete for one place",
            "- Coherence miss: another processor changed the block",
        ),
        a_slide(
            4,
            "Memory hierarchy",
            "Level | Size | Latency",
            "Registers | 1 KB | 0.3 ns",
            "First-level cache | 64 KB | 1 ns",
            "Second-level cache | 1 MB | 4 ns",
            "Main memory | 16 GB | 80 ns",
        ),
        a_slide(
            5,
            "Write policies",
            "- A cache with write-back has to:",
            "-- mark changed lines as dirty",
            "-- copy dirty lines to memory when they leave",
            "- Each access to main memory costs about 80 ns.",
            "> cache[key] = load(key)\nreturn cache[key]",
        ),
        a_slide(6, "Quiz: caches", "- A. Registers are slower", "- B. A cache is a slow memory", "- C. None"),
        a_slide(7, "References", "- Patterson and Hennessy, Computer Organization, is a book that covers caches."),
    ]


def a_hit(text: str, *, page: int = 1, headings: tuple[str, ...] = (), start: int = 10, score: float = 0.9) -> Hit:
    """Return a hit whose chunk begins at character `start` of its page."""
    chunk = Chunk(
        id=f"chk_{page}_{start}",
        subject_id="sub_biology",
        lecture_id="lec_a",
        page=page,
        start=start,
        end=start + len(text),
        headings=headings,
        text=text,
    )
    return Hit(chunk=chunk, lecture_name="lecture.pdf", score=score)


def some_evidence(*hits: Hit) -> list[Evidence]:
    return [Evidence(marker=f"E{number}", hit=hit) for number, hit in enumerate(hits, start=1)]


def a_card(number: int = 1, *, lecture: str = "lec_lecture.pdf", page: int = 1) -> Flashcard:
    """Return a new card, not yet kept."""
    quote = f"Term {number} is a thing."
    return Flashcard(
        id=f"card_{number:024}",
        fingerprint=f"fpr_{lecture}_{number}",
        kind=CardKind.BASIC,
        front=f"What is term {number}?",
        back="A thing.",
        source=Citation(
            lecture_id=lecture, lecture_name="lecture.pdf", page=page, start=0, end=len(quote), quote=quote
        ),
        review=ReviewState(due=NOON),
    )

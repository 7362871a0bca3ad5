"""Plain text as blocks: paragraphs put together from their lines, lists, headings, indented code."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.blocks import Block
from smartnotes.engines.flow import FlowItem

_BULLET = re.compile(r"^([ \t]*)(?:[-*+•◦▪‣·–—])[ \t]+(?=\S)")  # noqa: RUF001 - dashes people type as bullets
_NUMBER = re.compile(r"^([ \t]*)(\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)])[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"^\s*(={3,}|-{3,}|~{3,}|\*{3,})\s*$")
_HEADING_CHARACTERS = 70


def plain_flow(text: str) -> list[FlowItem]:
    """Return the blocks of a text. A form feed starts a page."""
    items: list[FlowItem] = []
    for number, part in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\f")):
        blocks = [block for group in _groups(part) for block in _blocks(group)]
        blocks = _with_headings(blocks)
        items += [FlowItem(block, starts_page=number > 0 and index == 0) for index, block in enumerate(blocks)]
    return items


def _groups(text: str) -> Iterator[list[str]]:
    """Yield the runs of lines between blank ones."""
    for blank, lines in itertools.groupby(text.split("\n"), key=lambda line: not line.strip()):
        if not blank:
            yield [line.rstrip().expandtabs(4) for line in lines]


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Yield the blocks of lines that no blank one parts."""
    rest = list(lines)
    while len(rest) > 1 and _UNDERLINE.match(rest[1]) and not _UNDERLINE.match(rest[0]):
        level = 1 if rest[1].strip().startswith("=") else 2
        yield Block(RegionKind.TITLE, rest[0].strip(), level=level)
        rest = rest[2:]
    rest = [line for line in rest if not _UNDERLINE.match(line)]
    if not rest:
        return
    marked = [bool(_BULLET.match(line) or _NUMBER.match(line)) for line in rest]
    if all(line.startswith("    ") for line in rest) and not any(marked):
        cut = min(len(line) - len(line.lstrip()) for line in rest)
        yield Block(RegionKind.CODE, "\n".join(line[cut:] for line in rest))
        return
    starts = [index for index, mark in enumerate(marked) if mark]
    if marked[0] or len(starts) > 1:
        yield from _list(rest, starts)
    else:
        yield Block(RegionKind.TEXT, _joined(rest))


def _list(lines: Sequence[str], starts: Sequence[int]) -> Iterator[Block]:
    if starts[0] > 0:
        yield Block(RegionKind.TEXT, _joined(lines[: starts[0]]))
    indents = sorted({len(line) - len(line.lstrip()) for line in (lines[start] for start in starts)})
    for start, end in itertools.pairwise([*starts, len(lines)]):
        indent = len(lines[start]) - len(lines[start].lstrip())
        bullet = _BULLET.match(lines[start])
        first = lines[start][bullet.end() :] if bullet else lines[start]
        yield Block(RegionKind.LIST, _joined([first, *lines[start + 1 : end]]), level=indents.index(indent))


def _joined(lines: Sequence[str]) -> str:
    """Return the lines as one; a word broken by a hyphen at a line's end is put together."""
    text = ""
    for line in lines:
        words = " ".join(line.split())
        if re.search(r"[a-z]{2}-$", text) and words[:1].islower():
            text = text[:-1] + words
        else:
            text = f"{text} {words}" if text else words
    return text


def _with_headings(blocks: Sequence[Block]) -> list[Block]:
    """Turn a short line that stands alone before a longer paragraph or a list into a heading."""
    done: list[Block] = []
    for block, following in itertools.zip_longest(blocks, blocks[1:]):
        if block.kind is RegionKind.TEXT and following is not None and _is_heading(block.text, following):
            done.append(block._replace(kind=RegionKind.TITLE, level=2 if done else 1))
        else:
            done.append(block)
    return done


def _is_heading(text: str, following: Block) -> bool:
    if len(text) > _HEADING_CHARACTERS or text[-1] in ".,;:?!" or not (text[0].isupper() or text[0].isdigit()):
        return False
    return following.kind in (RegionKind.LIST, RegionKind.CODE) or len(following.text) > 1.5 * len(text)

"""Markdown as blocks (CommonMark with tables and strikethrough, by markdown-it)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from smartnotes.core.model import RegionKind
from smartnotes.core.pages.blocks import Block
from smartnotes.core.pages.tables import table_text
from smartnotes.engines.flow import FlowItem

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_SLIDES = re.compile(r"^(?:marp\s*:\s*true|theme\s*:|layout\s*:|transition\s*:|slideNumber\s*:)", re.M)
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.S)


class _Writer:
    """Collects blocks while the tokens go by."""

    def __init__(self) -> None:
        self.items: list[FlowItem] = []
        self.new_page = False
        self._lists: list[int | None] = []  # the next number of each open list, None for bullets
        self._marker = ""
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._kind = RegionKind.TEXT
        self._level = 0

    def add(self, block: Block) -> None:
        if block.text.strip():
            self.items.append(FlowItem(block, starts_page=self.new_page))
            self.new_page = False

    def take(self, token: Token) -> None:
        """Take one token of the stream."""
        match token.type:
            case "heading_open":
                self._kind, self._level = RegionKind.TITLE, int(token.tag[1:])
            case "heading_close":
                self._kind, self._level = RegionKind.TEXT, 0
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._open_item(token)
            case "fence" | "code_block":
                self.add(Block(RegionKind.CODE, token.content.strip("\n")))
            case "html_block":
                self.add(Block(RegionKind.TEXT, " ".join(_TAG.sub(" ", token.content).split())))
            case "inline":
                self._inline(token)
            case _:
                self._take_table(token)

    def _take_table(self, token: Token) -> None:
        match token.type:
            case "table_open":
                self._rows = []
            case "tr_open":
                self._cells = []
            case "tr_close":
                self._rows.append(self._cells)
            case "table_close":
                self.add(Block(RegionKind.TABLE, table_text(self._rows)))
            case "th_open" | "td_open":
                self._kind = RegionKind.TABLE
            case "th_close" | "td_close":
                self._kind = RegionKind.TEXT

    def _open_item(self, token: Token) -> None:
        number = self._lists[-1] if self._lists else None
        self._marker = ""
        if number is not None:
            self._marker = f"{number}{token.markup or '.'} "
            self._lists[-1] = number + 1
        self._kind = RegionKind.LIST

    def _inline(self, token: Token) -> None:
        text, emphasis = inline_text(token.children or [])
        if self._kind is RegionKind.TABLE:
            self._cells.append(text)
        elif self._kind is RegionKind.LIST:
            shift = len(self._marker)
            spans = tuple((start + shift, end + shift) for start, end in emphasis)
            level = max(0, len(self._lists) - 1)
            self.add(Block(RegionKind.LIST, self._marker + text, level=level, emphasis=spans))
            self._kind, self._marker = RegionKind.TEXT, ""
        else:
            formula = self._kind is RegionKind.TEXT and re.fullmatch(r"\$\$.+\$\$|\\\[.+\\\]", text, re.S)
            kind = RegionKind.FORMULA if formula else self._kind
            self.add(Block(kind, text, level=self._level, emphasis=emphasis))


def markdown_flow(text: str) -> list[FlowItem]:
    """Return the blocks of a Markdown text; headings have the level they have in the text, less that of its pages."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    slides = bool(front and _SLIDES.search(front.group(1)))
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text[front.end() :] if front else text)
    writer = _Writer()
    for token in tokens:
        if token.type == "hr" and token.level == 0 and slides:
            writer.new_page = True
        writer.take(token)
    return writer.items if slides else _paged(writer.items)


def _paged(items: Sequence[FlowItem]) -> list[FlowItem]:
    """Start a page at each heading of the highest level that occurs more than once, and make that level 1."""
    count = Counter(item.block.level for item in items if item.block.kind is RegionKind.TITLE)
    split = min((level for level, times in count.items() if times > 1), default=0)
    top = split or min(count, default=1)
    done = []
    for item in items:
        if item.block.kind is not RegionKind.TITLE:
            done.append(item)
            continue
        level = max(1, item.block.level - top + 1)
        starts = 0 < item.block.level <= split and not _follows_title(done, item, split)
        done.append(FlowItem(item.block._replace(level=level), starts_page=starts))
    return done


def _follows_title(done: Sequence[FlowItem], item: FlowItem, split: int) -> bool:
    """Whether nothing but a heading of a higher level ("# Course" before "## Week 1") stands on the page so far."""
    return len(done) == 1 and done[0].block.kind is RegionKind.TITLE and item.block.level == split


def inline_text(tokens: Sequence[Token]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the text of inline tokens, and what of it is in bold or italics as ranges."""
    text = ""
    starts: list[int] = []
    emphasis: list[tuple[int, int]] = []
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                text += token.content
            case "softbreak" | "hardbreak":
                text = text.rstrip() + " "
            case "image":
                text += token.content
            case "strong_open" | "em_open":
                starts.append(len(text))
            case "strong_close" | "em_close":
                start = starts.pop() if starts else len(text)
                if not starts and start < len(text):
                    emphasis.append((start, len(text)))
    clean = text.rstrip()
    return clean, tuple((start, min(end, len(clean))) for start, end in emphasis if start < len(clean))

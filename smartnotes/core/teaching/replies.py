"""Lists that a model writes: each item is judged by itself, and a reply without an end keeps what came before it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from smartnotes.core.errors import BadModelOutput
from smartnotes.core.ports import CutOff, Llm

AnyItem = TypeVar("AnyItem", bound=BaseModel)

_JSON = re.compile(r"[\[{].*", re.DOTALL)
_BEAT = 16  # pieces, of about a token each
_AGAIN = "\n\nYour last reply was no JSON that fits the schema. Reply with one JSON value that fits it."


class HeardLlm:
    """A model that is listened to: `cut` says whether a reply of it ended because it reached its longest.

    `beat` is called while it reads (at every empty piece) and writes (every few pieces); it may raise, which stops it.
    """

    def __init__(self, llm: Llm, *, beat: Callable[[], None] | None = None) -> None:
        self.name = llm.name
        self.cut = False
        self._llm = llm
        self._beat = beat

    def context_tokens(self) -> int:
        """Return how many tokens prompt and reply may have together."""
        return self._llm.context_tokens()

    def stream(
        self, prompt: str, *, system: str, max_tokens: int, schema: Mapping[str, Any] | None = None
    ) -> Iterator[str]:
        """Yield what the model says. A caller that stops reading stops it."""
        pieces = self._llm.stream(prompt, system=system, max_tokens=max_tokens, schema=schema)
        try:
            for number, piece in enumerate(pieces, start=1):
                if self._beat is not None and (number % _BEAT == 0 or not piece):
                    self._beat()
                self.cut = self.cut or isinstance(piece, CutOff)
                yield piece
        finally:
            if isinstance(pieces, Generator):
                pieces.close()


class Replied(NamedTuple, Generic[AnyItem]):
    """The items that fit, and how many did not; `cut` where the reply reached its longest before its end."""

    items: tuple[AnyItem, ...]
    unfit: int
    cut: bool


def complete_items(
    llm: Llm, prompt: str, *, field: str, item: type[AnyItem], system: str, max_tokens: int, most: int
) -> Replied[AnyItem]:
    """Return the items of a reply of the form `{field: [item, ...]}`, at most `most`.

    A reply of which nothing can be used is asked for once more, unless it was cut off: then the model would write as
    much again. Raises `BadModelOutput` where the second is no better, and what the model raises.
    """
    schema = _schema(field, item, most)
    for asked in (prompt, prompt + _AGAIN):
        pieces = list(llm.stream(asked, system=system, max_tokens=max_tokens, schema=schema))
        cut = any(isinstance(piece, CutOff) for piece in pieces)
        found = _items("".join(pieces), field, item)
        if found is not None and (found.items or not found.unfit):
            return found._replace(items=found.items[:most], cut=cut)
        if cut:
            break
    raise BadModelOutput(f"{llm.name} did not write the JSON that was asked for.", hint="Try a larger model.")


def _schema(field: str, item: type[BaseModel], most: int) -> dict[str, object]:
    """Return the schema of the reply. Strings have no longest: grammars of nested bounds are refused as too large."""
    array = {"type": "array", "items": item.model_json_schema(), "maxItems": most}
    return {"type": "object", "properties": {field: array}, "required": [field], "additionalProperties": False}


def _items(reply: str, field: str, item: type[AnyItem]) -> Replied[AnyItem] | None:
    """Return what can be read, None where there is no list; an item without its end counts as none."""
    started = _JSON.search(reply)
    value = _read(started.group()) if started else None
    listed = value.get(field) if isinstance(value, dict) else value
    if not isinstance(listed, list):
        return None
    found: list[AnyItem] = []
    for entry in listed:
        try:
            found.append(item.model_validate(entry))
        except ValidationError:
            continue
    return Replied(tuple(found), len(listed) - len(found), cut=False)


def _read(text: str) -> object:
    """Return the JSON that a text begins with, whatever follows it; what is there of one without an end."""
    try:
        value: object = json.JSONDecoder().raw_decode(text)[0]
    except RecursionError:
        return None
    except ValueError:
        try:
            value = from_json(text, allow_partial=True)
        except ValueError:
            return None
    return value

from __future__ import annotations

import pytest
from pydantic import BaseModel

from smartnotes.core.errors import BadModelOutput
from smartnotes.core.prompts import complete_json
from tests.fakes import ScriptedLlm


class Pair(BaseModel):
    term: str
    count: int


def test_a_reply_that_fits_is_a_value() -> None:
    assert complete_json(ScriptedLlm('{"term": "cell", "count": 2}'), "?", shape=Pair) == Pair(term="cell", count=2)


def test_a_fence_around_the_json_is_taken_off() -> None:
    assert complete_json(ScriptedLlm("```json\n[1, 2]\n```"), "?", shape=list[int]) == [1, 2]


def test_a_bad_reply_is_asked_again_once_with_the_error_shown() -> None:
    llm = ScriptedLlm('{"term": "cell", "count": "many"}', '{"term": "cell", "count": 3}')
    assert complete_json(llm, "Count.", shape=Pair).count == 3
    assert "valid integer" in llm.prompts[1]
    assert '"many"' in llm.prompts[1]
    assert llm.prompts[1].startswith("Count.")


def test_two_bad_replies_are_an_error() -> None:
    with pytest.raises(BadModelOutput, match="scripted did not write the JSON"):
        complete_json(ScriptedLlm("no", "still no"), "?", shape=Pair)

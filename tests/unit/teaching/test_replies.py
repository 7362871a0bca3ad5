"""Lists that a model writes: what fits is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from smartnotes.core.errors import BadModelOutput
from smartnotes.core.ports import CutOff
from smartnotes.core.teaching.replies import complete_items
from tests.fakes import ScriptedLlm


class Fruit(BaseModel):
    name: str
    weight: int


class Cutting(ScriptedLlm):
    """Its replies reach their longest before their end."""

    def stream(self, prompt, *, system, max_tokens, schema=None) -> Iterator[str]:
        yield from super().stream(prompt, system=system, max_tokens=max_tokens, schema=schema)
        yield CutOff()


def ask(llm: ScriptedLlm):
    return complete_items(llm, "Fruit?", field="fruits", item=Fruit, system="", max_tokens=50, most=3)


GOOD = '{"name": "apple", "weight": 3}'


@pytest.mark.parametrize(
    "reply",
    [
        f'{{"fruits": [{GOOD}]}}',
        f'```json\n{{"fruits": [{GOOD}]}}\n```',
        f'Here you are: {{"fruits": [{GOOD}]}} Enjoy!',
        f"[{GOOD}]",
        f'{{"fruits": [{GOOD}, {{"name": "pear", "wei',
    ],
)
def test_what_fits_is_read_whatever_stands_around_it_or_is_missing_after_it(reply):
    assert ask(ScriptedLlm(reply)).items == (Fruit(name="apple", weight=3),)


def test_an_item_that_does_not_fit_is_counted_and_the_others_are_kept():
    found = ask(ScriptedLlm(f'{{"fruits": [{GOOD}, {{"name": "pear"}}, 7]}}'))
    assert (len(found.items), found.unfit, found.cut) == (1, 2, False)


def test_no_more_are_taken_than_asked_for():
    assert len(ask(ScriptedLlm(json.dumps({"fruits": [{"name": "a", "weight": 1}] * 9}))).items) == 3


def test_a_useless_reply_is_asked_for_once_more():
    llm = ScriptedLlm("I cannot.", f'{{"fruits": [{GOOD}]}}')
    assert len(ask(llm).items) == 1
    assert len(llm.prompts) == 2
    with pytest.raises(BadModelOutput):
        ask(ScriptedLlm("No.", "No!"))


def test_a_reply_that_was_cut_off_is_not_asked_for_again_but_used_as_far_as_it_goes():
    found = ask(Cutting(f'{{"fruits": [{GOOD}, {{"name": "pe'))
    assert found.cut
    assert len(found.items) == 1
    llm = Cutting("la la la", "never")
    with pytest.raises(BadModelOutput):
        ask(llm)
    assert len(llm.prompts) == 1


def test_a_list_without_items_is_an_answer():
    assert ask(ScriptedLlm('{"fruits": []}')).items == ()

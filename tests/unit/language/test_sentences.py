from __future__ import annotations

from smartnotes.core.language.sentences import line_spans, sentence_spans


def test_a_sentence_never_crosses_a_line_end() -> None:
    text = "A heading\nOne sentence. Another one,\nleft open"
    assert [text[a:b] for a, b in sentence_spans(text)] == ["A heading", "One sentence.", "Another one,", "left open"]


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "See e.g. Fig. 3 by Dr. Smith et al. for more. Then go on."
    assert [text[a:b] for a, b in sentence_spans(text)] == [
        "See e.g. Fig. 3 by Dr. Smith et al. for more.",
        "Then go on.",
    ]


def test_a_part_of_a_text_is_split_with_offsets_into_the_whole() -> None:
    text = "Zero. One. Two."
    assert [text[a:b] for a, b in sentence_spans(text, start=6)] == ["One.", "Two."]


def test_blank_lines_are_no_lines() -> None:
    assert line_spans("\n \n a \n") == [(4, 5)]

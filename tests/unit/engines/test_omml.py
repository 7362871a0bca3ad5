from __future__ import annotations

import pytest
from lxml import etree

from smartnotes.engines.omml import math_text


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (f"<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>", "x²"),
        (f"<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('a+b')}</m:sup></m:sSup>", "x^(a+b)"),
        (f"<m:sSub><m:e>{run('x')}</m:e><m:sub>{run('i')}</m:sub></m:sSub>", "x_i"),
        (f"<m:f><m:num>{run('1')}</m:num><m:den>{run('1+x')}</m:den></m:f>", "1/(1+x)"),
        (f"<m:rad><m:deg/><m:e>{run('x')}</m:e></m:rad>", "√x"),
        (f"<m:rad><m:deg>{run('3')}</m:deg><m:e>{run('x+1')}</m:e></m:rad>", "∛(x+1)"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{run("i=1")}</m:sub><m:sup>{run("n")}</m:sup>'
            f"<m:e>{run('i')}</m:e></m:nary>",
            "∑_(i=1)ⁿ i",
        ),
        (f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>{run("x")}</m:e></m:d>', "[x]"),
        (f"<m:func><m:fName>{run('sin')}</m:fName><m:e>{run('x')}</m:e></m:func>", "sin x"),
        (f"<m:m><m:mr><m:e>{run('a')}</m:e><m:e>{run('b')}</m:e></m:mr></m:m>", "a, b"),
        (f"<m:unknown>{run('kept')}</m:unknown>", "kept"),
    ],
)
def test_formulas_are_a_line_of_text(formula: str, expected: str) -> None:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    assert math_text(etree.fromstring(f'<m:oMath xmlns:m="{space}">{formula}</m:oMath>')) == expected

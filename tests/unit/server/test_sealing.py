"""Passwords of files, while they wait in Redis."""

from __future__ import annotations

import base64

import pytest

from smartnotes.server.sealing import Seal

OLD, NEW = b"the secret of last year " * 2, b"the secret of this year " * 2


@pytest.mark.parametrize("text", ["", "hunter2", "Größe 漢字 🐎", "\ud800", "x" * 1000])
def test_what_was_sealed_is_opened_and_not_seen(text):
    seal = Seal([NEW])
    sealed = seal.close(text, purpose="job_1")
    assert seal.open(sealed, purpose="job_1") == text
    assert not text or text not in sealed
    assert sealed != seal.close(text, purpose="job_1")


def test_what_was_sealed_for_one_job_does_not_open_for_another():
    seal = Seal([NEW])
    assert seal.open(seal.close("hunter2", purpose="job_1"), purpose="job_2") is None


def test_what_an_older_secret_sealed_is_opened_until_that_secret_is_gone():
    sealed = Seal([OLD]).close("hunter2", purpose="job_1")
    assert Seal([NEW, OLD]).open(sealed, purpose="job_1") == "hunter2"
    assert Seal([NEW]).open(sealed, purpose="job_1") is None
    assert Seal([OLD]).open(Seal([NEW, OLD]).close("hunter2", purpose="job_1"), purpose="job_1") is None


@pytest.mark.parametrize("sealed", ["", "A", "hunter2", "é", "AAAA" * 20])
def test_what_nobody_sealed_opens_to_nothing(sealed):
    assert Seal([NEW]).open(sealed, purpose="job_1") is None


def test_every_changed_byte_breaks_it():
    seal = Seal([NEW])
    data = base64.urlsafe_b64decode(seal.close("hunter2", purpose="job_1"))
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert seal.open(base64.urlsafe_b64encode(changed).decode(), purpose="job_1") is None

"""Answers that are not what was asked for: another program, another version, another address, no TLS."""

from __future__ import annotations

import socket
import ssl
import threading

import httpx2
import pytest

from smartnotes import SmartNotesError, Subject, Unavailable
from smartnotes.client.remoteconnection import Connection

SERVER = "https://server.example"


def asked(answer):
    """Ask a server that is the function `answer` for the subjects; returns what is raised and the pauses."""
    pauses = []
    connection = Connection(SERVER, transport=httpx2.MockTransport(answer), sleep=pauses.append)
    with pytest.raises(SmartNotesError) as caught:
        connection.call("GET", "/subjects", answer=list[Subject])
    connection.close()
    return caught.value, pauses


def test_a_page_in_between_is_not_taken_for_the_server():
    error, _ = asked(
        lambda _: httpx2.Response(200, text="<!doctype html><title>Please sign in to this network</title>")
    )
    assert "did not answer as smartnotes does" in error.message
    assert "in between" in error.hint


def test_an_answer_of_another_version_says_so():
    newer = [{"id": "sub_1", "name": "A", "created_at": "2026-01-01T00:00:00Z", "colour": "blue"}]
    error, _ = asked(lambda _: httpx2.Response(200, json=newer))
    assert "does not understand" in error.message
    assert "version" in error.hint


def test_who_is_sent_elsewhere_is_told_where():
    there = {"Location": "https://notes.example.org/api/v1/subjects"}
    error, _ = asked(lambda _: httpx2.Response(308, headers=there))
    assert "https://notes.example.org" in error.hint


def test_a_certificate_that_is_not_trusted_is_named_at_once():
    def refuse(_):
        cause = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
        cause.verify_message, cause.reason = "self-signed certificate", "CERTIFICATE_VERIFY_FAILED"
        raise httpx2.ConnectError("no") from cause

    error, pauses = asked(refuse)
    assert isinstance(error, Unavailable)
    assert "self-signed certificate" in error.message
    assert "SSL_CERT_FILE" in error.hint
    assert pauses == []


def test_a_server_without_tls_is_told_from_one_that_is_away():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            with listening.accept()[0] as met:
                met.recv(1000)
                met.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        connection = Connection(f"https://127.0.0.1:{listening.getsockname()[1]}", sleep=lambda _: None)
        with pytest.raises(Unavailable, match="does not speak TLS") as caught:
            connection.call("GET", "/subjects", answer=list[Subject])
        assert "http://127.0.0.1" in caught.value.hint
        connection.close()
        thread.join()


def test_a_compressed_answer_that_breaks_off_is_a_broken_connection():
    def broken(_):
        return httpx2.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx2.ByteStream(b"not gzip"))

    error, _ = asked(broken)
    assert isinstance(error, Unavailable)

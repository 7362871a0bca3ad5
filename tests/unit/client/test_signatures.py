"""Local and remote are one interface."""

from __future__ import annotations

import inspect

import pytest

from smartnotes.client.local import LocalNotebook
from smartnotes.client.localjob import LocalJob
from smartnotes.client.notebook import Job, Notebook
from smartnotes.client.remote import RemoteNotebook
from smartnotes.client.remotejob import RemoteJob


def methods(interface):
    found = {
        name: member
        for name, member in inspect.getmembers(interface, inspect.isfunction)
        if not name.startswith("_") or name in ("__enter__", "__exit__")
    }
    assert found
    return found


def parameters(function):
    return [
        (one.name, one.kind, one.default, one.annotation) for one in inspect.signature(function).parameters.values()
    ]


@pytest.mark.parametrize(
    ("interface", "implementation"),
    [(Notebook, LocalNotebook), (Notebook, RemoteNotebook), (Job, LocalJob), (Job, RemoteJob)],
)
def test_every_method_takes_what_the_interface_says_and_there_is_no_other(interface, implementation):
    wanted, there = methods(interface), methods(implementation)
    assert set(wanted) == set(there)
    for name, method in wanted.items():
        assert parameters(there[name]) == parameters(method), name

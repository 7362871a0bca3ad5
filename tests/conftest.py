"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A test asserts no time: the machine it runs on may be busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# The same commit must always get the same verdict, and no test asserts a time: the machine it runs on may be busy.
# `pytest --hypothesis-profile=default` looks for new cases.
settings.register_profile("fixed", deadline=None, derandomize=True)
settings.load_profile("fixed")

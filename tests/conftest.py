"""What holds for every test."""

from __future__ import annotations

import signal

from hypothesis import settings

# The same commit must always get the same verdict, and no test asserts a time: the machine it runs on may be busy.
# `pytest --hypothesis-profile=default` looks for new cases.
settings.register_profile("fixed", deadline=None, derandomize=True)
settings.load_profile("fixed")

# A shell starts what it puts into the background with Ctrl-C ignored, and whatever is started from there inherits that:
# no test could stop one with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

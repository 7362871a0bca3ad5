"""Waiting for what a server does meanwhile."""

from __future__ import annotations

import time


def wait_for_job(client, job_id, *, timeout_s=60.0):
    """Return the job once it has ended."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        job = client.get(f"/api/v1/tasks/{job_id}").json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"job {job_id} did not end: {job}")

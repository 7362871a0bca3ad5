"""The command line's exit codes: one for each class of error (see `smartnotes.core.errors`)."""

from __future__ import annotations

from smartnotes.core import errors

EXIT_CODES: dict[type[errors.SmartNotesError], int] = {
    errors.SmartNotesError: 1,
    errors.OptionsError: 2,
    errors.InputError: 3,
    errors.NotFound: 4,
    errors.Conflict: 4,
    errors.EngineError: 5,
    errors.EngineMissing: 6,
    errors.Unavailable: 7,
    errors.AccessDenied: 8,
    errors.RateLimited: 8,
    errors.SettingsError: 9,
    errors.Cancelled: 130,
}


def exit_code(error: errors.SmartNotesError) -> int:
    """Return the code of the error's class, or of the nearest class above it."""
    return next(EXIT_CODES[cls] for cls in type(error).__mro__ if cls in EXIT_CODES)

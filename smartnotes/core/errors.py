"""Every error smartnotes raises on purpose.

    SmartNotesError                 anything; `code` is stable, `hint` says what to do next
    ├── OptionsError                an option, or a combination of options, makes no sense
    ├── InputError                  the file or text that was handed in
    │   ├── EncryptedFile
    │   ├── EmptyFile
    │   ├── DamagedFile
    │   ├── UnsupportedFormat
    │   └── TooLarge                a limit was exceeded; names the limit and what was found
    ├── NotFound                    no such subject, lecture, document, ...
    ├── Conflict                    the name is taken, an earlier request still runs, ...
    │   ├── Outdated                somebody else has changed it since it was read
    │   └── InProgress              the same is being done at this moment
    ├── EngineError                 an engine (OCR, model, reader) failed
    │   ├── EngineTimeout
    │   ├── BadModelOutput
    │   └── PromptTooLong           a prompt is longer than the model's context
    ├── EngineMissing               an optional part is not installed
    ├── Unavailable                 server, database or model cannot be reached
    ├── AccessDenied                not allowed
    │   └── NotSignedIn             no credential, or one that is wrong, expired or revoked
    ├── RateLimited
    ├── SettingsError               a setting is unknown or has a bad value
    └── Cancelled                   somebody asked for the work to stop

Two tables at the edges turn these classes into numbers: exit codes in `smartnotes.cli.exits`, HTTP statuses in the
server. The class is found again from `code` by `error_class`.
"""

from __future__ import annotations

from collections.abc import Iterator


class SmartNotesError(Exception):
    """Base of all our errors.

    `message` says what happened in one sentence, `hint` what the user can do about it ("" where nothing helps), and
    `retryable` whether the same call may succeed later without a change.
    """

    code = "error"
    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class OptionsError(SmartNotesError):
    """An option, or a combination of options, makes no sense."""

    code = "options"


class InputError(SmartNotesError):
    """The file or text that was handed in cannot be used."""

    code = "input"


class EncryptedFile(InputError):
    """The file needs a password, or the one given is wrong."""

    code = "encrypted_file"


class EmptyFile(InputError):
    """The file has no bytes, or no page."""

    code = "empty_file"


class DamagedFile(InputError):
    """The file is of a known type and cannot be read."""

    code = "damaged_file"


class UnsupportedFormat(InputError):
    """The bytes are of a type smartnotes does not read."""

    code = "unsupported_format"


class TooLarge(InputError):
    """A limit was exceeded. The message names the limit and what was found."""

    code = "too_large"


class NotFound(SmartNotesError):
    """Nothing has this id, name or prefix."""

    code = "not_found"


class Conflict(SmartNotesError):
    """The name is taken, a prefix is ambiguous, or the state does not allow it."""

    code = "conflict"


class Outdated(Conflict):
    """Somebody else has changed the row since it was read."""

    code = "outdated"


class InProgress(Conflict):
    """The same is being done at this moment; asking again in a moment tells how it ended."""

    code = "in_progress"
    retryable = True


class EngineError(SmartNotesError):
    """An engine (OCR, reader, embedder, language model) failed."""

    code = "engine"
    retryable = True


class EngineTimeout(EngineError):
    """An engine did not answer within its time."""

    code = "engine_timeout"


class BadModelOutput(EngineError):
    """A language model's output could not be used, even after one retry."""

    code = "bad_model_output"


class PromptTooLong(EngineError):
    """A prompt, with the room its reply needs, is longer than the model's context."""

    code = "prompt_too_long"
    retryable = False


class EngineMissing(SmartNotesError):
    """An optional part is not installed; the hint is the command that installs it."""

    code = "engine_missing"


class Unavailable(SmartNotesError):
    """A server, database or model cannot be reached."""

    code = "unavailable"
    retryable = True


class AccessDenied(SmartNotesError):
    """Signed in or not: this is not allowed."""

    code = "access_denied"


class NotSignedIn(AccessDenied):
    """There is no credential, or it is wrong, expired or revoked; signing in (again) may help."""

    code = "not_signed_in"


class RateLimited(SmartNotesError):
    """Too many calls in too short a time. `retry_after_s` says when to try again, in seconds."""

    code = "rate_limited"
    retryable = True

    def __init__(self, message: str, *, hint: str = "", retry_after_s: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class SettingsError(SmartNotesError):
    """A setting is unknown or has a bad value."""

    code = "settings"


class Cancelled(SmartNotesError):
    """Somebody asked for the work to stop."""

    code = "cancelled"


def all_errors(base: type[SmartNotesError] = SmartNotesError) -> Iterator[type[SmartNotesError]]:
    """Yield `base` and every class below it, parents first."""
    yield base
    for child in base.__subclasses__():
        yield from all_errors(child)


def error_class(code: str) -> type[SmartNotesError]:
    """Return the class with this `code`; the base class for a code we do not know (a newer server)."""
    return next((cls for cls in all_errors() if cls.code == code), SmartNotesError)

"""The models that a server of OpenAI's language offers (`GET /models`).

The standard gives a name only; what a model holds is told by llama-server (`meta.n_ctx_train`), vLLM (`max_model_len`)
and others (`context_length`, `max_context_length`) in fields of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from smartnotes.core.errors import NotFound
from smartnotes.engines.openai_errors import Place, openai_refusal

if TYPE_CHECKING:
    import httpx2

_CONTEXT = ("max_model_len", "context_length", "max_context_length", "context_window", "n_ctx", "n_ctx_train")


class Offered(NamedTuple):
    """A model: its name, context in tokens and size in bytes (0 where the server does not say)."""

    name: str
    context: int
    size_bytes: int


def listed(client: httpx2.Client, place: Place, *, model: str = "") -> list[Offered]:
    """Return what the server offers, nothing where it has no such list. Raises what `openai_refusal` says."""
    response = client.get(f"{place.base_url}/models")
    if response.status_code != 200:
        error = openai_refusal(response.status_code, response.text, place=place, model=model, headers=response.headers)
        if isinstance(error, NotFound):
            return []
        raise error
    return [_offered(entry) for entry in response.json().get("data") or () if entry.get("id")]


def context_of(found: Sequence[Offered], name: str) -> int:
    """Return the context of the model with this name, or of the only one there is; 0 where it is not known."""
    named = [one for one in found if one.name == name] or (found if len(found) == 1 else [])
    return named[0].context if named else 0


def _offered(entry: Mapping[str, Any]) -> Offered:
    more: Mapping[str, Any] = {**(entry.get("meta") or {}), **entry}
    lengths = [more[key] for key in _CONTEXT if isinstance(more.get(key), int)]
    size = more.get("size")
    return Offered(str(entry["id"]), lengths[0] if lengths else 0, size if isinstance(size, int) else 0)

"""Examples for bodies and answers of the API, put together from the schema and from what each name usually holds.

Where a model brings an example of its own, that one is taken.
"""

from __future__ import annotations

from typing import Any

REF = "#/components/schemas/"
_DEEPEST = 8
"""Schemas nest no deeper, but for those that hold themselves."""

WORDS: dict[str, Any] = {
    "name": "Algorithms",
    "title": "Hash tables",
    "kind": "quiz",
    "text": "A hash table maps keys to buckets.",
    "quote": "A hash table maps keys to buckets.",
    "query": "hash table",
    "question": "What is a hash table?",
    "prompt": "What maps keys to buckets?",
    "answer": "a hash table",
    "front": "What maps keys to buckets?",
    "back": "a hash table",
    "caption": "Buckets of a hash table",
    "lecture_name": "week 3.pdf",
    "subject_id": "sub_k2v7",
    "lecture_id": "lec_m5xq",
    "document_id": "quiz_p3aw",
    "card_id": "card_t6rd",
    "user_id": "usr_b4ne",
    "session_id": "ses_w7hc",
    "target_id": "lec_m5xq",
    "job_id": "job_c9ys",
    "task_id": "job_c9ys",
    "conversation_id": "conv_e5hg",
    "request_id": "req_f8uo",
    "blob": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "media_type": "application/pdf",
    "size_bytes": 1_048_576,
    "offset_bytes": 524_288,
    "pages": 42,
    "page": 14,
    "score": 0.87,
    "password": "a password of one's own",
    "new_password": "another password",
    "code": "sni_Zm9vYmFyYmF6cXV4",
    "token": "snp_Zm9vYmFyYmF6cXV4",
    "ticket": "snt_Zm9vYmFyYmF6cXV4",
    "access_token": "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
    "refresh_token": "snr_Zm9vYmFyYmF6cXV4",
    "request": "{}",
    "result": None,
    "progress": None,
    "error": None,
    "address": "192.0.2.7",
    "status": "ok",
    "filename": "week 3.pdf",
    "attempts": 1,
    "original": False,
    "pipeline": "1",
}
"""What a field of this name holds, where its schema takes it."""

PREFIXES = {
    "Subject": "sub",
    "Lecture": "lec",
    "Page": "page",
    "Figure": "fig",
    "Chunk": "chk",
    "Document": "quiz",
    "Quiz": "quiz",
    "Question": "q",
    "Flashcard": "card",
    "JobInfo": "job",
    "User": "usr",
    "Session": "ses",
    "Share": "shr",
    "Conversation": "conv",
    "Turn": "turn",
    "Review": "rev",
    "PartialUpload": "upl",
    "ApiToken": "tok",
}
"""How the ids of these begin."""


class Examples:
    """Makes examples of the schemas of one document."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        self._schemas = schemas

    def of(self, schema: dict[str, Any], *, name: str = "", within: str = "", depth: int = 0) -> Any:
        """Return a value that fits the schema. `name` is the field's, `within` the model's that holds it."""
        if "$ref" in schema:
            return self._named(schema["$ref"].removeprefix(REF), depth)
        if schema.get("examples"):
            return schema["examples"][0]
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                return self._chosen(schema[choice], name=name, within=within, depth=depth)
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        return self._plain(schema, name=name, within=within, depth=depth)

    def _named(self, model: str, depth: int) -> Any:
        schema = self._schemas[model]
        if schema.get("examples"):
            return schema["examples"][0]
        if "properties" not in schema:
            return self.of(schema, within=model, depth=depth)
        wanted = [name for name in schema["properties"] if depth < _DEEPEST or name in schema.get("required", ())]
        return {name: self.of(schema["properties"][name], name=name, within=model, depth=depth + 1) for name in wanted}

    def _chosen(self, choices: list[dict[str, Any]], *, name: str, within: str, depth: int) -> Any:
        nothing = {"type": "null"} in choices
        if nothing and (name not in WORDS or WORDS[name] is None) and not any("$ref" in one for one in choices):
            return None
        if nothing and depth >= 2:
            return None
        return self.of(next(one for one in choices if one != {"type": "null"}), name=name, within=within, depth=depth)

    def _plain(self, schema: dict[str, Any], *, name: str, within: str, depth: int) -> Any:
        kind = schema.get("type")
        if name == "id" and kind == "string":
            return f"{PREFIXES.get(within, within[:3].lower() or 'id')}_k2v7"
        if name in WORDS and isinstance(WORDS[name], _TYPES.get(kind or "", object)):
            return WORDS[name]
        if "default" in schema:
            return schema["default"]
        if kind == "array":
            return self._list(schema, name=name, within=within, depth=depth)
        return _least(schema)

    def _list(self, schema: dict[str, Any], *, name: str, within: str, depth: int) -> list[Any]:
        parts = schema.get("prefixItems")
        if parts:
            return [self.of(part, name=name, within=within, depth=depth + 1) for part in parts]
        if depth >= 2 and not schema.get("minItems"):
            return []
        return [self.of(schema["items"], name=name, within=within, depth=depth + 1)] if "items" in schema else []


def _least(schema: dict[str, Any]) -> Any:
    """Return the plainest value that fits."""
    return {
        "object": {},
        "integer": int(schema.get("minimum", 1)),
        "number": float(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 0.5)),
        "boolean": False,
        "string": _MOMENTS.get(schema.get("format", ""), "text"[: schema.get("maxLength", 4)]),
    }.get(schema.get("type", ""))


_TYPES: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
_MOMENTS = {"date-time": "2026-03-02T09:30:00Z", "date": "2026-03-02"}

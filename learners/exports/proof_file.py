"""A signed document as the file somebody takes away; its page shows the digest of these bytes."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any


def content(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the file, as hexadecimal digits."""
    return sha256(content(document)).hexdigest()

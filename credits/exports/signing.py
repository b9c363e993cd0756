"""
The portal's signature under what it hands out: Ed25519 (RFC 8032), over canonical bytes (``models/chain.py``).

The key is ``STATEMENT_SIGNING_KEY``, 32 random bytes. Its public half is published, together with those of earlier
keys, as a JSON Web Key Set (RFC 7517, RFC 8037); a key's id is its thumbprint (RFC 7638), so nobody chooses it.
"""

from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from credits.models import chain


def signed(document: dict[str, Any]) -> dict[str, Any]:
    """
    Return the document with the id of the key and the signature added.

    ``signature`` is over the canonical bytes of everything else, ``signing_key`` included.
    """
    key = _private_key()
    whole = document | {"signing_key": key_id(_public(key))}
    return whole | {"signature": key.sign(whole_of(whole)).hex()}


def whole_of(document: dict[str, Any]) -> bytes:
    """Return the bytes a signature is over: all of the document but the signature itself."""
    return chain.canonical({name: value for name, value in document.items() if name != "signature"})


def published_keys() -> dict[str, Any]:
    """Return the key in use and then the earlier ones, as strangers get them."""
    publics = [_public(_private_key()), *settings.STATEMENT_SIGNING_KEYS_OLD]
    return {"keys": [{**_form(public), "alg": "EdDSA", "kid": key_id(public), "use": "sig"} for public in publics]}


def key_id(public: str) -> str:
    return _base64(chain.digest(_form(public)))


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.STATEMENT_SIGNING_KEY))


def _public(key: Ed25519PrivateKey) -> str:
    return _base64(key.public_key().public_bytes_raw())


def _form(public: str) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": public}


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()

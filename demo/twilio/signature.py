"""The signature of webhooks: HMAC-SHA1 over the public address and the sorted parameters, or over the address with a hash of
the body (https://www.twilio.com/docs/usage/webhooks/webhooks-security)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit


def sign(token: str, url: str, parameters: Mapping[str, str]) -> str:
    """The value of `X-Twilio-Signature`.

    Args:
        token: the auth token.
        url: the whole public address, query included; a fragment is never signed.
        parameters: of the form; empty for a JSON body.
    """
    text = without_fragment(url) + "".join(name + parameters[name] for name in sorted(parameters))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def with_body_hash(url: str, body: bytes) -> str:
    """The address that is called, and signed, when the body is JSON."""
    parts = urlsplit(without_fragment(url))
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}bodySHA256={hashlib.sha256(body).hexdigest()}"))


def without_fragment(url: str) -> str:
    """Connection settings in the fragment are for the provider, not for the receiver."""
    return url.partition("#")[0]

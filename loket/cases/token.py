"""The JSON Web Token of ZGW APIs: HS256, signed with a shared secret.

Open Zaak 1.29 (contract, section 2): ``client_id`` and ``iat`` are required; a token lives 3600 s from ``iat`` without
leeway. Other systems refuse an ``iat`` in the future, so ours is dated back a little.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import jwt

LIFETIME = 3600
"""Seconds that the server accepts a token, counted from ``iat``."""

BACKDATE = 30
"""Seconds that ``iat`` lies in the past, for a server whose clock is a little behind ours."""

RENEW_AFTER = 2700
"""Seconds that a token is reused: far enough below the lifetime for a clock that is some minutes off."""

_CLOCK_CODES = {"jwt-expired", "jwt-expiredsignatureerror", "jwt-immaturesignatureerror"}


class JwtAuthorization:
    """Makes and reuses the ``Authorization`` header of one client, and learns how far the server's clock is off."""

    def __init__(self, client_id: str, secret: str, user: str = "verbonden", clock: Callable[[], float] = time.time) -> None:
        """Keep the credentials.

        Args:
            client_id: name under which the case system knows us; becomes ``client_id`` and ``iss``.
            secret: shared secret.
            user: goes to ``user_id`` and ``user_representation``, which the case system puts into its audit trail.
            clock: seconds since the epoch.
        """
        self._client_id = client_id
        self._secret = secret
        self._user = user
        self._clock = clock
        self._skew = 0.0
        self._token = ""
        self._made = float("-inf")

    def header(self) -> str:
        """The value of ``Authorization``. The word ``Bearer`` needs its capital: lower case is refused."""
        now = self._clock()
        if not 0 <= now - self._made < RENEW_AFTER:
            claims = {
                "iss": self._client_id,
                "iat": int(now + self._skew) - BACKDATE,
                "client_id": self._client_id,
                "user_id": self._user,
                "user_representation": self._user,
            }
            self._token = jwt.encode(claims, self._secret, algorithm="HS256")
            self._made = now
        return f"Bearer {self._token}"

    def refused(self, code: str, server_date: str | None) -> bool:
        """Hear that the server refused the token.

        Args:
            code: ``code`` of the error body.
            server_date: the answer's ``Date`` header.

        Returns:
            Whether it makes sense to ask once more: the refusal was about time, and the token is now made by the
            server's clock.
        """
        if code not in _CLOCK_CODES:
            return False
        self._made = float("-inf")
        if server_date:
            try:
                self._skew = parsedate_to_datetime(server_date).timestamp() - self._clock()
            except ValueError:
                self._skew = 0.0
        return True

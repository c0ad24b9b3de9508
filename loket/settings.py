"""Settings of the gateway and the actions, from the environment. `verbonden run` sets them for the embedded default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from loket.handoff.absent import GRACE
from loket.identity.audit import DAYS as AUDIT_DAYS
from loket.media.keeping import DAYS as MEDIA_DAYS
from loket.review.reasons import BELOW
from loket.review.retention import DAYS


class MissingSetting(ValueError):
    """A setting without which the process can not work is not in the environment."""


class WrongSetting(ValueError):
    """A setting has a value that can not be used; says which and why."""


@dataclass(frozen=True)
class Limits:
    """What one browser, one address and one telephone number may ask (channels.pace).

    Attributes:
        messages: VERBONDEN_SESSION_MESSAGES: of one session in 10 seconds, over all its connections.
        sessions: VERBONDEN_ADDRESS_SESSIONS: new ones of one address in a minute; a whole library can be one address.
        number_messages: VERBONDEN_NUMBER_MESSAGES: of one telephone number in a minute.
        session_sockets: open connections of one session on one gateway: the tabs of one browser.
        address_sockets: VERBONDEN_ADDRESS_SOCKETS: open connections of one address on one gateway.
        sockets: VERBONDEN_SOCKETS: open connections of this gateway.
    """

    messages: int = 12
    sessions: int = 300
    number_messages: int = 30
    session_sockets: int = 20
    address_sockets: int = 1000
    sockets: int = 10_000


@dataclass(frozen=True)
class Settings:
    """What a process needs to know. Each field names its environment variable.

    Attributes:
        host, port: VERBONDEN_HOST, VERBONDEN_PORT: where the gateway listens.
        public_url: VERBONDEN_PUBLIC_URL: how citizens and staff reach it; origin checks and cookies follow from it.
        database_url: VERBONDEN_DATABASE_URL: `sqlite:///...` or `postgresql://...`.
        sqlite_synchronous: VERBONDEN_SQLITE_SYNCHRONOUS: NORMAL or FULL.
        redis_url: VERBONDEN_REDIS_URL: the bus.
        bot_url, bot_secret: VERBONDEN_BOT_URL, VERBONDEN_BOT_SECRET: Rasa, behind us.
        data: VERBONDEN_DATA: texts, verwijsindex, training data.
        web: VERBONDEN_WEB: the built front ends.
        var: VERBONDEN_VAR: what the product writes.
        embed_origins: VERBONDEN_EMBED_ORIGINS: origins of other sites that may embed the chat, with spaces between them.
        demo: VERBONDEN_DEMO: whether demo accounts may log in at the desk.
        desk_grace: VERBONDEN_DESK_GRACE: seconds after which conversations of staff who went away return to the queue.
        review_below: VERBONDEN_REVIEW_BELOW: messages understood with a lower score (0 to 1) go on the review list.
        audit_days: VERBONDEN_AUDIT_DAYS: days after which records of look-ups are removed.
        review_days: VERBONDEN_REVIEW_DAYS: days after which they are removed from it.
        media_days: VERBONDEN_MEDIA_DAYS: days after which files of citizens are removed.
        limits: see Limits.
        proxies: VERBONDEN_PROXIES: networks of our own proxies, whose X-Forwarded-For is believed: `10.0.0.0/8 ...`.
        clamd: VERBONDEN_CLAMD: virus scanner for those files, `tcp://host:3310` or `unix:///path`; empty is none.
    """

    host: str
    port: int
    public_url: str
    database_url: str
    sqlite_synchronous: str
    redis_url: str
    bot_url: str
    bot_secret: str
    data: Path
    web: Path
    var: Path
    demo: bool
    desk_grace: float = GRACE.total_seconds()
    review_below: float = BELOW
    review_days: int = DAYS
    audit_days: int = AUDIT_DAYS
    media_days: int = MEDIA_DAYS
    clamd: str = ""
    limits: Limits = Limits()
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    embed_origins: frozenset[str] = frozenset()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. Raises MissingSetting with the name of what is missing."""
        given = os.environ if environment is None else environment

        def required(name: str) -> str:
            value = given.get(name, "")
            if not value:
                raise MissingSetting(name)
            return value

        host, port = given.get("VERBONDEN_HOST", "127.0.0.1"), int(given.get("VERBONDEN_PORT", "8080"))
        return cls(
            host=host,
            port=port,
            public_url=given.get("VERBONDEN_PUBLIC_URL") or f"http://{host}:{port}",
            database_url=required("VERBONDEN_DATABASE_URL"),
            sqlite_synchronous=given.get("VERBONDEN_SQLITE_SYNCHRONOUS", "NORMAL"),
            redis_url=required("VERBONDEN_REDIS_URL"),
            bot_url=required("VERBONDEN_BOT_URL"),
            bot_secret=required("VERBONDEN_BOT_SECRET"),
            data=Path(given.get("VERBONDEN_DATA", "data")),
            web=Path(given.get("VERBONDEN_WEB", "web/dist")),
            var=Path(given.get("VERBONDEN_VAR", "var")),
            demo=given.get("VERBONDEN_DEMO", "") == "1",
            desk_grace=float(given.get("VERBONDEN_DESK_GRACE") or GRACE.total_seconds()),
            review_below=float(given.get("VERBONDEN_REVIEW_BELOW") or BELOW),
            audit_days=int(given.get("VERBONDEN_AUDIT_DAYS") or AUDIT_DAYS),
            review_days=int(given.get("VERBONDEN_REVIEW_DAYS") or DAYS),
            media_days=int(given.get("VERBONDEN_MEDIA_DAYS") or MEDIA_DAYS),
            clamd=given.get("VERBONDEN_CLAMD", ""),
            limits=Limits(**{
                field: int(given[name])
                for field, name in (
                    ("messages", "VERBONDEN_SESSION_MESSAGES"), ("sessions", "VERBONDEN_ADDRESS_SESSIONS"),
                    ("number_messages", "VERBONDEN_NUMBER_MESSAGES"),
                    ("address_sockets", "VERBONDEN_ADDRESS_SOCKETS"), ("sockets", "VERBONDEN_SOCKETS"),
                )
                if given.get(name)
            }),
            proxies=_networks(given.get("VERBONDEN_PROXIES", "")),
            embed_origins=_origins(given.get("VERBONDEN_EMBED_ORIGINS", "")),
        )


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Raises WrongSetting."""
    try:
        return tuple(ip_network(each) for each in value.split())
    except ValueError:
        raise WrongSetting(f"VERBONDEN_PROXIES: {value!r} are not networks such as 10.0.0.0/8") from None


def _origins(value: str) -> frozenset[str]:
    """Origins as browsers write them. Raises WrongSetting: a `*`, a path or plain http would let in more than was meant."""
    origins = value.split()
    for origin in origins:
        parts = urlsplit(origin)
        local = parts.hostname in ("localhost", "127.0.0.1")
        if origin != f"{parts.scheme}://{parts.netloc}" or "*" in origin or not (parts.scheme == "https" or local):
            raise WrongSetting(f"VERBONDEN_EMBED_ORIGINS: {origin!r} is not an origin such as https://www.gemeente.nl")
    return frozenset(origins)

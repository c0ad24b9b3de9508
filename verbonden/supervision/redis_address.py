"""A Redis URL in the parts that Rasa's endpoints file wants."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit


class WrongRedisUrl(ValueError):
    """Not a URL of a Redis server that Rasa can reach too."""


def parts(url: str) -> dict[str, str]:
    """The environment variables of `endpoints.yml` for a URL.

    Empty user name and password mean: none. `VERBONDEN_REDIS_SSL` is `1` or empty, as Rasa takes any text for true.

    Raises:
        WrongRedisUrl: the scheme is not redis or rediss (Rasa knows no Unix sockets), or there is no host.
    """
    try:
        split = urlsplit(url)
        port = split.port or 6379
    except ValueError as error:
        raise WrongRedisUrl(f"VERBONDEN_REDIS_URL can not be read: {error}.") from None
    if split.scheme not in ("redis", "rediss") or not split.hostname:
        raise WrongRedisUrl("VERBONDEN_REDIS_URL must look like redis://user:password@host:6379/0 (or rediss:// for TLS).")
    database = split.path.lstrip("/") or "0"
    if not database.isdigit():
        raise WrongRedisUrl(f"VERBONDEN_REDIS_URL ends with {database!r}; the number of a database is expected there.")
    return {
        "VERBONDEN_REDIS_HOST": split.hostname,
        "VERBONDEN_REDIS_PORT": str(port),
        "VERBONDEN_REDIS_USERNAME": unquote(split.username or ""),
        "VERBONDEN_REDIS_PASSWORD": unquote(split.password or ""),
        "VERBONDEN_REDIS_DB": database,
        "VERBONDEN_REDIS_SSL": "1" if split.scheme == "rediss" else "",
    }

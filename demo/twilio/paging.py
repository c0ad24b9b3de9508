"""Pages of the old API and of the newer ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from demo.twilio.errors import refusal


def page_of(given: dict[str, list[str]]) -> tuple[int, int]:
    """Number and size of the page that is asked for."""
    size = int(given.get("PageSize", ["50"])[0])
    number = int(given.get("Page", ["0"])[0])
    if number and given.get("PageToken", [""])[0] != f"PA{number}":
        raise refusal(20001, "PageToken does not belong to this Page")
    return number, size


def old_page(path: str, key: str, items: list[Any], given: dict[str, list[str]], *, more: bool) -> dict[str, Any]:
    """A page as `api.twilio.com` shows it.

    Args:
        path: of the list.
        key: name of the member with the items.
        items: of this page.
        given: parameters of the call.
        more: whether there is another page.
    """
    number, size = page_of(given)

    def uri(page: int) -> str:
        filters = [name for name in given if name not in ("Page", "PageSize", "PageToken")]
        rest = [(name, value) for name in filters for value in given[name]]
        token = [("PageToken", f"PA{page}")] if page else []
        return f"{path}?{urlencode([*rest, ('PageSize', size), ('Page', page), *token])}"

    return {
        key: items, "end": number * size + max(len(items) - 1, 0), "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1) if more else None, "page": number, "page_size": size,
        "previous_page_uri": uri(number - 1) if number else None, "start": number * size, "uri": uri(number),
    }


def new_page(base: str, key: str, items: list[Any], given: dict[str, list[str]]) -> dict[str, Any]:
    """A page as the newer hosts show it; lists there are short here, and cut in pages all the same.

    Args:
        base: address of the list.
        key: name of the member with the items.
        items: all of them.
        given: parameters of the call.
    """
    number, size = page_of(given)
    shown = items[number * size:(number + 1) * size]

    def url(page: int) -> str:
        token = {"PageToken": f"PA{page}"} if page else {}
        return f"{base}?{urlencode({'PageSize': size, 'Page': page, **token})}"

    return {key: shown, "meta": {
        "first_page_url": url(0), "key": key, "next_page_url": url(number + 1) if len(items) > (number + 1) * size else None,
        "page": number, "page_size": size, "previous_page_url": url(number - 1) if number else None, "url": url(number),
    }}

"""Lists: the envelope, ``page`` and ``pageSize``, and refusal of unknown parameters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from demo.zaaksysteem.endpoint import Call
from demo.zaaksysteem.problems import invalid, not_found
from demo.zaaksysteem.store import Record

DEFAULT_SIZE = 100
MAXIMUM_SIZE = 500

PAGING = frozenset({"page", "pageSize"})


def known_parameters(call: Call, known: Collection[str]) -> dict[str, str]:
    """The query, when it has no parameter that is not known.

    Raises:
        Problem: 400 ``unknown-parameters``. Only GET is this strict: ``_zoek`` ignores unknown keys in its body.
    """
    unknown = [name for name in call.query if name not in known and name not in PAGING]
    if unknown:
        raise invalid("nonFieldErrors", "unknown-parameters", f"Onbekende query parameters: {', '.join(sorted(unknown))}")
    return call.query


def page(call: Call, found: Sequence[Record], show: Callable[[Record], dict[str, Any]]) -> web.Response:
    """One page of ``found``, each shown by ``show``.

    Raises:
        Problem: 404 for a page that does not exist.
    """
    size = min(_number(call.query.get("pageSize")) or DEFAULT_SIZE, MAXIMUM_SIZE)
    last = max(1, -(-len(found) // size))
    number = _number(call.query.get("page", "1"))
    if not 1 <= number <= last:
        raise not_found("Ongeldige pagina.")
    part = found[(number - 1) * size : number * size]
    return web.json_response(
        {
            "count": len(found),
            "next": _link(call, number + 1) if number < last else None,
            "previous": _link(call, number - 1) if number > 1 else None,
            "results": [show(record) for record in part],
        }
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _link(call: Call, number: int) -> str:
    query = {**call.query, "page": str(number)}
    if number == 1:
        del query["page"]
    encoded = urlencode(sorted(query.items()))
    return f"{call.origin}{call.request.path}" + (f"?{encoded}" if encoded else "")

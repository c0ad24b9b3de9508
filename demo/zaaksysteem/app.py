"""The addresses of the demo case system."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping

from aiohttp import web

from demo.zaaksysteem import catalogi, klantcontact_read, klantcontact_write, zaak_writes, zaken
from demo.zaaksysteem.clients import Client, Clients
from demo.zaaksysteem.endpoint import CLIENTS, STORE, Endpoint, Handler, last_resort
from demo.zaaksysteem.klantcontact_read import SCOPE, TOKENS, by_token
from demo.zaaksysteem.klantcontact_show import PATHS as CONTACT_PATHS
from demo.zaaksysteem.klantcontact_show import ROOT as CONTACT_ROOT
from demo.zaaksysteem.problems import html_not_found, unknown_version
from demo.zaaksysteem.render import PATHS
from demo.zaaksysteem.store import Store

ZAKEN_VERSION = "1.5.1"
CATALOGI_VERSION = "1.3.1"
KLANTINTERACTIES_VERSION = "0.9.0"

_OTHER_VERSION = re.compile(r"/(zaken|catalogi|klantinteracties)/api/v(?!1/)[0-9]+/[a-z-]+(/[^/]+)?")
_LIST = "GET, POST, HEAD, OPTIONS"
_ONE = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"


def create_app(store: Store, clients: Iterable[Client], tokens: Iterable[str] = ()) -> web.Application:
    """The application; the store is closed when it stops.

    Args:
        store: a seeded store.
        clients: who may call the Zaken API and the Catalogi API.
        tokens: who may call the Klantinteracties API.
    """
    app = web.Application(middlewares=[_pages, last_resort])
    app[STORE] = store
    app[CLIENTS] = Clients(clients)
    app[TOKENS] = frozenset(tokens)

    async def close(_: web.Application) -> None:
        store.close()

    app.on_cleanup.append(close)
    root = PATHS["zaak"]
    _add(app, root, _zaken({"GET": zaken.list_zaken, "POST": zaak_writes.create_zaak}, _LIST, crs=True))
    _add(app, f"{root}/_zoek", _zaken({"POST": zaken.search_zaken}, "POST, OPTIONS", crs=True))
    _add(app, root + "/{uuid}", _zaken({"GET": zaken.get_zaak, "PATCH": zaak_writes.patch_zaak}, _ONE, crs=True))
    _add(app, PATHS["status"], _zaken({"GET": zaken.list_statussen, "POST": zaak_writes.create_status}, _LIST))
    _add(app, PATHS["rol"], _zaken({"GET": zaken.list_rollen, "POST": zaak_writes.create_rol}, _LIST))
    _add(app, PATHS["resultaat"], _zaken({"GET": zaken.list_resultaten, "POST": zaak_writes.create_resultaat}, _LIST))
    for kind in ("status", "rol", "resultaat"):
        _add(app, PATHS[kind] + "/{uuid}", _zaken({"GET": zaken.get_one(kind)}, "GET, HEAD, OPTIONS"))
    for kind in ("catalogus", "zaaktype", "statustype", "resultaattype", "roltype"):
        _add(app, PATHS[kind], _catalogi({"GET": catalogi.list_of(kind)}, _LIST))
        _add(app, PATHS[kind] + "/{uuid}", _catalogi({"GET": catalogi.one_of(kind)}, _ONE))
    _add_contacts(app)
    return app


def _add_contacts(app: web.Application) -> None:
    _add(app, f"{CONTACT_ROOT}/maak-klantcontact", _contacts({"POST": klantcontact_write.create_all}, "POST, OPTIONS"))
    writes = {
        "partij": klantcontact_write.create_partij,
        "partijidentificator": klantcontact_write.create_identification,
    }
    for kind, path in CONTACT_PATHS.items():
        create = writes.get(kind) or klantcontact_write.create(kind)
        _add(app, path, _contacts({"GET": klantcontact_read.list_of(kind), "POST": create}, _LIST))
        one: dict[str, Handler] = {"GET": klantcontact_read.one_of(kind)}
        if kind == "internetaak":
            one["PATCH"] = klantcontact_write.patch_task
        _add(app, path + "/{uuid}", _contacts(one, _ONE))


def _contacts(methods: Mapping[str, Handler], allow: str) -> Endpoint:
    return Endpoint(
        KLANTINTERACTIES_VERSION,
        SCOPE,
        methods,
        allow,
        authenticate=by_token,
        vary="origin",
        invalid_title="Ongeldige invoerwaarde.",
    )


def _zaken(methods: Mapping[str, Handler], allow: str, *, crs: bool = False) -> Endpoint:
    return Endpoint(ZAKEN_VERSION, "zaken.lezen", methods, allow, crs)


def _catalogi(methods: Mapping[str, Handler], allow: str) -> Endpoint:
    return Endpoint(CATALOGI_VERSION, "catalogi.lezen", methods, allow)


def _add(app: web.Application, path: str, endpoint: Endpoint) -> None:
    app.router.add_route("*", path, endpoint.__call__)


@web.middleware
async def _pages(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Any address that is not exactly one of the API, one with a trailing slash included, is an HTML 404.

    Another version of an API is a 404 in JSON, before anything else is looked at.
    """
    if request.match_info.http_exception is None:
        return await handler(request)
    if _OTHER_VERSION.fullmatch(request.path):
        answer = web.json_response(unknown_version().body(f"{request.scheme}://{request.host}"), status=404)
        answer.headers["Content-Type"] = "application/json"
        return answer
    return html_not_found()

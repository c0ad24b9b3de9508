"""Routes of the administrator (docs/protocol.md). Every change is in the book with who, when, old and new."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy import select

from channels import wire
from loket.administration import teams, texts
from loket.administration.book import Book, Invalid, Outdated, UnknownChange
from loket.administration.kinds import ALL, CANNED, OPENING, PERIOD, PREVIEW, TEAM, TEXT
from loket.administration.periods import Periods
from loket.answers.compose import Composer
from loket.conversations.preview import Preview
from loket.handoff.canned import CannedAnswers
from loket.handoff.opening import AMSTERDAM, GOOD_FRIDAY, Opening, dutch_holidays
from loket.identity.member import Role
from loket.identity.staff import LoggedIn
from loket.plain.measure import Plain
from loket.store.engine import Store
from loket.store.managed import ManagedChange
from loket.store.schema import Staff

Handler = Callable[[web.Request, LoggedIn], Awaitable[web.StreamResponse]]
Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]
Problem = Callable[..., web.Response]


class _Put(BaseModel):
    key: str = Field(default=ALL, pattern=r"^[a-z0-9_.]{1,120}$")
    value: Any = None
    seen: wire.Counted


class _Undo(BaseModel):
    seen: wire.Counted


class BeheerRoutes:
    """`/api/balie/beheer/...`."""

    def __init__(
        self,
        book: Book,
        store: Store,
        composer: Composer,
        opening: Opening,
        canned: CannedAnswers,
        periods: Periods,
        plain: Plain,
        preview: Preview,
        guard: Guard,
        problem: Problem,
    ) -> None:
        self._book, self._store, self._composer, self._opening = book, store, composer, opening
        self._canned, self._periods, self._plain, self._preview = canned, periods, plain, preview
        self._guard, self._problem = guard, problem

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        base = "/api/balie/beheer"
        app.router.add_get(f"{base}/history", self._managed(self._history))
        app.router.add_post(rf"{base}/history/{{change:\d{{1,9}}}}/undo", self._managed(self._undo))
        app.router.add_post(f"{base}/tekst/check", self._managed(self._check))
        for kind, read in (
            (OPENING, self._hours),
            (TEXT, self._texts),
            (PERIOD, self._days),
            (TEAM, self._teams),
            (CANNED, self._sentences),
            (PREVIEW, self._previewing),
        ):
            app.router.add_get(f"{base}/{kind}", self._managed(read))
            app.router.add_post(f"{base}/{kind}", self._managed(self._putting(kind)))

    def _managed(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handled(request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
            if logged_in.member.role != Role.BEHEERDER.value:
                return self._problem(403, "role")
            try:
                return await handler(request, logged_in)
            except Outdated as other:
                return self._problem(409, "settings_changed", by=other.by)
            except UnknownChange:
                return self._problem(404, "settings_gone")
            except Invalid as wrong:
                return self._problem(400, f"settings_{wrong.reason}", wat=wrong.detail)

        return self._guard(handled)

    def _putting(self, kind: str) -> Handler:
        async def put(request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
            given = _Put.model_validate(await request.json())
            old = await self._before(kind, given.key)
            version = await self._book.put(kind, given.key, given.value, given.seen, logged_in.member, old)
            return web.json_response({"version": version})

        return put

    async def _before(self, kind: str, key: str) -> Any:
        """What counted before the first change, for the record."""
        if kind == TEAM:
            async with self._store.read() as session:
                return (await teams.read(session)).get(key)
        if kind == PERIOD and key in self._periods.periods:
            return self._periods.periods[key].days
        if kind == PREVIEW:
            return False
        if kind == TEXT and key in self._composer.texts.base:
            return self._text(key, base=True)
        return None

    async def _hours(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        _, version = await self._book.value(OPENING, ALL)
        today = datetime.now(UTC).astimezone(AMSTERDAM).date()
        holidays = {day: name for year in (today.year, today.year + 1) for day, name in dutch_holidays(year).items()}
        coming = [
            {"day": day.isoformat(), "name": name, "good_friday": name == GOOD_FRIDAY}
            for day, name in sorted(holidays.items())
            if today <= day < today + timedelta(days=366)
        ]
        async with self._store.read() as session:
            own = [{"id": key, "name": team["name"]} for key, team in (await teams.read(session)).items() if team["active"]]
        value = self._opening.hours.written()
        return web.json_response(
            {"value": value, "version": version, "holidays": coming, "teams": own, "organisations": self._organisations()}
        )

    def _organisations(self) -> list[dict[str, str]]:
        return [{"id": one.id, "name": one.naam} for one in self._composer.directory.organisations.values()]

    async def _texts(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        versions = await self._book.values(TEXT)
        items = [
            {
                "key": key,
                "now": self._text(key),
                "file": self._text(key, base=True),
                "names": sorted(self._composer.texts.base[key].names()),
                "changed": versions.get(key, (None, 0))[0] is not None,
                "version": versions.get(key, (None, 0))[1],
            }
            for key in texts.editable(self._composer.texts)
        ]
        answer = web.json_response({"items": items})
        answer.enable_compression()
        return answer

    def _text(self, key: str, base: bool = False) -> dict[str, str]:
        found = (self._composer.texts.base if base else self._composer.texts.texts)[key]
        return {"tekst": found.tekst, **({"kort": found.kort} if found.kort is not None else {})}

    async def _check(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Put.model_validate(await request.json())
        value = texts.checked(self._composer.texts, given.key, given.value)
        found = texts.remarks(self._composer.texts, self._plain, given.key, value)
        return web.json_response({"missing": list(found.missing), "faults": [asdict(fault) for fault in found.faults]})

    async def _days(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        versions = await self._book.values(PERIOD)
        items = [
            {"key": name, "days": self._periods.days(name), "file": period.days, "least": period.least, "most": period.most,
             "version": versions.get(name, (None, 0))[1]}
            for name, period in self._periods.periods.items()
        ]  # fmt: skip
        return web.json_response({"items": items})

    async def _teams(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        versions = await self._book.values(TEAM)
        async with self._store.read() as session:
            found = await teams.read(session)
            named = self._composer.directory.name
            staff = [
                {"id": row.id, "name": row.name, "role": row.role, "organisation": named(row.organisation)}
                for row in await session.scalars(select(Staff).order_by(Staff.name))
            ]
        items = [{"key": key, "value": value, "version": versions.get(key, (None, 0))[1]} for key, value in found.items()]
        return web.json_response({"items": items, "staff": staff, "organisations": self._organisations()})

    async def _sentences(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        _, version = await self._book.value(CANNED, ALL)
        value = [sentence.model_dump(mode="json") for sentence in self._canned.sentences]
        return web.json_response({"value": value, "version": version})

    async def _previewing(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        value, version = await self._book.value(PREVIEW, ALL)
        return web.json_response({"value": value is True, "version": version})

    async def _history(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        kind, key = request.query.get("kind") or None, request.query.get("key") or None
        return web.json_response({"items": [_change(change) for change in await self._book.history(kind, key)]})

    async def _undo(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        given = _Undo.model_validate(await request.json())
        version = await self._book.undo(int(request.match_info["change"]), given.seen, logged_in.member)
        return web.json_response({"version": version})


def _change(change: ManagedChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "kind": change.kind,
        "key": change.key,
        "version": change.version,
        "old": change.old,
        "new": change.new,
        "by": change.actor_name,
        "at": wire.moment(change.at),
    }

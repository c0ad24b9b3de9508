"""Routes of the team leader's figures, for the roles teamleider and beheerder (docs/protocol.md, docs/cijfers.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from aiohttp import web

from channels import wire
from loket.answers.texts import Texts
from loket.directory import Directory
from loket.figures.report import BadRange, Figures, Filter, Report
from loket.figures.table import as_csv
from loket.figures.waits import NAMES
from loket.handoff.targets import WaitTargets
from loket.handoff.teams import active
from loket.identity.member import Role
from loket.identity.staff import LoggedIn
from loket.store.engine import Store

Handler = Callable[[web.Request, LoggedIn], Awaitable[web.StreamResponse]]
Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]
Problem = Callable[..., web.Response]
LEADERS = frozenset({Role.TEAMLEIDER.value, Role.BEHEERDER.value})
COLUMNS = (
    "conversations", "by_bot", "by_human", "not_helped", "reopened", "wrong_counter", "answered", "in_target", "transferred",
    "refused", "callbacks", "called", "not_reached", "rated", "rated_low",
)  # fmt: skip
"""Columns of the table of days, as numbers; averages are made of them beside it."""


class LeidingRoutes:
    """`/api/balie/leiding/...`.

    Args:
        guard: wraps a handler with log-in and CSRF, and answers what is malformed.
        problem: makes a refusal of a status and a code with its text.
    """

    def __init__(
        self,
        figures: Figures,
        store: Store,
        targets: WaitTargets,
        directory: Directory,
        texts: Texts,
        guard: Guard,
        problem: Problem,
    ) -> None:
        self._figures, self._store, self._targets = figures, store, targets
        self._directory, self._texts, self._guard, self._problem = directory, texts, guard, problem

    def add(self, app: web.Application) -> None:
        """Register the routes."""
        app.router.add_get("/api/balie/leiding/now", self._led(self._now))
        app.router.add_get("/api/balie/leiding/days", self._led(self._days))
        app.router.add_get("/api/balie/leiding/days.csv", self._led(self._days_csv))
        app.router.add_get("/api/balie/leiding/topics.csv", self._led(self._topics_csv))

    def _led(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handled(request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
            if logged_in.member.role not in LEADERS:
                return self._problem(403, "role")
            try:
                return await handler(request, logged_in)
            except BadRange:
                return self._problem(400, "range")

        return self._guard(handled)

    async def _now(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        now = await self._figures.now(_filter(request))
        async with self._store.read() as session:
            teams = [{"id": team.id, "name": team.name} for team in await active(session)]
        waiting = {urgency: {"count": count, "since": wire.moment(since)} for urgency, (count, since) in now.waiting.items()}
        return web.json_response(
            {
                "waiting": waiting,
                "targets": self._targets.model_dump(),
                "late": now.late,
                "helped": now.helped,
                "present": now.present,
                "calls": now.calls,
                "calls_late": now.calls_late,
                "teams": teams,
            }
        )

    async def _days(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        report = await self._report(request)
        return web.json_response(
            {
                "days": [{"day": day.isoformat(), **figures} for day, figures in report.days],
                "totals": dict(report.totals),
                "channels": [{"id": name, **figures} for name, figures in report.by_channel],
                "teams": [{"id": name, **figures} for name, figures in report.by_team],
                "topics": [
                    {"topic": topic, "organisation": self._directory.name(organisation) or organisation, "conversations": number}
                    for topic, organisation, number in report.topics
                ],
            }
        )

    async def _days_csv(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        report = await self._report(request)
        head = [self._texts.line(f"cijfers.{name}") for name in ("day", *COLUMNS, "service", "wait", "rating", *NAMES)]
        rows: list[list[str | int | float]] = [
            [day.isoformat(), *(figures.get(name, 0) for name in COLUMNS), *_averages(figures), *_waits(figures)]
            for day, figures in report.days
        ]
        return _csv(f"cijfers-{_name(request)}", as_csv(head, rows))

    async def _topics_csv(self, request: web.Request, logged_in: LoggedIn) -> web.StreamResponse:
        report = await self._report(request)
        head = [self._texts.line(f"cijfers.{name}") for name in ("topic", "organisation", "conversations")]
        rows: list[list[str | int | float]] = [
            [topic, self._directory.name(place) or place, number] for topic, place, number in report.topics
        ]
        return _csv(f"onderwerpen-{_name(request)}", as_csv(head, rows))

    async def _report(self, request: web.Request) -> Report:
        first, last = (date.fromisoformat(request.query[name]) for name in ("from", "to"))
        return await self._figures.report(first, last, _filter(request))


def _filter(request: web.Request) -> Filter:
    return Filter(*(request.query.get(name) or None for name in ("channel", "team", "organisation")))


def _averages(figures: Mapping[str, int]) -> tuple[str | float, str | float, str | float]:
    """Percentage within the target, minutes waited and rating; empty where there is nothing to divide by."""
    answered, rated = figures.get("answered", 0), figures.get("rated", 0)
    if not answered:
        return "", "", round(figures["rating_sum"] / rated, 2) if rated else ""
    service, wait = round(100 * figures["in_target"] / answered, 1), round(figures["waited_seconds"] / answered / 60, 1)
    return service, wait, round(figures["rating_sum"] / rated, 2) if rated else ""


def _waits(figures: Mapping[str, int]) -> list[str | int]:
    """Minutes within which half and nine of ten were helped; empty on a day on which nobody was."""
    return [figures[name] if figures.get("answered") else "" for name in NAMES]


def _name(request: web.Request) -> str:
    return "-".join(date.fromisoformat(request.query[name]).isoformat() for name in ("from", "to"))


def _csv(name: str, table: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return web.Response(text=table, content_type="text/csv", charset="utf-8", headers=headers)

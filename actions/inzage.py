"""Who has seen my data? Answered to a citizen who is logged in; to others it is told how to ask."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import digid, own_cases, resources
from actions.reply import Part, context, learn, say, text
from loket.answers.dates import in_words
from loket.identity.audit import DESK, NEWS, ON_REQUEST, lookups_for
from loket.store.schema import Lookup
from loket.understanding.patterns import PatternGroups

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SHOWN = 10
"""So many lines are listed; more does not fit in a chat."""

PLAIN = "sms"
"""The channel in which no number of a case may stand."""

READ = 100
"""So many look-ups are read; equal ones of one day become one line."""


@cache
def _questions() -> PatternGroups:
    return PatternGroups.load(resources.DATA / "antwoorden" / "inzage.yaml", "vragen")


def asks_who_looked(tracker: Tracker) -> bool:
    """Whether the latest message asks who has seen the citizen's data."""
    return bool(_questions().found(str(tracker.latest_message.get("text") or "")))


async def tell_who_looked(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """List the look-ups of the citizen's own cases, or say how to get that list."""
    told = context(tracker)
    if told.get("trust") != "digid":
        say(dispatcher, text("inzage.niet_ingelogd"), *await digid.offer(told, "digid.aanbod_inzage"))
        learn(dispatcher, **{digid.WAITING_FOR: "inzage"})
        return
    conversation = str(told.get("conversation", ""))
    found = await lookups_for(resources.store(), conversation, READ)
    if found is None and (person := await digid.bsn(told)) is not None:
        await own_cases.tell_all(dispatcher, told, person)  # first which cases are the citizen's own
        found = await lookups_for(resources.store(), conversation, READ)
    if found is None:
        say(dispatcher, text("inzage.eerst_zaak"))
        return
    lines: list[tuple[Part, int]] = []
    for part in (_line(row, numbers=told.get("channel") != PLAIN) for row in found):
        if lines and lines[-1][0] == part:
            lines[-1] = part, lines[-1][1] + 1
        else:
            lines.append((part, 1))
    shown = [part if times == 1 else text("inzage.keer", regel=part, keer=times) for part, times in lines[:SHOWN]]
    say(dispatcher, text("inzage.begin"), *shown, text("inzage.verder"), trust=own_cases.TRUST)


def _line(row: Lookup, numbers: bool) -> Part:
    """One look; without the number of the case, looks at several cases of one day become one line."""
    values = {"datum": in_words(row.at.astimezone(AMSTERDAM).date())} | ({"nummer": row.case_number} if numbers else {})
    if row.actor.startswith(f"{DESK}:"):
        organisation = resources.directory().name(row.actor.split(":")[1])
        if row.purpose == ON_REQUEST:
            key = "inzage.balie_zocht" if row.outcome == "found" else "inzage.balie_niets"
        else:
            key = "inzage.balie"
        return text(key, organisatie=organisation, **values)
    if row.purpose == NEWS:
        return text("inzage.nieuws", **values)
    if row.outcome != "found":
        return text("inzage.computer_niets", **values)
    return text("inzage.computer_digid" if row.trust == own_cases.TRUST else "inzage.computer", **values)

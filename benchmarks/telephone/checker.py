"""What came of it, from the fake's log and the store alone: of the code that it judges it uses only what opens a number."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks.telephone.citizens import Said
from loket.store.field_keys import field_keys

INCOMING = """
select m.id, m.provider_id, m.conversation_id, m.seq, m.handled_at, a.number, a.channel, c.state
from message m join conversation c on c.id = m.conversation_id join partner_address a on a.id = c.address
where m.author = 'citizen' and m.channel in ('sms', 'whatsapp') order by a.id, m.seq
"""
OUTGOING = """
select m.id, m.seq, m.author, m.delivery, m.conversation_id, a.number, a.channel, o.state
from message m join conversation c on c.id = m.conversation_id join partner_address a on a.id = c.address
left join outbox o on o.message_id = m.id
where m.author in ('bot', 'human', 'system') and m.channel in ('sms', 'whatsapp') order by a.id, m.seq
"""
ACCEPTED = "select count(*) as waiting from accepted_message"
PARTS = "select id, message_id, part, sid, state from provider_message"
ARRIVED, NOT_ARRIVED = {"delivered", "read"}, {"undelivered", "failed"}

Row = Mapping[str, Any]


Citizen = tuple[str, str]
"""Number and channel."""


def rows(database: Path, statement: str) -> list[Row]:
    """What a statement finds in the store."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(statement)]
    for row in found:
        if "number" in row:
            row["number"] = field_keys().open(row["number"])
    return found


def _of(citizens: set[Citizen], found: Sequence[Row]) -> list[Row]:
    return [row for row in found if (row["number"], row["channel"]) in citizens]


def waiting(database: Path, citizens: set[Citizen]) -> int:
    """How many messages of these citizens are not handled, and how many answers to them are not settled yet; and how many
    messages are accepted only, of whoever: that passes in a moment."""
    incoming = sum(1 for row in _of(citizens, rows(database, INCOMING)) if row["handled_at"] is None)
    outgoing = sum(
        1 for row in _of(citizens, rows(database, OUTGOING))
        if row["state"] == "pending" or (row["state"] != "held" and row["delivery"] in ("pending", "sent"))
    )
    return incoming + outgoing + int(rows(database, ACCEPTED)[0]["waiting"])


def problems(
    database: Path,
    everybody: Sequence[Said],
    events: Iterable[Row],
    messages: Sequence[Row],
    last: int | None = None,
    clock_moved: bool = False,
) -> list[str]:
    """What is wrong; empty when all is well.

    Args:
        database: the SQLite file of the store.
        everybody: what was sent.
        events: the log of the fake.
        messages: all messages of the fake with these citizens.
        last: number of the last message that had time to be settled; all, when it is not given.
        clock_moved: moments of the store say nothing about order.
    """
    citizens = {(said.number, said.channel) for said in everybody}
    sids = {message["sid"] for message in messages if message["direction"] == "inbound"}
    accepted = {event["sid"] for event in events if event["what"] == "webhook.inbound" and 200 <= (event["status"] or 0) < 300}
    incoming, outgoing = _of(citizens, rows(database, INCOMING)), _of(citizens, rows(database, OUTGOING))
    if last is not None:
        incoming, outgoing = ([row for row in found if row["id"] <= last] for found in (incoming, outgoing))
    parts = rows(database, PARTS)
    return [
        *_incoming(everybody, accepted & sids, incoming, clock_moved),
        *_answered(everybody, incoming, outgoing),
        *_outgoing(outgoing, parts, messages),
    ]


def _incoming(everybody: Sequence[Said], accepted: set[str], incoming: Sequence[Row], clock_moved: bool) -> list[str]:
    """Each accepted message is in the store once, handled, and in the order in which it was sent."""
    found: list[str] = []
    stored = Counter(row["provider_id"] for row in incoming)
    found += [f"{sid} was accepted and is not in the store" for sid in sorted(accepted - set(stored))]
    found += [f"{sid} is {count} times in the store" for sid, count in stored.items() if count > 1]
    found += [f"{row['provider_id']} was not handled" for row in incoming if row["handled_at"] is None]
    per_citizen: dict[Citizen, list[Row]] = defaultdict(list)
    for row in incoming:
        per_citizen[row["number"], row["channel"]].append(row)
    for said in everybody:
        mine = per_citizen[said.number, said.channel]
        order = [row["provider_id"] for row in mine if row["provider_id"] in set(said.sids)]
        if order != said.sids:
            found.append(f"{said.number} ({said.channel}): said {said.sids}, stored {order}")
        moments = [row["handled_at"] for row in mine if row["handled_at"]]
        if moments != sorted(moments) and not clock_moved:
            found.append(f"{said.number} ({said.channel}): handled in another order than it was said")
    return found


def _answered(everybody: Sequence[Said], incoming: Sequence[Row], outgoing: Sequence[Row]) -> list[str]:
    """After the last thing that a citizen said, we said something; who waits for a human is not answered each time."""
    last_said: dict[Citizen, int] = {}
    last_answer: dict[Citizen, int] = {}
    with_the_bot = [row for row in incoming if row["state"] == "bot"]
    for rows_of, last in ((with_the_bot, last_said), (outgoing, last_answer)):
        for row in rows_of:
            key = row["number"], row["channel"]
            last[key] = max(last.get(key, 0), row["seq"])
    return [
        f"{said.number} ({said.channel}): no answer after the last message"
        for said in everybody if last_answer.get((said.number, said.channel), 0) < last_said.get((said.number, said.channel), 0)
    ]


def _outgoing(outgoing: Sequence[Row], parts: Sequence[Row], messages: Sequence[Row]) -> list[str]:
    """Each answer arrived once, or is shown as failed; nothing arrived that is not ours."""
    found: list[str] = []
    sent: dict[str, list[Row]] = defaultdict(list)
    for message in messages:
        if message["direction"] == "outbound-api":
            sent[parse_qs(urlsplit(message["callback"]).query).get("m", [""])[0]].append(message)
    known = {row["id"] for row in parts}
    found += [f"{len(those)} messages at the provider belong to nothing in the store ({name})"
              for name, those in sent.items() if name not in known]
    of_message: dict[int, list[Row]] = defaultdict(list)
    for part in parts:
        of_message[part["message_id"]].append(part)
        arrived = [one["sid"] for one in sent.get(part["id"], []) if one["status"] not in NOT_ARRIVED]
        if len(arrived) > 1:
            found.append(f"part {part['part']} of message {part['message_id']} was sent {len(arrived)} times")
        if arrived and part["sid"] not in arrived:
            found.append(f"part {part['part']} of message {part['message_id']} is known by {part['sid']}, arrived as {arrived}")
    for row in outgoing:
        if row["state"] == "held":
            continue  # waits until the citizen asks for it, and is shown so
        mine = of_message.get(row["id"], [])
        there = [any(one["status"] in ARRIVED for one in sent.get(part["id"], [])) for part in mine]
        if row["delivery"] in ARRIVED and not (mine and all(there)):
            found.append(f"message {row['id']} is shown as {row['delivery']} and did not arrive")
        elif row["delivery"] == "failed" and mine and all(there):
            found.append(f"message {row['id']} is shown as failed and did arrive")
        elif row["delivery"] not in ARRIVED | {"failed"}:
            found.append(f"message {row['id']} is still {row['delivery']}")
    return found

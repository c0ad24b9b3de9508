"""What came of it, from the fake's log and the store alone: of the code that it judges it uses only what opens a sealed field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.stored import Row, rows
from benchmarks.telephone.citizens import Said
from benchmarks.turns import repeats, turns, unasked

FROM = """
from message m join conversation c on c.id = m.conversation_id join partner_address a on a.id = c.address
left join outbox o on o.message_id = m.id
where m.author <> 'note' and m.channel in ('sms', 'whatsapp') order by a.id, m.seq
"""
UNDER_WAY = f"select m.author, m.handled_at, m.delivery, o.state, a.number, a.channel {FROM}"
MESSAGES = f"""
select m.id, m.provider_id, m.conversation_id, m.seq, m.author, m.text, m.epoch, m.handled_at, m.together, m.created_at,
  m.delivery, o.state, a.number, a.channel {FROM}
"""
STEPS = "select conversation_id, from_state, to_state, epoch, actor, at from transition order by conversation_id, id"
ACCEPTED = "select count(*) as waiting from accepted_message"
PARTS = "select id, message_id, part, sid, state from provider_message"
ARRIVED, NOT_ARRIVED = {"delivered", "read"}, {"undelivered", "failed"}

Citizen = tuple[str, str]
"""Number and channel."""


def _of(citizens: set[Citizen], found: Sequence[Row]) -> list[Row]:
    return [row for row in found if (row["number"], row["channel"]) in citizens]


def waiting(database: Path, citizens: set[Citizen]) -> int:
    """How many messages of these citizens are not handled, and how many answers to them are not settled yet; and how many
    messages are accepted only, of whoever: that passes in a moment."""
    mine = _of(citizens, rows(database, UNDER_WAY))
    incoming = sum(row["author"] == "citizen" and row["handled_at"] is None for row in mine)
    outgoing = sum(
        row["author"] != "citizen"
        and (row["state"] == "pending" or (row["state"] != "held" and row["delivery"] in ("pending", "sent"))) for row in mine
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
    stored, steps = _of(citizens, rows(database, MESSAGES)), defaultdict[str, list[Row]](list)
    for step in rows(database, STEPS):
        steps[step["conversation_id"]].append(step)
    in_time = [row for row in stored if last is None or row["id"] <= last]
    incoming, outgoing = ([row for row in in_time if (row["author"] == "citizen") is theirs] for theirs in (True, False))
    return [
        *_incoming(everybody, accepted & sids, incoming, clock_moved),
        *_answered(stored, steps, {row["id"] for row in in_time}),
        *_introduced(stored),
        *_outgoing(outgoing, rows(database, PARTS), messages),
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


def _answered(stored: Sequence[Row], steps: Mapping[str, Sequence[Row]], in_time: set[int]) -> Iterator[str]:
    """What a citizen said while the bot had the conversation is answered once. That it takes longer may be said beside that."""
    per_conversation: dict[str, list[Row]] = defaultdict(list)
    for row in stored:
        per_conversation[row["conversation_id"]].append(row)
    for conversation, messages in per_conversation.items():
        who, found = f"{messages[0]['number']} ({messages[0]['channel']})", turns(messages, steps[conversation])
        for turn in found:
            if turn.due and not turn.answer and turn.asked[-1]["id"] in in_time:
                yield f"{who}: {turn} was not answered"
            if repeats(turn):
                yield f"{who}: the answer to {turn} says the same twice"
        for row in unasked(messages, found):
            if row["id"] in in_time:
                yield f"{who}: {row['seq']} of the bot is an answer too many"


def _introduced(stored: Sequence[Row]) -> Iterator[str]:
    """Who writes for the first time hears at once who we are, and never again.

    What is said at once is stored with the words that it follows, so it has their moment; the words are handled after that, but
    for those that need no more (a rating).
    """
    per_citizen: dict[Citizen, list[Row]] = defaultdict(list)
    for row in stored:
        per_citizen[row["number"], row["channel"]].append(row)
    for (number, channel), messages in per_citizen.items():
        words = [row for row in messages if row["author"] == "citizen" and row["handled_at"] != row["created_at"]]
        came = {row["created_at"]: row["seq"] for row in words}
        told = [came[row["created_at"]] for row in messages if row["author"] == "system" and row["created_at"] in came]
        if words and told != [words[0]["seq"]]:
            yield f"{number} ({channel}): was told who we are after {told}, first wrote {words[0]['seq']}"


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

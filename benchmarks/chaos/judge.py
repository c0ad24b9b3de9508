"""What is wrong, from the diaries and the database by plain SQL: of the code that it judges it uses only what opens a text."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.chaos.diary import DeskDiary, Diary
from loket.store.field_keys import field_keys

LOST, DOUBLED, REORDERED, BOT_AFTER_TAKEOVER, TWO_OWNERS = "lost", "doubled", "reordered", "bot after takeover", "two owners"
SINS = (LOST, DOUBLED, REORDERED, BOT_AFTER_TAKEOVER, TWO_OWNERS)

WITH_HUMAN = ("claimed", "second_line_pending")
MESSAGES = """
select m.id, m.conversation_id, m.seq, m.author, m.author_id, m.channel, m.provider_id, m.text, m.epoch, m.handled_at, m.delivery
from message m order by m.conversation_id, m.seq
"""
CONVERSATIONS = "select id, channel, address, state, epoch, owner_id, pending, last_seq, follows from conversation"
TRANSITIONS = "select conversation_id, from_state, to_state, epoch, actor from transition order by conversation_id, id"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """Something that must never happen."""

    sin: str
    what: str

    def __str__(self) -> str:
        return f"{self.sin}: {self.what}"


@dataclass(frozen=True)
class Store:
    """The database as plain rows."""

    conversations: dict[str, Row]
    messages: dict[str, list[Row]]
    transitions: dict[str, list[Row]]

    @classmethod
    def read(cls, database: Path, without: frozenset[str] = frozenset()) -> Store:
        """Everything in a SQLite file, but for these conversations: they were there before."""
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            connection.row_factory = sqlite3.Row
            found = {name: [dict(row) for row in connection.execute(statement)] for name, statement in
                     (("c", CONVERSATIONS), ("m", MESSAGES), ("t", TRANSITIONS))}
        connection.close()
        for message in found["m"]:
            message["text"] = field_keys().open(message["text"])
        conversations = {row["id"]: row for row in found["c"] if row["id"] not in without}
        return cls(conversations, _by_conversation(found["m"]), _by_conversation(found["t"]))

    def chain(self, session: str) -> list[str]:
        """The conversations of one browser, oldest first: each follows the one before it."""
        mine = {row["id"]: row["follows"] for row in self.conversations.values() if row["address"] == session}
        ids = [one for one, follows in mine.items() if follows not in mine]
        while following := [one for one, follows in mine.items() if follows == ids[-1:][0]] if ids else []:
            ids += following
        return ids


def _by_conversation(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["conversation_id"]].append(row)
    return found


def problems(store: Store, citizens: Sequence[Diary], desks: DeskDiary) -> list[Problem]:
    """Everything that is wrong; empty when all is well."""
    found = [problem for diary in citizens for problem in _citizen(store, diary)]
    for conversation in store.conversations.values():
        earlier = store.conversations.get(conversation["follows"] or "", {"last_seq": 0})
        messages, transitions = store.messages[conversation["id"]], store.transitions[conversation["id"]]
        found += _numbers(conversation, messages, earlier["last_seq"])
        found += _ended(conversation, messages, transitions)
        found += _owners(conversation, messages, transitions)
    return found + list(_desks(store, desks))


# -- what citizens sent and saw --------------------------------------------------------------------------------------


def _citizen(store: Store, diary: Diary) -> Iterator[Problem]:
    who = f"citizen {diary.session[:8]}"
    ids = store.chain(diary.session)
    stored = [row for one in ids for row in store.messages[one]]
    mine: dict[str, list[Row]] = defaultdict(list)
    for row in stored:
        if row["author"] == "citizen":
            mine[str(row["provider_id"]).partition(":")[2]].append(row)
    for said in diary.said:
        rows = mine[said.id]
        if said.accepted and not rows:
            yield Problem(LOST, f"{who}: {said.text!r} was accepted and is not in the store")
        elif said.accepted and (stands := (rows[0]["seq"], rows[0]["text"])) != (said.seq, said.text):
            yield Problem(LOST, f"{who}: {said.text!r} was accepted as {said.seq}, stored is {stands}")
        if len(rows) > 1:
            yield Problem(DOUBLED, f"{who}: {said.text!r} is {len(rows)} times in the store")
    yield from _order_of_sending(who, diary)
    yield from _shown(who, diary, stored)
    yield from _answers(who, stored)


def _order_of_sending(who: str, diary: Diary) -> Iterator[Problem]:
    """What was accepted before something else was sent for the first time, comes before it; and so on one connection."""
    accepted = sorted((said for said in diary.said if said.accepted), key=lambda said: said.seq)
    for number, later in enumerate(accepted):
        for earlier in accepted[:number]:
            if later.accepted < min(moment for _, moment in earlier.sent):
                yield Problem(REORDERED, f"{who}: {earlier.text!r} stands before {later.text!r}, which was accepted before")


def _shown(who: str, diary: Diary, stored: Sequence[Row]) -> Iterator[Problem]:
    """Each connection shows what is stored, from where it said to be, in order and once; together they show everything."""
    there = {row["seq"]: row for row in stored if row["author"] != "note"}
    last: dict[int, int] = dict(diary.after)
    for shown in diary.shown:
        row = there.get(shown.seq)
        if row is None or (row["author"], row["text"]) != (shown.author, shown.text):
            yield Problem(LOST, f"{who}: saw {shown.seq} {shown.text[:40]!r}, which is not what is stored")
        if shown.seq == last[shown.connection]:
            yield Problem(DOUBLED, f"{who}: saw {shown.seq} twice over one connection")
        elif shown.seq < last[shown.connection]:
            yield Problem(REORDERED, f"{who}: saw {shown.seq} after {last[shown.connection]}")
        last[shown.connection] = shown.seq
    unseen = set(there) - {shown.seq for shown in diary.shown}
    if unseen:
        yield Problem(LOST, f"{who}: never saw {sorted(unseen)}")


def _answers(who: str, stored: Sequence[Row]) -> Iterator[Problem]:
    """No question was answered twice: every question of ours has an answer of its own, which no other has."""
    asked = Counter(row["text"] for row in stored if row["author"] == "citizen")
    said = Counter(row["text"] for row in stored if row["author"] == "bot")
    most = max(asked.values(), default=1)
    for text, count in said.items():
        if count > most:
            yield Problem(DOUBLED, f"{who}: the bot said {count} times {text[:50]!r}")


# -- what is stored --------------------------------------------------------------------------------------------------


def _name(conversation: Row) -> str:
    return f"conversation {conversation['id'][:8]}"


def _numbers(conversation: Row, messages: Sequence[Row], before: int) -> Iterator[Problem]:
    """Messages are numbered without gaps or repeats, from where the conversation before it stopped."""
    seqs = [row["seq"] for row in messages]
    if seqs != list(range(before + 1, conversation["last_seq"] + 1)):
        sin = DOUBLED if len(set(seqs)) < len(seqs) else LOST
        yield Problem(sin, f"{_name(conversation)}: counted from {before + 1} to {conversation['last_seq']}, has {seqs}")
    epochs = [row["epoch"] for row in messages]
    if epochs != sorted(epochs):
        yield Problem(REORDERED, f"{_name(conversation)}: the epochs of its messages are {epochs}")


def _ended(conversation: Row, messages: Sequence[Row], transitions: Sequence[Row]) -> Iterator[Problem]:
    """Every message of a citizen was handled; who has only talked with the bot got one answer to each."""
    for row in messages:
        if row["author"] == "citizen" and row["handled_at"] is None:
            yield Problem(LOST, f"{_name(conversation)}: {row['seq']} was never handled")
    if conversation["pending"]:
        yield Problem(LOST, f"{_name(conversation)}: {conversation['pending']} messages still count as waiting")
    authors = [row["author"] for row in messages if row["author"] != "note"]
    if conversation["state"] == "bot" and authors[-1:] == ["citizen"]:
        yield Problem(LOST, f"{_name(conversation)}: its last message was answered by nobody")
    if conversation["channel"] == "web" and not transitions and "citizen" in authors:
        talk = authors[authors.index("citizen"):]
        asked, answered = talk.count("citizen"), talk.count("bot")
        if asked != answered:
            sin = LOST if answered < asked else DOUBLED
            yield Problem(sin, f"{_name(conversation)}: {asked} questions, {answered} answers of the bot")


def _owners(conversation: Row, messages: Sequence[Row], transitions: Sequence[Row]) -> Iterator[Problem]:
    """One owner at each moment: epochs count the steps, and who speaks is who has it. No desk here transfers."""
    name = _name(conversation)
    epochs = [row["epoch"] for row in transitions]
    if epochs != list(range(1, len(epochs) + 1)) or conversation["epoch"] != len(epochs):
        yield Problem(TWO_OWNERS, f"{name}: is at epoch {conversation['epoch']}, its steps are {epochs}")
    state, owner = {0: "bot"}, dict[int, str | None]({0: None})
    for row in transitions:
        before = row["epoch"] - 1
        if row["from_state"] != state.get(before):
            yield Problem(TWO_OWNERS, f"{name}: step {row['epoch']} is from {row['from_state']}, it was {state.get(before)}")
        state[row["epoch"]] = row["to_state"]
        taken = row["to_state"] == "claimed" and row["from_state"] not in WITH_HUMAN
        kept = row["to_state"] in (*WITH_HUMAN, "closed")
        owner[row["epoch"]] = row["actor"] if taken and row["from_state"] != "closed" else owner.get(before) if kept else None
    for row in messages:
        if row["author"] == "bot" and state.get(row["epoch"]) in WITH_HUMAN:
            yield Problem(BOT_AFTER_TAKEOVER, f"{name}: {row['seq']} is of the bot, while a human had it")
        if row["author"] == "human" and row["author_id"] != owner.get(row["epoch"]):
            yield Problem(TWO_OWNERS, f"{name}: {row['seq']} is of {row['author_id']}, the owner was {owner.get(row['epoch'])}")


# -- what desks did and saw ------------------------------------------------------------------------------------------


def _desks(store: Store, desks: DeskDiary) -> Iterator[Problem]:
    won: dict[tuple[str, int], str] = {}
    for claim in desks.claims:
        name = _name(store.conversations[claim.conversation])
        if won.setdefault((claim.conversation, claim.epoch), claim.member) != claim.member:
            yield Problem(TWO_OWNERS, f"{name}: two desks won it at epoch {claim.epoch}")
        step = [row for row in store.transitions[claim.conversation] if row["epoch"] == claim.epoch + 1]
        if [(row["to_state"], row["actor"]) for row in step] != [("claimed", claim.member)]:
            yield Problem(TWO_OWNERS, f"{name}: a desk won it at epoch {claim.epoch}, stored is {step}")
    for answer in desks.answers:
        rows = [row for row in store.messages[answer.conversation] if row["author"] == "human" and row["text"] == answer.text]
        stands = [(row["seq"], row["author_id"]) for row in rows]
        if stands != [(answer.seq, answer.member)]:
            sin, name = DOUBLED if len(rows) > 1 else LOST, _name(store.conversations[answer.conversation])
            yield Problem(sin, f"{name}: {answer.text!r} was kept as {answer.seq}, stored is {stands}")
    author = {(row["conversation_id"], row["seq"]): row["author"] for rows in store.messages.values() for row in rows}
    for conversation, seq, who in set(desks.seen):
        if author.get((conversation, seq)) != who:
            yield Problem(LOST, f"conversation {conversation[:8]}: a desk saw {seq} of {who}, which is not stored")

"""What is wrong, from the diaries and the database by plain SQL: of the code that it judges it uses only what opens a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chaos.citizens import QUESTIONS
from benchmarks.chaos.diary import Answer, Claim, DeskDiary, Diary, Opened
from benchmarks.stored import Row, rows
from benchmarks.turns import turns, unasked

LOST, DOUBLED, REORDERED, BOT_AFTER_TAKEOVER, TWO_OWNERS = "lost", "doubled", "reordered", "bot after takeover", "two owners"
SINS = (LOST, DOUBLED, REORDERED, BOT_AFTER_TAKEOVER, TWO_OWNERS)

WITH_HUMAN = ("claimed", "second_line_pending")
MESSAGES = """
select id, conversation_id, seq, author, author_id, provider_id, text, epoch, handled_at, together, created_at
from message order by conversation_id, seq
"""
CONVERSATIONS = "select id, channel, address, state, epoch, owner_id, pending, last_seq, follows from conversation"
TRANSITIONS = "select conversation_id, from_state, to_state, epoch, actor, at from transition order by conversation_id, id"


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
        conversations = {row["id"]: row for row in rows(database, CONVERSATIONS) if row["id"] not in without}
        return cls(conversations, _by_conversation(rows(database, MESSAGES)), _by_conversation(rows(database, TRANSITIONS)))

    def chain(self, session: str) -> list[str]:
        """The conversations of one browser, oldest first: each follows the one before it."""
        mine = {row["id"]: row["follows"] for row in self.conversations.values() if row["address"] == session}
        ids = [one for one, follows in mine.items() if follows not in mine]
        while following := [one for one, follows in mine.items() if follows == ids[-1:][0]] if ids else []:
            ids += following
        return ids

    def thread(self, conversation: str) -> list[Row]:
        """The messages of a conversation, and of those that it follows, in order."""
        follows = self.conversations.get(conversation, {"follows": None})["follows"]
        return (self.thread(follows) if follows else []) + self.messages[conversation]


def _by_conversation(every: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in every:
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
        there = mine[said.id]
        if not said.accepted:
            yield Problem(LOST, f"{who}: {said.text!r} was sent {len(said.sent)} times and never accepted")
        elif not there:
            yield Problem(LOST, f"{who}: {said.text!r} was accepted and is not in the store")
        elif (stands := (there[0]["seq"], there[0]["text"])) != (said.seq, said.text):
            yield Problem(LOST, f"{who}: {said.text!r} was accepted as {said.seq}, stored is {stands}")
        if len(there) > 1:
            yield Problem(DOUBLED, f"{who}: {said.text!r} is {len(there)} times in the store")
    yield from _order_of_sending(who, diary)
    yield from _shown(who, diary, stored)
    yield from _answers(who, store, ids)


def _order_of_sending(who: str, diary: Diary) -> Iterator[Problem]:
    """What was accepted before something else was sent for the first time, comes before it."""
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


def _answers(who: str, store: Store, ids: Sequence[str]) -> Iterator[Problem]:
    """Every question of ours has an answer of its own: the same words to two of them were meant for one."""
    asked: dict[str, set[str]] = defaultdict(set)
    for one in ids:
        for turn in turns(store.messages[one], store.transitions[one]):
            if not turn.hands_over:  # with the words that a human comes
                for row in turn.answer:
                    asked[row["text"]] |= {said["text"] for said in turn.asked} & set(QUESTIONS)
    for text, questions in asked.items():
        if len(questions) > 1:
            yield Problem(DOUBLED, f"{who}: {text[:50]!r} is the answer to {sorted(questions)}")


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
    """Every message of a citizen was handled; at the web chat what was said to the bot has one answer, of one message."""
    name = _name(conversation)
    for row in messages:
        if row["author"] == "citizen" and row["handled_at"] is None:
            yield Problem(LOST, f"{name}: {row['seq']} was never handled")
    if conversation["pending"]:
        yield Problem(LOST, f"{name}: {conversation['pending']} messages still count as waiting")
    if conversation["channel"] != "web":
        return  # benchmarks.telephone.checker
    found = turns(messages, transitions)
    for turn in found:
        said = sum(row["author"] == "bot" for row in turn.answer)
        if said > 1 or (turn.due and said == 0):
            yield Problem(DOUBLED if said else LOST, f"{name}: {turn} has {said} answers of the bot")
    for row in unasked(messages, found):
        yield Problem(DOUBLED, f"{name}: {row['seq']} of the bot is an answer too many")


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
    stands, steps_say = (conversation["state"], conversation["owner_id"]), (state.get(len(epochs)), owner.get(len(epochs)))
    if stands != steps_say:
        yield Problem(TWO_OWNERS, f"{name}: stands as {stands}, by its steps it is {steps_say}")
    for row in messages:
        if row["author"] == "bot" and state.get(row["epoch"]) in WITH_HUMAN:
            yield Problem(BOT_AFTER_TAKEOVER, f"{name}: {row['seq']} is of the bot, while a human had it")
        if row["author"] == "human" and row["author_id"] != owner.get(row["epoch"]):
            yield Problem(TWO_OWNERS, f"{name}: {row['seq']} is of {row['author_id']}, the owner was {owner.get(row['epoch'])}")


# -- what desks did and saw ------------------------------------------------------------------------------------------


def _desks(store: Store, desks: DeskDiary) -> Iterator[Problem]:
    won: dict[tuple[str, int], str] = {}
    for claim in desks.claims:
        if won.setdefault((claim.conversation, claim.epoch), claim.member) != claim.member:
            name = _name(store.conversations[claim.conversation])
            yield Problem(TWO_OWNERS, f"{name}: two desks won it at epoch {claim.epoch}")
        yield from _claim(store, claim)
    for answer in desks.answers:
        yield from _answer(store, answer)
    for opened in desks.opened:
        yield from _opened(store, opened)
    author = {(row["conversation_id"], row["seq"]): row["author"] for there in store.messages.values() for row in there}
    for conversation, seq, who in set(desks.seen):
        if author.get((conversation, seq)) != who:
            yield Problem(LOST, f"conversation {conversation[:8]}: a desk saw {seq} of {who}, which is not stored")


def _claim(store: Store, claim: Claim) -> Iterator[Problem]:
    step = [row for row in store.transitions[claim.conversation] if row["epoch"] == claim.epoch + 1]
    if [(row["to_state"], row["actor"]) for row in step] != [("claimed", claim.member)]:
        name = _name(store.conversations[claim.conversation])
        yield Problem(TWO_OWNERS, f"{name}: a desk won it at epoch {claim.epoch}, stored is {step}")


def _answer(store: Store, answer: Answer) -> Iterator[Problem]:
    there = [row for row in store.messages[answer.conversation] if row["author"] == "human" and row["text"] == answer.text]
    stands = [(row["seq"], row["author_id"]) for row in there]
    if stands != [(answer.seq, answer.member)]:
        sin, name = DOUBLED if len(there) > 1 else LOST, _name(store.conversations[answer.conversation])
        yield Problem(sin, f"{name}: {answer.text!r} was kept as {answer.seq}, stored is {stands}")


def _opened(store: Store, opened: Opened) -> Iterator[Problem]:
    """A desk that opens a conversation sees what is stored, once and in order, at least up to what it knew of.

    What came live is not judged so: bells may get lost, and ring twice (ADR 0002).
    """
    name, seqs = f"conversation {opened.conversation[:8]}", [seq for seq, _, _ in opened.messages]
    own = store.messages[opened.conversation]
    first, last = min([own[0]["seq"], *seqs]), max([opened.known, *seqs])  # of long threads the beginning is left out
    stored = tuple((row["seq"], row["author"], row["text"]) for row in store.thread(opened.conversation)
                   if first <= row["seq"] <= last)
    if opened.messages != stored:
        sin = DOUBLED if len(set(seqs)) < len(seqs) else REORDERED if seqs != sorted(seqs) else LOST
        yield Problem(sin, f"{name}: a desk was shown {seqs}, stored is {[seq for seq, _, _ in stored]}")

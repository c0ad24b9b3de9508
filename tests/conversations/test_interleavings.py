"""Whatever happens in whatever order, and whoever dies: one owner, one numbering, nothing lost, nothing answered twice.

Hypothesis makes up what two processes, a citizen and two members of staff do with one conversation, over the real store. After
each step the database must be right, and in the end every message that was accepted is answered or at a human.
"""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from loket.answers.compose import Composer
from loket.conversations.bursts import Work
from loket.conversations.desk import Outcome, TooLate
from loket.conversations.desk_acts import NotYours
from loket.conversations.leases import LEASE
from loket.conversations.model import Author, HandOff, Rendered
from loket.conversations.ownership import Changed
from loket.conversations.states import IllegalStep
from loket.handoff.access import NoAccess
from loket.handoff.transfer import COLLEAGUE, NotForYou
from loket.identity.member import Member
from loket.store.clock import SKEW
from loket.store.schema import Conversation
from tests.conversations.house import House, Rows, rows_of
from tests.desk.conftest import FATIMA, SANNE

NO = (Changed, IllegalStep, NotYours, NotForYou, NoAccess, TooLate)
"""How the desk refuses: somebody else was first, or it is not possible now."""

STEPS = {
    "bot": {"queued", "claimed", "closed"},
    "queued": {"claimed", "bot", "closed"},
    "claimed": {"claimed", "second_line_pending", "queued", "bot", "closed"},
    "second_line_pending": {"claimed", "queued", "closed"},
    "closed": {"claimed"},
}
"""The steps of design section 4, without calling back."""

HUMAN = ("claimed", "second_line_pending")
EITHER, RARELY = st.integers(0, 1), st.sampled_from([False, False, False, True])
BEHIND = RARELY.map(int)
"""How old the picture is that a desk acts on, in epochs."""


class Life(RuleBasedStateMachine):
    """One conversation, with what follows it."""

    house: ClassVar[House]
    now: Conversation

    @initialize()
    def begin(self) -> None:
        """A citizen opens the page; the conversation is for a team, so its members may claim it from the bot too."""
        self.ids = [self.house.do(self._open())]
        self.sent: dict[str, tuple[str, int]] = {}
        self.works: list[tuple[int, Work]] = []
        self.owners: dict[tuple[str, int], str | None] = {}

    async def _open(self) -> str:
        store, inbox = self.house.stores[0], self.house.processes[0].inbox
        async with store.write() as session:
            conversation = await inbox.open(session, "web", str(uuid.uuid4()))
            conversation.team = "loket"
            return conversation.id

    # -- the citizen ---------------------------------------------------------------------------------------------

    @rule(process=EITHER, taken=st.booleans())
    def the_citizen_speaks(self, process: int, taken: bool) -> None:
        """It is accepted, by either process, which may begin with it at once."""
        self._accepted(process, str(uuid.uuid4()))
        if taken:
            self._takes_work(process)

    @precondition(lambda self: self.sent)
    @rule(process=EITHER, which=st.integers(0, 9))
    def what_was_sent_comes_again(self, process: int, which: int) -> None:
        """It is stored once, and where it was; whoever looks around then finds what another left."""
        self._accepted(process, list(self.sent)[which % len(self.sent)])
        self._takes_work(process)

    def _accepted(self, process: int, provider_id: str) -> None:
        received = self.house.do(self.house.processes[process].receive(self.ids[-1], "Hallo", provider_id))
        assert received.duplicate == (provider_id in self.sent)
        where = received.conversation_id, received.seq
        assert self.sent.setdefault(provider_id, where) == where
        if received.conversation_id not in self.ids:
            self.ids.append(received.conversation_id)

    # -- the bot -------------------------------------------------------------------------------------------------

    def _takes_work(self, process: int) -> None:
        """Of two processes one has it, as long as the lease lasts."""
        work = self.house.do(self.house.processes[process].inbox.take(self.ids[-1]))
        if work is not None:
            self.works.append((process, work))
            assert self.house.do(self.house.processes[1 - process].inbox.take(self.ids[-1])) is None

    @precondition(lambda self: self.works)
    @rule(which=st.integers(0, 9), hand_off=st.sampled_from([False, False, True]))
    def an_answer_comes(self, which: int, hand_off: bool) -> None:
        """Perhaps very late."""
        process, work = self.works.pop(which % len(self.works))
        self.house.do(self._settle(process, work, HandOff("human") if hand_off else None))

    async def _settle(self, process: int, work: Work, handoff: HandOff | None = None) -> None:
        of_bot = work.conversation.state == "bot"
        replies = [Rendered(f"Antwoord op {work.message.seq}")] if of_bot else []
        await self.house.processes[process].inbox.settle(work, replies, {"uitkomst": "mens"}, None, handoff if of_bot else None)

    @rule(dies=st.sampled_from([None, 0, 1]), seconds=st.sampled_from([0.0, 5.0, LEASE.total_seconds() + 1, 3600.0, -3600.0]))
    def time_passes(self, dies: int | None, seconds: float) -> None:
        """Or the clock is put back; or a process dies, and what it had in hand is lost with it."""
        self.house.clock.turn(seconds=seconds)
        if dies is not None:
            self.house.dies(dies)
            self.works = [(number, work) for number, work in self.works if number != dies]

    # -- the desk ------------------------------------------------------------------------------------------------

    def _member(self, other: bool) -> Member:
        """Who has it, or the other one."""
        return SANNE if (self.now.owner_id == SANNE.id) is not other else FATIMA

    def _desk(self, act: Callable[[int], Coroutine[Any, Any, object]], behind: int = 0) -> bool:
        """Act on the conversation as it was so many epochs ago; False when the desk says no."""
        epoch = self.now.epoch
        try:
            self.house.do(act(max(epoch - behind, 0)))
        except NO:
            return False
        assert behind == 0 or epoch == 0, "acted on a picture that was out of date"
        return True

    @precondition(lambda self: self.now.state == "queued" or (self.now.state == "bot" and self.works))
    @rule(process=EITHER, other=RARELY, behind=BEHIND)
    def a_desk_claims(self, process: int, other: bool, behind: int) -> None:
        """From the queue, or from the bot while it thinks. A picture that is out of date wins nothing."""
        self._desk(lambda epoch: self.house.desks[process].claim(self.ids[-1], self._member(other), epoch), behind)

    @precondition(lambda self: self.now.state == "queued")
    @rule()
    def two_desks_claim_at_once(self) -> None:
        """One at most wins."""
        async def both() -> list[object]:
            one, two = self.house.desks
            claims = one.claim(self.ids[-1], FATIMA, self.now.epoch), two.claim(self.ids[-1], SANNE, self.now.epoch)
            return list(await asyncio.gather(*claims, return_exceptions=True))

        results = self.house.do(both())
        assert results.count(None) <= 1 and all(result is None or isinstance(result, NO) for result in results)

    @precondition(lambda self: self.now.state in HUMAN)
    @rule(process=EITHER, other=RARELY)
    def a_desk_speaks(self, process: int, other: bool) -> None:
        """Only the owner can."""
        desk, member = self.house.desks[process], self._member(other)
        assert self._desk(lambda _: desk.say(self.ids[-1], member, str(uuid.uuid4()), "Dag")) != other

    @precondition(lambda self: self.now.state not in ("bot", "closed"))
    @rule(other=RARELY, behind=BEHIND, how=st.sampled_from(["return", "return", "requeue", "close"]))
    def a_desk_lets_go(self, other: bool, behind: int, how: str) -> None:
        """Back to the bot, to the queue, or closed."""
        desk, conversation, member = self.house.desks[0], self.ids[-1], self._member(other)
        acts: dict[str, Callable[[int], Coroutine[Any, Any, object]]] = {
            "return": lambda epoch: desk.return_to_bot(conversation, member, epoch, "klaar"),
            "requeue": lambda epoch: desk.requeue(conversation, member, epoch),
            "close": lambda epoch: desk.close(conversation, member, epoch, Outcome.ANSWERED, ""),
        }
        self._desk(acts[how], behind)

    @precondition(lambda self: self.now.state == "closed")
    @rule(other=RARELY, behind=BEHIND)
    def a_desk_undoes_closing(self, other: bool, behind: int) -> None:
        """Shortly after it, and only who closed it."""
        self._desk(lambda epoch: self.house.desks[1].reopen(self.ids[-1], self._member(other), epoch), behind)

    @precondition(lambda self: self.now.state in HUMAN)
    @rule(behind=BEHIND, how=st.sampled_from(["offer", "accept", "refuse", "withdraw"]))
    def a_desk_gives_on(self, behind: int, how: str) -> None:
        """To the colleague, who says yes or no."""
        transfers, conversation = self.house.transfers[0], self.ids[-1]
        member, colleague = self._member(False), self._member(True)
        acts: dict[str, Callable[[int], Coroutine[Any, Any, object]]] = {
            "offer": lambda epoch: transfers.offer(conversation, member, epoch, COLLEAGUE, colleague.id, ""),
            "accept": lambda epoch: transfers.accept(conversation, colleague, epoch),
            "refuse": lambda epoch: transfers.refuse(conversation, colleague, epoch, "Het is hier te druk"),
            "withdraw": lambda epoch: transfers.withdraw(conversation, member, epoch),
        }
        self._desk(acts[how], behind)

    # -- what must always be true --------------------------------------------------------------------------------

    async def _rows(self) -> Rows:
        return await rows_of(self.house.stores[0], self.ids)

    @invariant()
    def the_database_is_right(self) -> None:
        """Numbers, steps, owners and who spoke."""
        rows = self.house.do(self._rows())
        self.now = rows.conversations[-1]
        assert [m.seq for m in rows.messages] == list(range(1, rows.conversations[-1].last_seq + 1)), "a gap or a repeat"
        assert Counter(m.provider_id for m in rows.messages if m.author == Author.CITIZEN) == Counter(list(self.sent))
        for row in rows.conversations:
            steps = rows.transitions[row.id]
            assert [step.epoch for step in steps] == list(range(1, row.epoch + 1)), "a step that is not in the record"
            states = ["bot", *(step.to_state for step in steps)]
            assert states[-1] == row.state and [step.from_state for step in steps] == states[:-1]
            assert all(after in STEPS[before] for before, after in pairwise(states)), states
            assert row.state == "closed" or (row.owner_id is not None) == (row.state in HUMAN)
            assert self.owners.setdefault((row.id, row.epoch), row.owner_id) == row.owner_id, "two owners"
        for message in rows.messages:
            where = message.conversation_id, message.epoch
            if message.author == Author.BOT:
                assert rows.state_at(*where) not in HUMAN, "the bot spoke after a human took over"
            if message.author == Author.HUMAN:
                assert message.author_id == self.owners[where], "one who did not have it spoke"

    def teardown(self) -> None:
        """All that was accepted comes to its end, whoever died."""
        self.house.do(self._work_through())
        rows = self.house.do(self._rows())
        answers = Counter(m.text for m in rows.messages if m.author == Author.BOT)
        assert max(answers.values(), default=1) == 1, "answered twice"
        for message in rows.messages:
            if message.author != Author.CITIZEN:
                continue
            assert message.handled_at is not None
            states = [rows.state_at(message.conversation_id, epoch)
                      for epoch in range(message.epoch, len(rows.transitions[message.conversation_id]) + 1)]  # fmt: skip
            assert answers[f"Antwoord op {message.seq}"] == 1 or set(states) - {"bot"}, "answered by nobody"
        assert [row.pending for row in rows.conversations] == [0] * len(rows.conversations)

    async def _work_through(self) -> None:
        self.house.clock.turn(seconds=(LEASE + SKEW).total_seconds() + 1)
        inbox = self.house.processes[0].inbox
        assert set(self.ids) - set(await inbox.waiting(limit=10_000)) == {
            row.id for row in (await self._rows()).conversations if not row.pending
        }, "work that nobody finds"
        for conversation in self.ids:
            while (work := await inbox.take(conversation)) is not None:
                await self._settle(0, work)


@pytest.fixture(params=[("sqlite", 12), ("postgresql", 2)], ids=["sqlite", "postgresql"])
def house_and_lives(
    request: pytest.FixtureRequest, tmp_path: Path, redis_url: str, composer: Composer
) -> Iterator[tuple[House, int]]:
    """A house on a database of each kind, and how many lives to play in it."""
    kind, lives = request.param
    loop = asyncio.new_event_loop()
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "store.sqlite3")
        url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    else:
        server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("migrated_postgres")
        url = loop.run_until_complete(server.new_database(template=template))
    house = House(url, redis_url, composer)
    yield house, lives
    house.close()
    if kind == "postgresql":
        loop.run_until_complete(server.drop_database(url))
    loop.close()


def test_any_interleaving(house_and_lives: tuple[House, int]) -> None:
    Life.house, lives = house_and_lives
    run_state_machine_as_test(
        Life,
        settings=settings(max_examples=lives, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)),
    )

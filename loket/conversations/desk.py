"""What counter staff do with conversations. Each step is a compare-and-set: of two desks exactly one wins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loket.answers.compose import Composer, UnknownReference
from loket.bus import Bus
from loket.conversations.desk_acts import Acts
from loket.conversations.desk_acts import NotYours as NotYours
from loket.conversations.desk_lists import DeskLists
from loket.conversations.desk_lists import Detail as Detail
from loket.conversations.desk_lists import View as View
from loket.conversations.model import Author
from loket.conversations.ownership import Changed
from loket.conversations.rating_asked import RatingAsked
from loket.conversations.states import HUMAN_OWNED, State, Step
from loket.handoff.summary import Summariser
from loket.identity import audit
from loket.identity.member import Member as Member
from loket.store.desk import Mention
from loket.store.engine import Store
from loket.store.schema import Conversation, Message, Staff

UNDO = timedelta(seconds=30)
"""So long closing can be undone; until then the contact is not registered elsewhere."""

MAX_MENTIONS = 5


Keep = Callable[[AsyncSession, Message], Awaitable[object]]
"""What is done with a message in the transaction that stores it."""


class Outcome(StrEnum):
    """How a conversation ended."""

    ANSWERED = "answered"
    REFERRED = "referred"
    CALLBACK = "callback"
    COMPLAINT_REGISTERED = "complaint_registered"
    NO_ANSWER = "no_answer"
    OTHER = "other"


@dataclass(frozen=True)
class FollowUp:
    """What must still be done after closing, and before which day."""

    task: str = ""
    on: date | None = None


class NewWords(Exception):
    """The citizen said something that the member had not seen when deciding."""


class TooLate(Exception):
    """It can not be undone any more."""


class Desk(DeskLists):
    """The operations of the desk. `clock` is aware; every commit is followed by a bell.

    Every operation checks that the conversation is the member's work: access.NoAccess otherwise.
    """

    def __init__(
        self,
        store: Store,
        composer: Composer,
        summariser: Summariser,
        bus: Bus,
        mask: Callable[[str], str],
        clock: Callable[[], datetime],
        short: Callable[[str], bool],
        pushed: Callable[[str], bool] = lambda channel: False,
    ) -> None:
        super().__init__(store, clock)
        self.acts = Acts(store, composer, summariser, bus, mask, clock, short)
        self._ending = RatingAsked(composer, short, pushed)

    # -- steps ---------------------------------------------------------------------------------------------------

    async def claim(self, conversation_id: str, member: Member, epoch: int) -> None:
        """Take a conversation. Raises ownership.Changed (with who has it) and IllegalStep."""
        async with self.acts.acting(conversation_id, member) as (session, conversation):
            await self.acts.step(
                session,
                conversation,
                member,
                Step.CLAIM,
                epoch,
                "claimed",
                owner_id=member.id,
                owner_name=member.name,
                owner_organisation=member.organisation,
                team=conversation.team or min(member.teams, default=None),
            )
            organisation = self.acts.organisation_name(member)
            text = ("mens.verbonden", {"naam": member.name, "organisatie": organisation})
            await self.acts.tell(session, conversation, text)
        await self.acts.refresh_summary(conversation_id)

    async def requeue(self, conversation_id: str, member: Member, epoch: int) -> None:
        """Put one's own conversation back where it was in the queue. Raises NotYours, ownership.Changed and IllegalStep."""
        async with self.acts.own(conversation_id, member) as (session, conversation):
            queued_at = conversation.queued_at or self._clock()
            await self.acts.step(session, conversation, member, Step.REQUEUE, epoch, "requeued", queued_at=queued_at)
            await self.acts.tell(session, conversation, ("mens.terug_in_rij", {"naam": member.name}))

    async def return_to_bot(
        self, conversation_id: str, member: Member, epoch: int, reason: str, product: str | None = None, seen: int | None = None
    ) -> None:
        """Give a conversation back to the bot.

        Args:
            reason: for colleagues.
            product: what the bot must tell first, an id of the verwijsindex.
            seen: the last message that the member had seen.

        Raises NotYours, NewWords, ownership.Changed, IllegalStep, and UnknownReference for an unknown product.
        """
        async with self.acts.own(conversation_id, member) as (session, conversation):
            await _nothing_new(session, conversation, seen)
            await self.acts.step(session, conversation, member, Step.RETURN_TO_BOT, epoch, reason or "returned")
            await self.acts.tell(session, conversation, ("mens.terug_bij_computer", {"naam": member.name}))
            if product:
                await self._instruct(session, conversation, product)

    async def _instruct(self, session: AsyncSession, conversation: Conversation, product_id: str) -> None:
        """The bot begins with this product, and knows that it is what the conversation is about."""
        product = self.acts.directory.products.get(product_id)
        if product is None:
            raise UnknownReference(product_id)
        learned = {"product": product.id, "onderwerp": product.naam, "organisatie": product.organisaties[0]}
        conversation.facts = {**conversation.facts, **learned}
        conversation.topic, conversation.organisation = product.naam, product.organisaties[0]
        rendered = self.acts.composer.product(product, conversation.facts, self.acts.short(conversation))
        await self.acts.say_as(session, conversation, Author.BOT, rendered)

    async def close(
        self,
        conversation_id: str,
        member: Member,
        epoch: int,
        outcome: Outcome,
        note: str,
        follow_up: FollowUp | None = None,
        seen: int | None = None,
    ) -> None:
        """Close a conversation with an outcome. Raises NotYours, NewWords, ownership.Changed and IllegalStep."""
        todo = follow_up or FollowUp()
        closing = {
            "outcome": outcome.value,
            "note": self.acts.masked(note),
            "by": member.id,
            "at": self._clock().isoformat(),
            "task": self.acts.masked(todo.task),
            "on": todo.on.isoformat() if todo.on else None,
        }
        async with self.acts.own(conversation_id, member) as (session, conversation):
            await _nothing_new(session, conversation, seen)
            await self.acts.step(session, conversation, member, Step.CLOSE, epoch, f"closed: {outcome.value}", closing=closing)
            closed = self._ending.closing(conversation, outcome.value, "mens.gesloten", naam=member.name)
            await self.acts.say_as(session, conversation, Author.SYSTEM, closed)

    async def reopen(self, conversation_id: str, member: Member, epoch: int) -> None:
        """Undo one's own closing. Raises TooLate (after UNDO, or when the citizen has begun anew), NotYours and Changed."""
        async with self.acts.acting(conversation_id, member) as (session, conversation):
            closing = conversation.closing or {}
            if conversation.state != State.CLOSED.value:
                raise Changed(State(conversation.state), conversation.owner_name)
            if closing.get("by") != member.id or conversation.owner_id != member.id:
                raise NotYours(conversation.owner_name)
            follows = await session.scalar(select(Conversation.id).where(Conversation.follows == conversation_id))
            if follows is not None or self._clock() - datetime.fromisoformat(closing["at"]) > UNDO:
                raise TooLate
            await self.acts.step(session, conversation, member, Step.REOPEN, epoch, "reopened", closing=None)
            await self.acts.tell(session, conversation, ("mens.heropend", {"naam": member.name}))

    # -- words ---------------------------------------------------------------------------------------------------

    async def say(self, conversation_id: str, member: Member, client_id: str, text: str, keep: Keep | None = None) -> int:
        """A message of the owner to the citizen; the same client id is stored once. Raises NotYours.

        `keep` is awaited in the same transaction with the message, to keep a file with it.
        """
        async with self.acts.acting(conversation_id, member, step=False) as (session, conversation):
            known = await _known(session, conversation, member, client_id)
            if known is not None:
                return known
            if State(conversation.state) not in HUMAN_OWNED or conversation.owner_id != member.id:
                raise NotYours(conversation.owner_name)
            seq = await self.acts.append(session, conversation, member, Author.HUMAN, text, client_id)
            if keep is not None:
                said = select(Message).where(Message.conversation_id == conversation.id, Message.seq == seq)
                await keep(session, (await session.scalars(said)).one())
            return seq

    async def note(self, conversation_id: str, member: Member, client_id: str, text: str, mentions: Sequence[str] = ()) -> int:
        """An internal note; the citizen never gets it.

        `mentions` are ids of colleagues who are asked something: they may read the conversation from now on, and see it
        among what is asked of them until they answer with a note.
        """
        async with self.acts.acting(conversation_id, member, step=False) as (session, conversation):
            known = await _known(session, conversation, member, client_id)
            if known is not None:
                return known
            asked = set(await session.scalars(select(Staff.id).where(Staff.id.in_(list(mentions)[:MAX_MENTIONS])))) - {member.id}
            seq = await self.acts.append(session, conversation, member, Author.NOTE, text, client_id)
            await _settle_mentions(session, conversation_id, member, self._clock())
            for staff_id in sorted(asked):
                session.add(
                    Mention(
                        conversation_id=conversation_id,
                        seq=seq,
                        staff_id=staff_id,
                        by_id=member.id,
                        by_name=member.name,
                        created_at=self._clock(),
                    )
                )
        for staff_id in asked:
            self.acts.bus.publish({"kind": "mention", "conversation": conversation_id, "staff": staff_id})
        return seq

    async def put_aside(self, conversation_id: str, member: Member) -> None:
        """The member has seen what was asked, and has no answer to give."""
        async with self.acts.acting(conversation_id, member, step=False) as (session, _):
            await _settle_mentions(session, conversation_id, member, self._clock())
        self.acts.bus.publish({"kind": "queue", "conversation": conversation_id})

    async def record_reading(self, conversation: Conversation, member: Member) -> None:
        """Record that a member of staff sees what was found of cases in a conversation."""
        await audit.record_reading(self.store, conversation, member.organisation, member.id, self._clock())


async def _known(session: AsyncSession, conversation: Conversation, member: Member, client_id: str) -> int | None:
    provider_id = f"{member.id}:{client_id}"
    return await session.scalar(
        select(Message.seq).where(Message.channel == conversation.channel, Message.provider_id == provider_id)
    )


async def _nothing_new(session: AsyncSession, conversation: Conversation, seen: int | None) -> None:
    if seen is None:
        return
    newer = select(Message.id).where(Message.conversation_id == conversation.id, Message.seq > seen)
    if await session.scalar(newer.where(Message.author == Author.CITIZEN.value).limit(1)) is not None:
        raise NewWords


async def _settle_mentions(session: AsyncSession, conversation_id: str, member: Member, now: datetime) -> None:
    await session.execute(
        update(Mention)
        .where(Mention.conversation_id == conversation_id, Mention.staff_id == member.id, Mention.done_at.is_(None))
        .values(done_at=now)
        .execution_options(synchronize_session=False)
    )

"""The review list as staff use it: look, give the right answer, or put aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loket.conversations import journal
from loket.conversations.desk import Member
from loket.conversations.model import Author
from loket.directory import Directory
from loket.review.reasons import ABOUT_ORGANISATION, Reason
from loket.review.record import keep
from loket.store.engine import Store
from loket.store.schema import Message, Review
from loket.understanding.result import OUTCOMES

PAGE = 25
"""Rows on one page."""

MAX_ORGANISATIONS = 3
REVIEWERS = frozenset({"casemanager", "teamleider", "beheerder"})
"""Roles that may see the list and answer: it holds messages of conversations that are not one's own."""


class ReviewState(StrEnum):
    """How far a row is."""

    OPEN = "open"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


class NotAllowed(Exception):
    """The role of this member of staff does not give access to the review list."""


class UnknownReview(LookupError):
    """No row has this id, or no message of a citizen this number; it may be gone by retention."""


class Taken(Exception):
    """Someone else was first; `by` has the name, or is empty."""

    def __init__(self, by: str) -> None:
        super().__init__("another member of staff was first")
        self.by = by


class InvalidAnswer(ValueError):
    """An answer that names what does not exist or misses its organisation."""


@dataclass(frozen=True)
class Answer:
    """What a message really asked: an outcome of OUTCOMES, organisations (first the one to go to), a product."""

    uitkomst: str
    organisaties: tuple[str, ...] = ()
    product: str | None = None


@dataclass(frozen=True)
class Page:
    """A page of the list. `next` is where the following page begins, None at the end."""

    rows: list[Review]
    counts: dict[str, int]
    next: int | None


class ReviewList:
    """The operations on the list; each checks the role. `clock` is aware."""

    def __init__(self, store: Store, directory: Directory, clock: Callable[[], datetime]) -> None:
        self._store, self._directory, self._clock = store, directory, clock

    async def page(self, member: Member, state: ReviewState, after: int | None = None, limit: int = PAGE) -> Page:
        """Rows in a state: open ones oldest first, so that none is lost by retention unseen; others newest first.

        Raises NotAllowed.
        """
        _check(member)
        rising = state is ReviewState.OPEN
        query = select(Review).where(Review.state == state.value)
        if after is not None:
            query = query.where(Review.id > after if rising else Review.id < after)
        query = query.order_by(Review.id if rising else Review.id.desc()).limit(limit + 1)
        async with self._store.read() as session:
            rows = list(await session.scalars(query))
            found = (await session.execute(select(Review.state, func.count()).group_by(Review.state))).all()
        counts = {one.value: 0 for one in ReviewState} | {name: int(number) for name, number in found}
        return Page(rows[:limit], counts, rows[limit - 1].id if len(rows) > limit else None)

    async def answer(self, member: Member, review_id: int, answer: Answer, seen: ReviewState) -> Review:
        """Give the right answer to a row. Raises NotAllowed, InvalidAnswer, UnknownReview, and Taken when it is no
        longer in the state `seen` that the member had before its eyes."""
        _check(member)
        answer = self.checked(answer)
        async with self._store.write() as session:
            return await self._settle(session, member, review_id, answer, ReviewState.ANSWERED, seen)

    async def dismiss(self, member: Member, review_id: int, seen: ReviewState) -> Review:
        """Put a row aside: nothing can be learned from it. Raises NotAllowed, UnknownReview and Taken."""
        _check(member)
        async with self._store.write() as session:
            return await self._settle(session, member, review_id, None, ReviewState.DISMISSED, seen)

    async def correct(self, member: Member, conversation_id: str, seq: int, answer: Answer) -> Review:
        """Say what a message of the citizen really asked, from within the conversation.

        Raises NotAllowed, InvalidAnswer, and UnknownReview when `seq` is not a message that the citizen typed.
        """
        _check(member)
        answer = self.checked(answer)
        async with self._store.write() as session:
            ids = await journal.chain(session, conversation_id)
            message = await session.scalar(
                select(Message).where(
                    Message.conversation_id.in_(ids),
                    Message.seq == seq,
                    Message.author == Author.CITIZEN.value,
                    Message.payload.is_(None),
                )
            )
            if message is None:
                raise UnknownReview(f"{conversation_id} {seq}")
            await journal.locked(session, message.conversation_id)
            row = await keep(session, message, [Reason.CORRECTED], self._clock())
            return await self._settle(session, member, row.id, answer, ReviewState.ANSWERED, ReviewState(row.state))

    def checked(self, answer: Answer) -> Answer:
        """The answer, complete: without organisation those of the product. Raises InvalidAnswer."""
        product = self._directory.products.get(answer.product) if answer.product else None
        organisations = answer.organisaties or (product.organisaties if product else ())
        if answer.uitkomst not in OUTCOMES:
            raise InvalidAnswer(f"outcome {answer.uitkomst!r}")
        if answer.product and product is None:
            raise InvalidAnswer(f"product {answer.product!r}")
        if any(o not in self._directory.organisations for o in organisations) or len(set(organisations)) < len(organisations):
            raise InvalidAnswer("organisations")
        if len(organisations) > MAX_ORGANISATIONS:
            raise InvalidAnswer(f"more than {MAX_ORGANISATIONS} organisations")
        if product and not set(organisations) & set(product.organisaties):
            raise InvalidAnswer("the product belongs to another organisation")
        if answer.uitkomst in ABOUT_ORGANISATION and not organisations:
            raise InvalidAnswer("no organisation")
        return Answer(answer.uitkomst, tuple(organisations), answer.product or None)

    async def _settle(
        self,
        session: AsyncSession,
        member: Member,
        review_id: int,
        answer: Answer | None,
        state: ReviewState,
        seen: ReviewState,
    ) -> Review:
        changed = await session.execute(
            update(Review)
            .where(Review.id == review_id, Review.state == seen.value)
            .values(
                state=state.value,
                outcome=answer.uitkomst if answer else None,
                organisations=list(answer.organisaties) if answer else [],
                product=answer.product if answer else None,
                answered_by=member.id,
                answered_name=member.name,
                answered_at=self._clock(),
            )
            .execution_options(synchronize_session=False)
        )
        row = await session.get(Review, review_id, populate_existing=True)
        if row is None:
            raise UnknownReview(str(review_id))
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            raise Taken(row.answered_name or "")
        return row


def _check(member: Member) -> None:
    if member.role not in REVIEWERS:
        raise NotAllowed(member.role)

"""The summary at hand-off: deterministic, so that it cannot invent (design section 5, ADR 0003).

Every line quotes or names something that stands in the message to which it points. Nothing is rephrased:
a casemanager reads the citizen's own words, sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from loket.conversations import journal
from loket.conversations.model import Author
from loket.conversations.states import WAITING, State
from loket.directory import Directory
from loket.handoff import teams
from loket.handoff.cues import SENTENCE, Cues
from loket.handoff.outcome import Outcome, overall
from loket.handoff.urgency import raised
from loket.identity import trust
from loket.store.engine import Store
from loket.store.schema import Conversation, Message
from loket.understanding.patterns import read

MIN_WORDS = 3
LOOK_ALIKE = 0.6
"""How alike two case numbers must be (0 to 1) for the second to be a correction of the first."""

QUOTE = 240
"""Characters of a quote in the prose; the lines carry the whole sentence."""


@dataclass(frozen=True)
class Line:
    """One line of the summary; `seq` is the message that proves it."""

    field: str
    label: str
    value: str
    seq: int


class Summariser:
    """Makes summaries of conversations, and the columns by which the desk sorts them."""

    def __init__(
        self, store: Store, directory: Directory, cues: Cues, wording: dict[str, Any], clock: Callable[[], datetime]
    ) -> None:
        self._store, self._directory, self._cues, self._wording, self._clock = store, directory, cues, wording, clock
        self._signals = cues.signals

    @classmethod
    def load(cls, store: Store, directory: Directory, data: Path, clock: Callable[[], datetime]) -> Summariser:
        """With the cues and the wording in `data/overdracht`."""
        return cls(store, directory, Cues.load(data), read(data / "overdracht" / "samenvatting.yaml"), clock)

    def columns(self, conversation: Conversation, understanding: dict[str, Any] | None, facts: dict[str, Any]) -> dict[str, Any]:
        """What the desk sorts and filters by, after one more message."""
        known = {**conversation.facts, **facts}
        values: dict[str, Any] = {}
        if topic := known.get("onderwerp"):
            values["topic"] = str(topic)[:200]
        if organisation := known.get("organisatie"):
            values["organisation"] = organisation
        if understanding and (language := understanding.get("taal")):
            values["language"] = language
        return values

    async def refresh(self, conversation_id: str) -> None:
        """Make the summary anew from all messages so far and keep it with the conversation."""
        async with self._store.write() as session:
            conversation = await journal.locked(session, conversation_id)
            ids = await journal.chain(session, conversation_id)
            summary, outcome = self.make(conversation, await journal.messages(session, ids))
            conversation.summary = summary
            conversation.outcome, conversation.organisation = outcome.uitkomst, outcome.organisatie
            conversation.topic = conversation.facts.get("onderwerp") or self._directory.name(outcome.organisatie) or None
            if conversation.team is None and conversation.state in WAITING:
                conversation.team = await teams.route(session, conversation)
            if conversation.state == State.QUEUED.value:
                conversation.urgency = raised(conversation.urgency, outcome.urgentie)

    def make(self, conversation: Conversation, messages: list[Message]) -> tuple[dict[str, Any], Outcome]:
        """The summary (docs/protocol.md) of a conversation with its messages, and the outcome it speaks of."""
        citizen = [m for m in messages if m.author == Author.CITIZEN.value and not m.payload]
        outcome = overall(citizen, conversation, self._cues)
        lines = list(self._lines(conversation, citizen, messages, outcome))
        tidy = self._tidier(citizen)
        return {
            "prose": [tidy(sentence) for sentence in self._prose(conversation, outcome, lines)],
            "lines": [{**asdict(line), "value": tidy(line.value)} for line in lines],
            "made_at": self._clock().isoformat(),
        }, outcome

    def current(self, conversation: Conversation) -> dict[str, Any] | None:
        """The summary as it was made, but with the certainty that counts now: that ends by itself, and by logging out."""
        summary = conversation.summary
        if summary is None:
            return None
        lines = [
            {**line, "value": self._trust(conversation)} if line["field"] == "vertrouwen" else line for line in summary["lines"]
        ]
        return {**summary, "lines": lines}

    def _trust(self, conversation: Conversation) -> str:
        return str(self._wording["vertrouwen"][trust.current(conversation, self._clock())])

    def _lines(
        self, conversation: Conversation, citizen: list[Message], messages: list[Message], outcome: Outcome
    ) -> Iterable[Line]:
        first = citizen[0].seq if citizen else 1
        if outcome.vraag is not None:
            yield self._line("vraag", outcome.vraag.text.strip(), outcome.vraag.seq)
        yield self._line("uitkomst", self._wording["uitkomsten"][outcome.uitkomst], outcome.seq or first)
        if outcome.organisatie:
            yield self._line("organisatie", self._directory.name(outcome.organisatie), outcome.organisatie_seq or first)
        if topic := conversation.facts.get("onderwerp"):
            yield self._line("onderwerp", topic, conversation.facts.get("onderwerp_seq", first))
        yield from self._entities(citizen)
        for seq, case in conversation.facts.get("zaken", {}).items():
            yield self._line("zaak_gevonden", f"{case['nummer']}: {case['stand']}", int(seq.partition(".")[0]))
        yield from self._sentences(citizen, outcome)
        if told := [m for m in messages if m.author == Author.BOT.value and m.content.get("links")]:
            for message in told[-3:]:
                yield self._line("verteld", message.text.strip().splitlines()[0], message.seq)
        for name, seq in outcome.signalen.items():
            yield self._line("signalen", self._signals.labels[name], seq)
        yield self._line("emotie", self._wording["emoties"][outcome.emotie], outcome.emotie_seq or first)
        yield self._line(
            "urgentie", self._wording["urgenties"][raised(conversation.urgency, outcome.urgentie)], outcome.seq or first
        )
        yield self._line("vertrouwen", self._trust(conversation), first)
        channel, seq = self._channels(conversation, citizen)
        yield self._line(
            "kanaal", f"{channel}, {self._wording['talen'].get(conversation.language, conversation.language)}", seq or first
        )

    def _channels(self, conversation: Conversation, citizen: list[Message]) -> tuple[str, int | None]:
        """Where the citizen wrote, in order, and the message that began the last stretch; who went on elsewhere is told so."""
        stretches: list[tuple[str, int]] = []
        for message in citizen:
            if not stretches or stretches[-1][0] != message.channel:
                stretches.append((message.channel, message.seq))
        names = [self._wording["kanalen"].get(name, name) for name, _ in stretches or [(conversation.channel, 0)]]
        return self._wording["daarna"].join(names), stretches[-1][1] if len(stretches) > 1 else None

    def _tidier(self, citizen: list[Message]) -> Callable[[str], str]:
        """What makes quotes fit for a desk: no terms of abuse, and no case number that the citizen took back."""
        words = self._wording["vervangen"]
        corrected = self._corrected(citizen)

        def tidy(value: str) -> str:
            for old, new in corrected.items():
                value = value.replace(old, words["verbeterd"].format(nieuw=new))
            return self._signals.civil(value, words["scheldwoord"])

        return tidy

    def _corrected(self, citizen: list[Message]) -> dict[str, str]:
        """Case numbers that the citizen replaced by a look-alike, saying so ("sorry, het moet zijn ...")."""
        corrected: dict[str, str] = {}
        given: list[str] = []
        for message in citizen:
            values = (message.understanding or {}).get("entiteiten", {}).get("zaaknummer", [])
            for number in values if isinstance(values, list) else [values]:
                if self._signals.corrects(message.text):
                    corrected |= {
                        old: number for old in given if old != number and SequenceMatcher(None, old, number).ratio() >= LOOK_ALIKE
                    }
                given.append(number)
        return corrected

    def _entities(self, citizen: list[Message]) -> Iterable[Line]:
        fields = {
            "zaaknummer": "zaak",
            "gemeente": "gemeente",
            "datum": "termijn",
            "bedrag": "bedrag",
            "telefoonnummer": "contact",
            "email": "contact",
        }
        seen: set[tuple[str, str]] = set()
        for message in citizen:
            for kind, value in (message.understanding or {}).get("entiteiten", {}).items():
                for one in value if isinstance(value, list) else [value]:
                    field = fields.get(kind)
                    if field and (field, str(one)) not in seen:
                        seen.add((field, str(one)))
                        yield self._line(field, str(one), message.seq)

    def _sentences(self, citizen: list[Message], outcome: Outcome) -> Iterable[Line]:
        """Every sentence that says something, under the field it belongs to, in the citizen's words."""
        for message in citizen:
            if outcome.vraag is not None and message.seq == outcome.vraag.seq and len(SENTENCE.split(message.text)) == 1:
                continue
            if (message.understanding or {}).get("alleen_gegevens"):  # told as data, or, as a birth date, for the computer only
                continue
            for sentence in SENTENCE.split(message.text.strip()):
                if len(sentence.split()) >= MIN_WORDS or any(c.isdigit() for c in sentence):
                    yield self._line(self._signals.field(sentence), sentence.strip(), message.seq)

    def _line(self, field: str, value: str, seq: int) -> Line:
        return Line(field, self._wording["velden"][field], value, seq)

    def _prose(self, conversation: Conversation, outcome: Outcome, lines: list[Line]) -> list[str]:
        """Three to five sentences; only what stands in the lines."""
        words = self._wording["zinnen"]

        def of(field: str) -> list[str]:
            return [line.value for line in lines if line.field == field]

        prose = []
        if outcome.vraag is not None:
            channel = self._wording["kanalen"].get(conversation.channel, conversation.channel)
            prose.append(words["vraag"].format(kanaal=channel, vraag=_quote(outcome.vraag.text)))
        kind = self._wording["uitkomsten"][outcome.uitkomst]
        if outcome.organisatie:
            name = self._directory.name_in_sentence(outcome.organisatie)
            prose.append(words["gaat_over"].format(uitkomst=kind, organisatie=name))
        else:
            prose.append(words["gaat_over_onbekend"].format(uitkomst=kind))
        if cases := of("zaak"):
            prose.append(words["zaak"].format(nummers=", ".join(cases)))
        if wishes := [
            line for line in lines if line.field == "wens" and (outcome.vraag is None or line.seq != outcome.vraag.seq)
        ]:
            prose.append(words["wens"].format(wens=_quote(wishes[-1].value)))
        emotion = self._wording["emoties"][outcome.emotie]
        if signals := of("signalen"):
            prose.append(words["let_op"].format(signalen=", ".join(s[:1].lower() + s[1:] for s in signals[:4]), emotie=emotion))
        else:
            prose.append(words["toon"].format(emotie=emotion))
        return prose[:5]


def _quote(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= QUOTE else flat[:QUOTE].rsplit(" ", 1)[0] + " ..."

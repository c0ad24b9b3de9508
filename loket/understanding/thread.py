"""The thread of a conversation: to what a message belongs, and so what it means there.

A message that names nothing itself ("wat kost dat?") asks about what was told; one of a few words ("verlopen", after "paspoort")
is read together with the words before it, and the reading that is surer counts. Pure; for Python 3.10 too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loket.understanding.decision import ORGANISATION_SURE, PRODUCT_SURE
from loket.understanding.further import FurtherQuestions
from loket.understanding.in_conversation import CARE, FOLLOW_UP, OWN_MEANING, at_start, begun, in_conversation

ABOUT, WORDS = "over", "vraag"
"""Facts: what was told or asked last, as `kind:id`, and the words of the citizen that led to it."""

OFFERED, STATUS = "keuze", "status"
"""Kinds of `ABOUT` that are a question of ours: choose one of these; what is your case number."""

FURTHER, TOGETHER, ALONE, ADDED = "erbij", "samen", "alleen", "toegevoegd"
"""Keys of a result: the kinds of questions about what was told; whether it was read with the words before it; the product that it
is about by itself; and whether it added something to those words, that does not belong to what is added next."""

LANGUAGE = "taal"
"""The kind of further question that is one at any moment: about the language itself."""

SPOKEN, DUTCH = "taal_gemeld", "nl"
"""Fact: the language in which was told that answers are in Dutch."""

LIKE = 0.5
"""From this score the nearest examples alone make a further question of a message; a pattern always does."""

TOGETHER_SURE = 0.8
"""From this score of a product the joined reading counts, however sure the message is alone. Of 28 pairs of our own it is above
.85 where the words belong together ("rijbewijs" and "gestolen", .98) and below .75 where a new subject begins ("paspoort" and
"huurtoeslag", .53)."""

FIRM = 0.6
"""From this score of the outcome a wish for a human, an objection, a complaint is what it says: no further question by likeness
alone, and not read with the words before it."""

SHORT, SHORT_BACK, SHORT_ANSWER = 5, 8, 12
"""Words of the longest message that is read with those before it: after an answer, after one to which it points back ("wat als ik
hem kwijt ben"), and after a question of ours."""

ROUTED = ("antwoord", "buiten_bereik")
"""Outcomes that send a message somewhere by its own words."""

DEMANDED, CALLS = ("mens", "klacht", "bezwaar", "maatwerk"), frozenset({"contact", "openingstijden"})
"""Outcomes that, where they are firm, count for more than the form of a further question; and kinds that a wish for a human is
taken for: "wie kan ik bellen" is about them."""

ASKED_ABOUT, NO_NUMBER, CHOSEN = "vervolg", "geen_nummer", "kies"
"""Intents: a question about what was told; how far it is without a number; one of the choices that were offered."""


@dataclass(frozen=True)
class Reading:
    """What a message means in its conversation.

    Attributes:
        understanding: the result, with `FURTHER` or `TOGETHER` where they hold.
        intent: of the dialogue, where it is another than the outcome.
        entities: what the intent is about.
        with_words: the words to read it with first; empty when it can be taken as it is.
        more: it says more than a name; of a choice that was offered.
        adds: it adds something to what was told: "en haar auto?".
    """

    understanding: dict[str, Any]
    intent: str = ""
    entities: dict[str, str] = field(default_factory=dict)
    with_words: str = ""
    more: bool = False
    adds: bool = False


class Thread:
    """Reads messages in their conversation."""

    def __init__(self, further: FurtherQuestions) -> None:
        self._further = further

    def read(self, alone: Mapping[str, Any], text: str, facts: Mapping[str, Any], heard: str | None, asks: bool) -> Reading:
        """What a message means after what was told.

        Args:
            alone: the understanding of the message by itself.
            text: the (masked) message.
            facts: of the conversation.
            heard: what the lexical crisis gate hears in it.
            asks: whether it has the form of a question or a wish.
        """
        found = in_conversation(alone, heard, asks) if begun(facts) else at_start(alone)
        about = str(facts.get(ABOUT) or "").partition(":")[0]
        before = [str(facts.get(WORDS) or ""), str(facts.get("onderwerp") or "")]
        own = self._further.own_words(text, before)
        if found.get("crisis") or found.get(CARE):
            return _as_understood(alone, found)
        spoken = found.get("taal") if found.get("taal") != DUTCH else facts.get(SPOKEN, DUTCH)
        repeats = not own and bool(self._further.own_words(text)) and _other_product(found, facts)
        kinds = self._kinds(found, text, own, repeats) if about or spoken != DUTCH else []
        if LANGUAGE in kinds and spoken != DUTCH:
            return Reading({**found, "taal": spoken, "vervolg": True, FURTHER: [LANGUAGE]}, ASKED_ABOUT, {"soort": LANGUAGE})
        if about and (kinds := [kind for kind in kinds if kind != LANGUAGE]):
            return Reading({**found, "vervolg": True, FURTHER: kinds}, ASKED_ABOUT, {"soort": kinds[0]})
        if begun(facts) and not own and found.get("uitkomst") in ROUTED and not repeats:
            return _as_understood(alone, {**found, "vervolg": True})
        back = self._further.points_back(text, own)
        longest = SHORT_ANSWER if about == OFFERED else SHORT_BACK if back else SHORT
        reading = _as_understood(alone, found)
        if not about or not own or not facts.get(WORDS) or found.get("entiteiten") or len(text.split()) > longest:
            return reading
        another = _firm(found) if about != STATUS else self._no_subject_of_a_case(found, text, asks)
        adds = about not in (OFFERED, STATUS) and self._further.adds(text)
        only_names = about == OFFERED and not asks and len(own) == 1  # "van het UWV" sounds like a wish for somebody there
        if (another or found.get("uitkomst") in OWN_MEANING) and not (adds or only_names):
            return reading
        if about != OFFERED and self._further.contrasts(own, before):
            return reading
        more = len(own) > 1 or self._further.wants_more(text)
        return Reading(reading.understanding, reading.intent, with_words=str(facts[WORDS]), more=more, adds=adds)

    def _kinds(self, found: Mapping[str, Any], text: str, own: list[str], repeats: bool) -> list[str]:
        """The kinds of questions about what was told; none where a repeated subject is asked something else about."""
        formed = self._further.formed(text)
        elsewhere = _surest(found, "organisaties")[1] >= ORGANISATION_SURE or _surest(found, "producten")[1] >= PRODUCT_SURE
        if LANGUAGE in formed and not (own and elsewhere):  # a course of Dutch is another subject
            return [LANGUAGE]
        formed = [kind for kind in formed if kind != LANGUAGE]
        demanded = found.get("uitkomst") in DEMANDED and _firm(found)
        if found.get("alleen_gegevens") or ((demanded or repeats) and not CALLS.intersection(formed)):
            return []
        if own and not (len(own) == 1 and self._further.points_back(text, own) and not elsewhere):
            return []
        like = found.get("lijkt_op") or {"id": "", "score": 0.0}
        if not formed and not own and like["id"] in self._further.kinds and like["score"] >= LIKE and not _firm(found):
            formed = [like["id"]]
        return formed

    def _no_subject_of_a_case(self, found: Mapping[str, Any], text: str, asks: bool) -> bool:
        """Whether a few words after our question for a number say something else than what the case is about."""
        return found.get("uitkomst") != STATUS and (asks or _firm(found) or self._further.wants_more(text))


def together(reading: Reading, joined: Mapping[str, Any], facts: Mapping[str, Any]) -> Reading:
    """The message alone, or with the words before it, whichever is surer.

    Args:
        reading: of the message alone.
        joined: the understanding of both.
        facts: of the conversation.
    """
    about, _, told = str(facts.get(ABOUT) or "").partition(":")
    alone = reading.understanding
    (product, score), (own, own_score) = _surest(joined, "producten"), _surest(alone, "producten")
    if about == OFFERED:
        choices = told.split(",")
        if reading.more and score >= max(PRODUCT_SURE, own_score) and _chosen(joined, choices):
            return _both(alone, joined)  # more than a name: "van het CJIB, ik wil in delen betalen"
        chosen = _chosen(alone, choices)
        if chosen:
            kind, _, name = chosen.partition("=")
            return Reading({**alone, "vervolg": True}, CHOSEN, {kind: name})
        if alone.get("uitkomst") in OWN_MEANING:
            return reading
        if own_score >= PRODUCT_SURE or _surest(alone, "organisaties")[1] >= ORGANISATION_SURE:
            return reading
        return _both(alone, joined)
    if about == STATUS:
        surest = joined if score >= own_score else alone
        if max(score, own_score) < PRODUCT_SURE or alone.get("alleen_gegevens"):
            return reading
        return Reading({**_both(alone, surest).understanding, "uitkomst": STATUS, "vervolg": True}, NO_NUMBER)
    if reading.adds and (more := _added(alone, joined, told)) is not None:
        return Reading({**more.understanding, ADDED: True}, more.intent)
    if alone.get("uitkomst") in OWN_MEANING or product == own or (alone.get("vervolg") and (about, product) == ("product", told)):
        return reading  # a detail of the same
    surer = score >= TOGETHER_SURE or PRODUCT_SURE <= score > own_score
    return _both(alone, joined) if surer else reading


def _both(alone: Mapping[str, Any], joined: Mapping[str, Any]) -> Reading:
    found = {**alone, **{name: joined.get(name, []) for name in ("organisaties", "producten")}}
    own, score = _surest(alone, "producten")
    if score >= PRODUCT_SURE and own != _surest(joined, "producten")[0]:
        found[ALONE] = own
    return Reading({**found, "uitkomst": "antwoord", "vervolg": False, TOGETHER: True}, "antwoord")


def _chosen(alone: Mapping[str, Any], choices: list[str]) -> str | None:
    """The one choice, as `product=id` or `organisatie=id`, that a message by itself is about."""
    for kind, key in (("product", "producten"), ("organisatie", "organisaties")):
        name, score = _surest(alone, key)
        if f"{kind}={name}" in choices and score >= (PRODUCT_SURE if kind == "product" else ORGANISATION_SURE):
            return f"{kind}={name}"
    return None


def _added(alone: Mapping[str, Any], joined: Mapping[str, Any], told: str) -> Reading | None:
    """What something that was added is about, which is not what was told; of two organisations ("en haar DigiD en pensioen")
    both; None when not sure."""
    joined = {**joined, "producten": [one for one in joined.get("producten", []) if one["id"] != told]}
    (here, sure), (there, both_sure) = _surest(alone, "organisaties"), _surest(joined, "organisaties")
    score = _surest(joined, "producten")[1]
    if sure >= ORGANISATION_SURE and score >= TOGETHER_SURE and both_sure >= ORGANISATION_SURE:
        return _both(alone, joined)
    if sure < ORGANISATION_SURE or (here != there and alone.get("uitkomst") not in ROUTED):
        return None
    choices = _as_choices([*joined["producten"], *alone.get("producten", [])])
    both = here != there and both_sure >= ORGANISATION_SURE
    two = [{"id": there, "score": 0.5}, {"id": here, "score": 0.5}] if both else alone.get("organisaties", [])
    return _both(alone, {"organisaties": two, "producten": choices})


def _as_choices(products: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Products that are not sure enough to answer about, but may be offered."""
    highest: dict[str, float] = {}
    for one in products:
        highest[str(one["id"])] = max(float(one["score"]), highest.get(str(one["id"]), 0.0))
    below = PRODUCT_SURE - 0.01
    return [{"id": name, "score": min(highest[name], below)} for name in sorted(highest, key=lambda name: -highest[name])]


def _other_product(found: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether it is surely about another product of the organisation that was told: "wat als ik de boete niet kan betalen"."""
    (product, score), (organisation, sure) = _surest(found, "producten"), _surest(found, "organisaties")
    same = organisation == facts.get("organisatie") and f"product:{product}" != facts.get(ABOUT)
    return not found.get("vervolg") and same and min(score, sure) >= TOGETHER_SURE


def _as_understood(alone: Mapping[str, Any], found: dict[str, Any]) -> Reading:
    """The intent that belongs to a result; a bare case number keeps its own."""
    if found.get("vervolg") and not found.get("alleen_gegevens"):
        return Reading(found, FOLLOW_UP)
    if alone.get("vervolg") and not found.get("vervolg"):
        return Reading(found, str(found["uitkomst"]))
    return Reading(found)


def _firm(found: Mapping[str, Any]) -> bool:
    return not found.get("vervolg") and found.get("uitkomst") not in ROUTED and float(found.get("score") or 0.0) >= FIRM


def _surest(found: Mapping[str, Any], key: str) -> tuple[str, float]:
    ranked = found.get(key) or [{"id": "", "score": 0.0}]
    return str(ranked[0]["id"]), float(ranked[0]["score"])

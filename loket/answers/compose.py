"""From what the bot means (references) to what a citizen reads, in the form of the channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from loket.answers.easy import FACT as EASY
from loket.answers.easy import one_sentence_a_line
from loket.answers.texts import Texts, merge
from loket.conversations.model import Button, Rendered
from loket.directory import Directory, LifeEvent, Organisation, Product, in_sentence

RELATED_BUTTONS = 2
"""How many related services ("vaak ook handig") are offered below an answer."""


class UnknownReference(LookupError):
    """The bot referred to a text, product or organisation that does not exist."""


class Composer:
    """Renders utterances. An utterance is

    `{"parts": [part, ...], "buttons": [button, ...], "card": {...} | None, "trust": "" | "digid"}`

    a button `{"name"}` or `{"title", "payload"}`, with perhaps `short` (words) and `plain` (words or a part), see `Button`;

    and a part one of `{"key", "values"}`, `{"product"}`, `{"organisation"}`, `{"reach"}` (only how to reach an
    organisation), `{"event"}`. A value may be a part itself.
    """

    def __init__(self, texts: Texts, directory: Directory) -> None:
        self.texts, self.directory = texts, directory

    def text(self, key: str, short: bool = False, **values: Any) -> Rendered:
        """One text by key. Raises UnknownReference."""
        try:
            return self.texts.render(key, short, **values)
        except KeyError as error:
            raise UnknownReference(f"{key}: {error}") from error

    def utterance(self, utterance: Mapping[str, Any], facts: Mapping[str, Any], short: bool = False) -> Rendered:
        """One message for the citizen.

        Args:
            utterance: see the class.
            facts: what is known of the citizen's situation (`gemeente`).
            short: the short form, for SMS.

        Raises UnknownReference.
        """
        rendered = merge([self._part(part, facts, short) for part in utterance.get("parts", [])])
        extra = Rendered("", buttons=tuple(self._button(raw) for raw in utterance.get("buttons") or []))
        words = one_sentence_a_line(rendered.text) if facts.get(EASY) and not short else rendered.text
        whole = merge([Rendered(words, (), rendered.links, rendered.phones), extra, Rendered("", rendered.buttons)])
        return Rendered(
            whole.text, whole.buttons, whole.links, whole.phones, utterance.get("card"), trust=str(utterance.get("trust") or "")
        )

    def _part(self, part: Mapping[str, Any], facts: Mapping[str, Any], short: bool) -> Rendered:
        if "key" in part:
            return self.text(part["key"], short, **self._values(part.get("values", {}), short))
        if "product" in part:
            return self.product(_get(self.directory.products, part["product"]), facts, short)
        if "organisation" in part:
            return self.organisation(_get(self.directory.organisations, part["organisation"]), short)
        if "reach" in part:
            return self._reach(_get(self.directory.organisations, part["reach"]), short)
        if "event" in part:
            return self.event(_get(self.directory.events, part["event"]), short)
        raise UnknownReference(f"a part with {sorted(part)}")

    def _values(self, values: Mapping[str, Any], short: bool) -> dict[str, Any]:
        """Values of a text; one that is itself a part (`{"key", "values"}`) is rendered first."""
        return {name: self._part(v, {}, short).text if isinstance(v, Mapping) else v for name, v in values.items()}

    def _button(self, raw: Mapping[str, Any]) -> Button:
        if "name" in raw:
            return self.texts.buttons[raw["name"]]
        plain = raw.get("plain") or ""
        words = self._part(plain, {}, short=True).text if isinstance(plain, Mapping) else str(plain)
        return Button(raw["title"], raw["payload"], raw.get("short") or "", words)

    def product(self, product: Product, facts: Mapping[str, Any], short: bool = False) -> Rendered:
        """A product: the answer, where to be, how to reach it, what to bring, and a way on."""
        first, *others = (self.directory.organisations[o] for o in product.organisaties)
        buttons = [
            Button(self.directory.products[related].naam, f'/kies{{"product": "{related}"}}')
            for related in product.verwant[:RELATED_BUTTONS]
        ]
        way_on = Rendered("", (*buttons, self.texts.buttons["klopt_niet"], self.texts.buttons["mens"]))
        if short:
            return merge([Rendered(product.kort), self._reach(first, short=True), way_on])
        easy = bool(facts.get(EASY))
        parts = [Rendered((product.kort if easy else product.antwoord).strip() + "\n"), self._where(first, facts)]
        if others and not easy:
            parts.append(self.text("antwoord.of", organisatie=_list([o.naam for o in others])))
        parts.append(self._reach(first, short=False))
        if product.meenemen:
            parts.append(self.text("antwoord.meenemen", dingen=_list(product.meenemen, "en")))
        return merge([*parts, way_on])

    def organisation(self, organisation: Organisation, short: bool = False) -> Rendered:
        """Only the organisation is known: what it is for and how to reach it."""
        named = self.text(
            "antwoord.organisatie", short, organisatie=in_sentence(organisation.naam), waarvoor=organisation.waarvoor
        )
        return merge([named, self._reach(organisation, short)])

    def event(self, event: LifeEvent, short: bool = False) -> Rendered:
        """A life event: the steps in order, with the term where it was read at a source."""
        steps = "\n".join(
            f"{step.nr}. {step.wat}" + (f" {step.termijn}" if step.termijn and step.zekerheid == "gezien" else "")
            for step in event.stappen
        )
        return self.text(
            "antwoord.levensgebeurtenis",
            short,
            naam=event.naam[:1].lower() + event.naam[1:],
            stappen=steps,
            eerste=event.stappen[0].wat,
        )

    def _where(self, organisation: Organisation, facts: Mapping[str, Any]) -> Rendered:
        if organisation.id == "gemeente" and facts.get("gemeente"):
            return self.text("antwoord.gemeente_bekend", gemeente=facts["gemeente"])
        return self.text("antwoord.waar", organisatie=in_sentence(organisation.naam))

    def _reach(self, organisation: Organisation, short: bool) -> Rendered:
        """How to reach an organisation, from certain fields only; the website where the number is not certain."""
        if organisation.soort == "gemeente" and not organisation.website:
            return self.text("antwoord.zoek_gemeente", short)
        if organisation.soort in ("provincie", "waterschap") and not organisation.website:
            return self.text("antwoord.zoek_overheid", short, organisatie=in_sentence(organisation.naam))
        number = organisation.certain("telefoon")
        phones = ((f"Bel {organisation.naam}", number),) if number and number[0] in "+0123456789" else ()
        links = ((organisation.website.removeprefix("https://"), organisation.website),) if organisation.website else ()
        if short:
            reach = number or organisation.website.removeprefix("https://")
            return Rendered(f"{organisation.naam}: {reach}." if reach else "")  # the answer has named it already
        hours = organisation.certain("openingstijden") if phones else ""
        text = self.texts.line("antwoord.open", tijden=hours) if hours else ""
        return Rendered(text, (), links, phones)


def _get(records: Mapping[str, Any], key: str) -> Any:
    try:
        return records[key]
    except KeyError:
        raise UnknownReference(key) from None


def _list(items: Iterable[str], joint: str = "of") -> str:
    *before, last = items
    return f"{', '.join(before)} {joint} {last}" if before else last

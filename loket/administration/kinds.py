"""All kinds of settings that an administrator may change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError

from loket.administration import teams, texts
from loket.administration.book import Invalid, Kind
from loket.administration.periods import Periods
from loket.answers.compose import Composer
from loket.conversations.preview import Preview
from loket.handoff.canned import CannedAnswers, Sentence, UnknownPlaceholder
from loket.handoff.hours import OpeningHours
from loket.handoff.opening import Opening

log = structlog.get_logger(__name__)
OPENING, TEXT, PERIOD, TEAM, CANNED = "openingstijden", "tekst", "bewaartermijn", "team", "standaardantwoorden"
PREVIEW = "meelezen"
ALL = "alles"
"""Key of a kind that is one whole."""

_SENTENCES = TypeAdapter(tuple[Sentence, ...])


def all_kinds(
    composer: Composer, opening: Opening, canned: CannedAnswers, periods: Periods, preview: Preview
) -> dict[str, Kind]:
    """The kinds by name."""
    return {
        OPENING: _opening(opening),
        TEXT: texts.kind(composer.texts),
        PERIOD: periods.kind(),
        TEAM: teams.kind(composer.directory),
        CANNED: _canned(composer, canned),
        PREVIEW: _preview(preview),
    }


def _preview(preview: Preview) -> Kind:
    def check(key: str, value: Any) -> Any:
        if key != ALL or not isinstance(value, bool):
            raise Invalid("malformed", key)
        return value

    def use(values: Mapping[str, Any]) -> None:
        preview.turn(values.get(ALL) is True)

    return Kind(check=check, use=use)


def _opening(opening: Opening) -> Kind:
    of_file = opening.hours

    def check(key: str, value: Any) -> Any:
        try:
            return OpeningHours.model_validate(value).written()
        except ValidationError as error:
            where = error.errors()[0]
            raise Invalid("hours", " ".join(str(part) for part in where["loc"])) from error

    def use(values: Mapping[str, Any]) -> None:
        try:
            opening.use(OpeningHours.model_validate(values[ALL]) if ALL in values else of_file)
        except ValidationError:
            log.error("settings.opening_hours_invalid")
            opening.use(of_file)

    return Kind(check=check, use=use)


def _canned(composer: Composer, canned: CannedAnswers) -> Kind:
    of_file = canned.sentences

    def check(key: str, value: Any) -> Any:
        try:
            sentences = _SENTENCES.validate_python(value)
            CannedAnswers(composer, sentences)
        except ValidationError as error:
            raise Invalid("malformed", " ".join(str(part) for part in error.errors()[0]["loc"])) from error
        except UnknownPlaceholder as error:
            raise Invalid("placeholder", str(error)) from error
        if len({sentence.id for sentence in sentences}) != len(sentences):
            raise Invalid("twice")
        return _SENTENCES.dump_python(sentences, mode="json")

    def use(values: Mapping[str, Any]) -> None:
        try:
            canned.use(_SENTENCES.validate_python(values[ALL]) if ALL in values else of_file)
        except (ValidationError, UnknownPlaceholder):
            canned.use(of_file)

    return Kind(check=check, use=use)

"""A contact register that speaks Klantinteracties 0.9 (measured on Open Klant 2.18.0)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from loket.cases import identifiers
from loket.cases.errors import InvalidInput, Misconfigured, Rejected
from loket.cases.transport import Limits, Transport
from loket.contacts.answers import (
    ActorAnswer,
    ContactAnswer,
    Identification,
    LinkAnswer,
    Made,
    Party,
    SubjectAnswer,
    TaskAnswer,
)
from loket.contacts.api import Api, TokenAuthorization
from loket.contacts.model import (
    ACTION_LENGTH,
    CHANNEL_LENGTH,
    CONTENT_LENGTH,
    EXPLANATION_LENGTH,
    SUBJECT_LENGTH,
    Actor,
    ActorKind,
    Contact,
    Task,
    language_code,
    number_of,
    shortened,
)
from loket.contacts.settings import Codes, ContactSettings, read_settings

_BSN = {"codeObjecttype": "natuurlijk_persoon", "codeRegister": "brp", "codeSoortObjectId": "bsn"}
_KEY = "verbonden"
"""Name in ``metadata`` under which our own key of a contact is kept."""


class ContactRegister:
    """Contacts, actors, tasks and parties. Every method may be called again after ``Unavailable`` without making a double.

    All methods raise ``Unavailable`` (try later), ``Misconfigured`` (an administrator must act) or its kind ``Rejected``
    (this content is refused), and ``InvalidInput`` where said. None of these holds personal data.
    """

    def __init__(self, transport: Transport, *, case_codes: Codes, actor_codes: Codes) -> None:
        """Prepare; nothing is sent.

        Args:
            transport: calls to the register.
            case_codes: how a case is named as onderwerpobject.
            actor_codes: how our actors are named.
        """
        self._api = Api(transport)
        self._case_codes = case_codes
        self._actor_codes = actor_codes
        self._actors: dict[str, str] = {}

    @classmethod
    def from_file(
        cls, path: str | Path, environment: Mapping[str, str] | None = None, *, limits: Limits | None = None
    ) -> ContactRegister:
        """Read the configuration file; the token comes from the environment.

        Raises:
            Misconfigured: the file is wrong, or a variable is not set.
        """
        variables = os.environ if environment is None else environment
        settings: ContactSettings = read_settings(Path(path))
        transport = Transport(
            settings.base_url(variables),
            TokenAuthorization(settings.token(variables)),
            system_id="klantinteracties",
            limits=limits,
        )
        return cls(transport, case_codes=settings.zaak, actor_codes=settings.actor)

    async def find_party(self, bsn: str) -> str | None:
        """UUID of the party with this BSN; None when the register does not know the person.

        The API can be asked only by GET, so the BSN is in the access log of the register: keep the UUID, not the BSN.

        Raises:
            InvalidInput: not a BSN; nothing was sent (an empty filter would give everybody).
        """
        person = identifiers.bsn(bsn)
        codes = {f"partijIdentificator__{name}": value for name, value in {**_BSN, "objectId": person}.items()}
        parties = await self._api.list(Party, "partijen", codes)
        if any(not party.is_identified_by(person) for party in parties) or len(parties) > 1:
            raise Misconfigured("answer_mismatch")
        return parties[0].uuid if parties else None

    async def party(self, bsn: str) -> str:
        """UUID of the party with this BSN, made without a name when the register does not know the person.

        Raises:
            InvalidInput: not a BSN; nothing was sent.
        """
        person = identifiers.bsn(bsn)
        known = await self.find_party(person)
        if known is not None:
            return known
        body = {
            "soortPartij": "persoon",
            "indicatieActief": True,
            # The specification requires these five; the server does without.
            "digitaleAdressen": None,
            "voorkeursDigitaalAdres": None,
            "rekeningnummers": None,
            "voorkeursRekeningnummer": None,
            "partijIdentificatie": {"contactnaam": None},
            "partijIdentificatoren": [{"partijIdentificator": {**_BSN, "objectId": person}}],
        }
        try:
            return (await self._api.create(Party, "partijen", body)).uuid
        except Rejected:
            # Another process was first: a BSN is unique.
            known = await self.find_party(person)
            if known is None:
                raise
            return known

    async def actor(self, actor: Actor) -> str:
        """UUID of an actor, made when the register does not know its key. Remembered for the life of this object.

        Raises:
            InvalidInput: the key is empty (an empty filter would give all actors).
        """
        if not actor.key.strip():
            raise InvalidInput("actor", "empty")
        if actor.key not in self._actors:
            known = await self._find_actor(actor.key)
            self._actors[actor.key] = known or (await self._api.create(ActorAnswer, "actoren", self._actor_body(actor))).uuid
        return self._actors[actor.key]

    async def _find_actor(self, key: str) -> str | None:
        wanted = Identification.model_validate(_identification(self._actor_codes, key))
        filters = {
            f"actoridentificator{name[0].upper()}{name[1:]}": value
            for name, value in _identification(self._actor_codes, key).items()
        }
        found = await self._api.list(ActorAnswer, "actoren", filters)
        if any(item.actoridentificator != wanted for item in found):
            raise Misconfigured("answer_mismatch")
        # Two at most when two processes made it at the same moment: then all take the same one.
        return min((item.uuid for item in found), default=None)

    def _actor_body(self, actor: Actor) -> dict[str, Any]:
        details = {} if actor.kind is ActorKind.UNIT else {"functie": shortened(actor.function or actor.name, 40)}
        return {
            "naam": shortened(actor.name, 200),
            "soortActor": actor.kind.value,
            "indicatieActief": True,
            "actoridentificator": _identification(self._actor_codes, actor.key),
            "actorIdentificatie": details,
        }

    async def register(self, contact: Contact) -> str:
        """Register a contact with its betrokkene and its case, in one transaction. Returns the UUID of the klantcontact.

        Raises:
            InvalidInput: key, channel or subject is empty, or the time has no zone.
        """
        for field, value in (("key", contact.key), ("channel", contact.channel), ("subject", contact.subject)):
            if not value.strip():
                raise InvalidInput(field, "empty")
        if contact.at.tzinfo is None:
            raise InvalidInput("at", "naive")
        known = await self._find_contact(contact.key)
        if known is not None:
            return known
        try:
            made = await self._api.create(Made, "maak-klantcontact", self._body(contact))
        except Rejected as error:
            # Another attempt was first after all.
            known = await self._find_contact(contact.key) if _is_double(error) else None
            if known is None:
                raise
            return known
        return made.klantcontact.uuid

    async def _find_contact(self, key: str) -> str | None:
        found = await self._api.list(ContactAnswer, "klantcontacten", {"nummer": number_of(key)})
        if any(item.nummer != number_of(key) or item.metadata.get(_KEY) != key for item in found):
            raise Misconfigured("answer_mismatch")
        return found[0].uuid if found else None

    def _body(self, contact: Contact) -> dict[str, Any]:
        body: dict[str, Any] = {
            "klantcontact": {
                "nummer": number_of(contact.key),
                "kanaal": shortened(contact.channel, CHANNEL_LENGTH),
                "onderwerp": shortened(contact.subject, SUBJECT_LENGTH),
                "inhoud": shortened(contact.content, CONTENT_LENGTH),
                "indicatieContactGelukt": contact.succeeded,
                "taal": language_code(contact.language),
                "vertrouwelijk": contact.confidential,
                "plaatsgevondenOp": contact.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                "metadata": {**contact.metadata, _KEY: contact.key},
            },
            "betrokkene": {
                "wasPartij": {"uuid": contact.party} if contact.party else None,
                "rol": "klant",
                "initiator": True,
            },
        }
        if contact.case_uuid:
            identification = _identification(self._case_codes, contact.case_uuid)
            body["onderwerpobject"] = {"wasKlantcontact": None, "onderwerpobjectidentificator": identification}
        return body

    async def link_actor(self, contact: str, actor: str) -> None:
        """Note who handled a contact, once.

        Args:
            contact: UUID of the klantcontact.
            actor: UUID of the actor.
        """
        filters = {"klantcontact__uuid": _uuid(contact), "actor__uuid": _uuid(actor)}
        if await self._api.list(LinkAnswer, "actorklantcontacten", filters):
            return
        body = {"actor": {"uuid": actor}, "klantcontact": {"uuid": contact}}
        await self._api.create(LinkAnswer, "actorklantcontacten", body)

    async def link_case(self, contact: str, case_uuid: str) -> None:
        """Note one more case that a contact was about, once.

        Args:
            contact: UUID of the klantcontact.
            case_uuid: UUID of the zaak.
        """
        identification = _identification(self._case_codes, _uuid(case_uuid))
        filters = {f"onderwerpobjectidentificator{name[0].upper()}{name[1:]}": value for name, value in identification.items()}
        found = await self._api.list(SubjectAnswer, "onderwerpobjecten", {"klantcontact__uuid": _uuid(contact), **filters})
        if any(item.klantcontact is None or item.klantcontact.uuid != contact for item in found):
            raise Misconfigured("answer_mismatch")
        if not found:
            body = {
                "klantcontact": {"uuid": contact},
                "wasKlantcontact": None,
                "onderwerpobjectidentificator": identification,
            }
            await self._api.create(SubjectAnswer, "onderwerpobjecten", body)

    async def create_task(self, task: Task) -> str:
        """Ask a colleague to keep a promise. Returns the UUID of the internetaak.

        Raises:
            InvalidInput: key or action is empty.
        """
        for field, value in (("key", task.key), ("action", task.action)):
            if not value.strip():
                raise InvalidInput(field, "empty")
        known = await self._find_task(task)
        if known is not None:
            return known
        body = {
            "nummer": number_of(task.key),
            "gevraagdeHandeling": shortened(task.action, ACTION_LENGTH),
            "aanleidinggevendKlantcontact": {"uuid": _uuid(task.contact)},
            "toegewezenAanActoren": [{"uuid": _uuid(task.actor)}],
            "toelichting": shortened(task.explanation, EXPLANATION_LENGTH),
            "status": "te_verwerken",
        }
        try:
            return (await self._api.create(TaskAnswer, "internetaken", body)).uuid
        except Rejected as error:
            known = await self._find_task(task) if _is_double(error) else None
            if known is None:
                raise
            return known

    async def _find_task(self, task: Task) -> str | None:
        found = await self._api.list(TaskAnswer, "internetaken", {"nummer": number_of(task.key)})
        wanted = (number_of(task.key), task.contact)
        if any((item.nummer, item.aanleidinggevendKlantcontact.uuid) != wanted for item in found):
            raise Misconfigured("answer_mismatch")
        return found[0].uuid if found else None

    async def check(self) -> None:
        """Whether the register answers and accepts us; for ``verbonden doctor``. Reads no contact."""
        await self._api.list(ContactAnswer, "klantcontacten", {"nummer": "CONTROLE-0"})

    async def close(self) -> None:
        """Close connections."""
        await self._api.close()


def _identification(codes: Codes, key: str) -> dict[str, str]:
    return {
        "objectId": key,
        "codeObjecttype": codes.objecttype,
        "codeRegister": codes.register_,
        "codeSoortObjectId": codes.soort,
    }


def _uuid(value: str) -> str:
    if not value.strip():
        raise InvalidInput("uuid", "empty")
    return value


def _is_double(error: Rejected) -> bool:
    return any(name.endswith("nummer") and code == "unique" for name, code in error.params)

"""Content templates at the provider: for buttons and lists within the window, and those that WhatsApp approved for outside it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
import yaml
from pydantic import BaseModel, ConfigDict

from channels.twilio.api import ProviderFailed, TwilioApi
from channels.twilio.settings import TwilioSettings
from channels.whatsapp.render import BUTTONS, DESCRIBED, LIST, PLAIN, QUICK, Words

log = structlog.get_logger(__name__)
REFRESH = 3600.0
AGAIN, LONGEST_AGAIN = 1.0, 30.0
"""Seconds between looks that fail: short at first, for until then choices are numbered texts."""

APPROVAL = 1.5
"""Seconds that the fake takes to approve."""


class Proactive(BaseModel):
    """A template for outside the window.

    Attributes:
        tekst: what WhatsApp approves.
        volgt: it only says that there is a message; that one follows when the citizen answers. Otherwise it is the message.
        sms: what is sent by SMS in its place; empty is the message itself.
        soort: category at WhatsApp.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tekst: str
    volgt: bool = False
    sms: str = ""
    soort: str = "UTILITY"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kies: str
    menu: str
    uitleg: dict[str, str]
    sjablonen: dict[str, Proactive]


class Templates:
    """Knows which templates there are; looks them up at the provider now and then.

    Args:
        api: the provider.
        path: data/whatsapp/sjablonen.yaml.
        make: make what is missing without being asked (with the fake; else `python -m channels.whatsapp.templates`).

    Without them everything works with texts and numbered choices; only outside the window nothing can be sent.
    """

    def __init__(self, api: TwilioApi, path: Path, make: bool = False) -> None:
        given = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        self._api, self.proactive = api, given.sjablonen
        self.words = Words(given.kies, given.menu, given.uitleg)
        self._make = make
        self.sids: Mapping[str, str] = {}
        self._approved: dict[str, bool] = {}
        self._task: asyncio.Task[None] | None = None

    async def refresh(self) -> None:
        """Look again which templates there are and which are approved. Raises ProviderFailed."""
        self.sids = await self._api.templates()
        for name in self.proactive:
            if name in self.sids:
                self._approved[name] = await self._api.approved(self.sids[name])
        self._approved = {name: yes for name, yes in self._approved.items() if name in self.sids}

    def for_outside(self, name: str) -> str | None:
        """The sid of an approved template, or None."""
        return self.sids.get(name) if self._approved.get(name) else None

    def wanted(self) -> dict[str, dict[str, Any]]:
        """All templates by name as the Content API takes them."""
        found: dict[str, dict[str, Any]] = {}
        for count in range(1, QUICK + 1):
            actions = [
                {"type": "QUICK_REPLY", "title": f"{{{{{2 + 2 * n}}}}}", "id": f"{{{{{3 + 2 * n}}}}}"} for n in range(count)
            ]
            found[f"{BUTTONS}{count}"] = _body({"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}, count)
        for count in range(1, LIST + 1):
            for name, members in ((PLAIN, ("item", "id")), (DESCRIBED, ("item", "id", "description"))):
                width = len(members)
                items = [{m: f"{{{{{2 + width * n + at}}}}}" for at, m in enumerate(members)} for n in range(count)]
                kind = {"twilio/list-picker": {"body": "{{1}}", "button": self.words.menu, "items": items}}
                found[f"{name}{count}"] = _body(kind, count, described=name == DESCRIBED)
        for name, template in self.proactive.items():
            found[name] = {"variables": {}, "types": {"twilio/text": {"body": template.tekst}}}
        return {name: {"friendly_name": name, "language": "nl", **body} for name, body in found.items()}

    async def make(self) -> list[str]:
        """Make what is missing at the provider, and ask WhatsApp to approve what is for outside the window; returns the names.

        Raises ProviderFailed.
        """
        there, made = await self._api.templates(), []
        for name, body in self.wanted().items():
            if name in there:
                continue
            sid = await self._api.make_template(body)
            if name in self.proactive:
                await self._api.ask_approval(sid, name, self.proactive[name].soort)
            made.append(name)
        return made

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._loop())

    async def _loop(self) -> None:
        again = AGAIN
        while True:
            try:
                if self._make and await self.make():
                    await asyncio.sleep(APPROVAL)
                await self.refresh()
                wait, again = REFRESH if self.sids else LONGEST_AGAIN, AGAIN
                missing = sorted(set(self.wanted()) - set(self.sids))
                if missing:
                    log.warning("whatsapp.templates_missing", templates=missing)
            except ProviderFailed as error:
                log.warning("whatsapp.templates_unknown", error=str(error))
                wait, again = again, min(again * 2, LONGEST_AGAIN)
            await asyncio.sleep(wait)

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _body(types: dict[str, Any], count: int, described: bool = False) -> dict[str, Any]:
    """With an example for each variable, as the provider asks."""
    values = ["Kies een antwoord."]
    for number in range(1, count + 1):
        values += [f"Keuze {number}", f"/keuze_{number}", *([f"Wat keuze {number} is"] if described else [])]
    variables = {str(number): value for number, value in enumerate(values, start=1)}
    return {"variables": variables, "types": types}


async def main() -> None:
    """Make the templates in the account of the environment and ask for their approval; may be repeated."""
    settings = TwilioSettings.from_environment(os.environ, os.environ.get("VERBONDEN_PUBLIC_URL", ""))
    if settings is None:
        raise SystemExit("TWILIO_ACCOUNT_SID is not set")
    api = TwilioApi(settings)
    try:
        templates = Templates(api, Path(os.environ.get("VERBONDEN_DATA", "data")) / "whatsapp" / "sjablonen.yaml")
        for name in await templates.make():
            print(name)
    except ProviderFailed as error:
        raise SystemExit(f"The provider refused: {error}") from error
    finally:
        await api.close()


if __name__ == "__main__":
    asyncio.run(main())

"""The transcript as a page: everything is there in words, and nothing of it can run or lead where it should not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channels.web.transcript import as_html
from loket.answers.texts import Texts

TEXTS = Texts.load(Path("data/antwoorden"))
NOW = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)


def message(**part: Any) -> dict[str, Any]:
    """A message as it is on the wire."""
    return {
        "seq": 1, "author": "bot", "name": "Verbonden", "organisation": "", "text": "Hallo", "buttons": [], "links": [], "phones": [],
        "card": None, "language": "", "at": "2026-11-28T12:00:00.000Z", **part,
    }  # fmt: skip


def test_what_others_wrote_stays_text() -> None:
    page = as_html([message(author="citizen", text='<img src=x onerror="alert(1)">\n& meer')], TEXTS, NOW)
    assert "<img" not in page and "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;<br>&amp; meer" in page


def test_only_pages_of_the_web_become_links() -> None:
    links = [{"title": "uwv.nl", "url": "https://www.uwv.nl"}, {"title": "Klik hier", "url": "javascript:alert(1)"}]
    page = as_html([message(links=links)], TEXTS, NOW)
    assert 'href="https://www.uwv.nl"' in page
    assert "Klik hier" in page and "javascript:" not in page


def test_a_case_and_the_choices_are_told_in_words() -> None:
    card = {
        "number": "ZAAK-1", "title": "Vergunning", "due": "2027-01-07", "late": True,
        "steps": [{"title": "Ontvangen", "state": "done", "at": "2026-10-01"}, {"title": "Besluit", "state": "todo", "at": None}],
    }  # fmt: skip
    page = as_html([message(card=card, buttons=[{"title": "Ja", "payload": "x"}, {"title": "Nee", "payload": "y"}])], TEXTS, NOW)
    for words in ("ZAAK-1", "Vergunning", "Ontvangen", "1 oktober 2026", "te laat", "7 januari 2027", "Ja, Nee"):
        assert words in page


def test_who_spoke_when_and_in_which_language() -> None:
    human = message(author="human", name="Fatima", organisation="Gemeente Demodam", text="Dzień dobry", language="pl")
    page = as_html([human], TEXTS, NOW)
    assert "Fatima, Gemeente Demodam" in page and 'lang="pl"' in page
    assert "28 november 2026 13:00" in page, "the clock is that of Amsterdam"
    assert "29 november 2026" in page, "made after midnight there"

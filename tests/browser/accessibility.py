"""axe-core on a page as it stands now."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

ONLY_THE_DIALOG = """() => {
  const sheet = new CSSStyleSheet();
  const open = ':root:has(dialog:modal)';
  sheet.replaceSync(`${open} body * { visibility: hidden } ${open} dialog:modal, ${open} dialog:modal * { visibility: visible }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
"""What lies behind an opaque modal dialog is inert, and yet axe counts it as a background it can not decide on."""


async def check(page: Page, state: str) -> None:
    """Nothing may be wrong, and nothing may be left for a human to find out.

    Raises AssertionError with every rule and element.

    Args:
        page: to look at.
        state: what is on it, for the message.
    """
    # A colour in the middle of a transition belongs to neither state.
    await page.wait_for_function("document.getAnimations().every((one) => one.effect?.getTiming().iterations === Infinity)")
    await page.evaluate(ONLY_THE_DIALOG)
    found = (await Axe().run(page, options={"resultTypes": ["violations", "incomplete"]})).response
    await page.evaluate("() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1) }")
    faults = [
        f"{state}: {kind} of {issue['id']}: {_target(node)}: {_why(node)}"
        for kind in ("violations", "incomplete")
        for issue in found[kind]
        for node in issue["nodes"]
    ]
    assert found["passes"], f"{state}: axe saw nothing at all"
    assert not faults, "\n".join(faults)


def _target(node: dict[str, Any]) -> str:
    return " ".join(" > ".join(part) if isinstance(part, list) else part for part in node["target"])


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])

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

WATCH_CHANGES = """() => {
  globalThis.pageChanges = 0;
  const observer = new MutationObserver((records) => { globalThis.pageChanges += records.length });
  const watch = (root) => {
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) watch(element.shadowRoot);
  };
  watch(document);
  globalThis.stopWatching = () => { observer.disconnect(); return globalThis.pageChanges };
}"""
"""Counts what changes on the page, in its shadows too, until `stopWatching()` tells how much that was."""

LOOKS = 15
"""So often axe looks at a page that does not come to rest: on a busy machine what comes late comes during a look."""


async def check(page: Page, state: str, without: tuple[str, ...] = ()) -> None:
    """Nothing may be wrong, and nothing may be left for a human to find out.

    Raises AssertionError with every rule and element.

    Args:
        page: to look at.
        state: what is on it, for the message.
        without: rules that can not be judged here; say why where you call it.
    """
    looks = LOOKS
    # A colour in the middle of a transition belongs to neither state.
    await page.wait_for_function("document.getAnimations().every((one) => one.effect?.getTiming().iterations === Infinity)")
    found = await _look(page, without)
    while found is None and (looks := looks - 1):
        found = await _look(page, without)
    assert found is not None, f"{state}: the page did not come to rest"
    faults = [
        f"{state}: {kind} of {issue['id']}: {_target(node)}: {_why(node)}"
        for kind in ("violations", "incomplete")
        for issue in found[kind]
        for node in issue["nodes"]
    ]
    assert found["passes"], f"{state}: axe saw nothing at all"
    assert not faults, "\n".join(faults)


async def _look(page: Page, without: tuple[str, ...]) -> dict[str, Any] | None:
    """What axe finds; None when the page changed while it looked.

    axe reads the page in many steps, and finds an element back by its place among its siblings: of a page that changes in
    between, it tells things that never were.
    """
    await page.evaluate(ONLY_THE_DIALOG)
    await page.evaluate(WATCH_CHANGES)
    options = {"resultTypes": ["violations", "incomplete"], "rules": {rule: {"enabled": False} for rule in without}}
    found: dict[str, Any] = (await Axe().run(page, options=options)).response
    changes = await page.evaluate("stopWatching()")
    await page.evaluate("() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1) }")
    return None if changes else found


def _target(node: dict[str, Any]) -> str:
    return " ".join(" > ".join(part) if isinstance(part, list) else part for part in node["target"])


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])

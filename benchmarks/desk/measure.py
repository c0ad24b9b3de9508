"""What a member of staff waits for in a long list, in a real browser: from a key or a click to the next picture on the screen."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

WATCH = """() => {
  globalThis.took = [];
  const measured = (event) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => globalThis.took.push(performance.now() - event.timeStamp);
      channel.port2.postMessage(0);
    });
  };
  for (const type of ['keydown', 'input', 'click', 'change', 'scroll'])
    addEventListener(type, measured, { capture: true, passive: true });
}"""
"""Before every handler: when the event came; after the frame that follows: how long ago that is. As web-vitals' INP."""

OPEN = """async (at) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const row = document.querySelector(`.item[data-at="${at}"]`);
  const words = row.querySelector('.item-text').textContent.trim();
  const began = performance.now();
  row.click();
  await frame();
  while (!row.isConnected || !row.matches('.item-open')) await frame();
  const answered = performance.now() - began;
  while (!document.querySelector('ol.messages')?.textContent.includes(words)) await frame();
  return { answered, drawn: performance.now() - began };
}"""


async def watch(page: Page) -> None:
    """Begin to measure on this page."""
    await page.evaluate(WATCH)


async def took(page: Page) -> list[float]:
    """Milliseconds of each event since the last time."""
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    found: list[float] = await page.evaluate("() => globalThis.took.splice(0)")
    return found


async def opened(page: Page, at: int) -> dict[str, Any]:
    """Open the row `at` of the list with a click: `answered` and, with the gateway, `drawn`, in milliseconds."""
    found: dict[str, Any] = await page.evaluate(OPEN, at)
    return found

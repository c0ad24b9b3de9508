"""The watch over the pages sees what it must see: without these tests its silence would mean nothing."""

from __future__ import annotations

import asyncio

import pytest

from tests.browser.accessibility import check
from tests.browser.citizen import ANSWER_SECONDS, Citizen
from tests.browser.conftest import NewContext
from tests.browser.watch import Watch
from verbonden.running import RunningProduct

WRONG = {
    "an inline script": (
        "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
        "Content Security Policy",
    ),
    "an inline style": ("document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
    "a request to a third party": ("fetch('https://example.org/').catch(() => 0)", "Content Security Policy"),
    "a line to a third party": ("new WebSocket('wss://example.org/')", "Content Security Policy"),
    "an error in a script": ("setTimeout(() => { throw new Error('wrong') })", "error in a script"),
    "a complaint": ("console.warn('hm')", "console warning: hm"),
    "an image from elsewhere": ("new Image().src = 'https://example.org/pixel.png'", "Content Security Policy"),
}


async def watched_page(product: RunningProduct, new_context: NewContext, bypass_csp: bool = False) -> tuple[Citizen, Watch]:
    """A citizen's page with a watch that fails no test by itself."""
    context = await new_context(bypass_csp=bypass_csp)
    watch = Watch(context, product.url)
    citizen = Citizen(await context.new_page(), watch)
    await citizen.arrive(product.url)
    assert not watch.problems
    return citizen, watch


@pytest.mark.parametrize("wrong", WRONG, ids=WRONG)
async def test_the_watch_sees(wrong: str, product: RunningProduct, new_context: NewContext) -> None:
    citizen, watch = await watched_page(product, new_context)
    script, expected = WRONG[wrong]
    await citizen.page.evaluate(f"() => {{ {script} }}")
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            while not any(expected in problem for problem in watch.problems):
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"not seen: {watch.problems}")


async def test_the_watch_sees_what_the_policy_lets_through(product: RunningProduct, new_context: NewContext) -> None:
    citizen, watch = await watched_page(product, new_context, bypass_csp=True)
    await citizen.page.evaluate("() => fetch('http://127.0.0.1:9/').catch(() => 0)")
    assert "request to a third party: http://127.0.0.1:9/" in watch.problems


async def test_axe_sees_into_the_chat(product: RunningProduct, new_context: NewContext) -> None:
    """The chat lives in a shadow: what is wrong in there must be found too."""
    citizen, _ = await watched_page(product, new_context)
    await citizen.input.evaluate("(input) => input.labels.forEach((label) => label.remove())")
    with pytest.raises(AssertionError, match=r"(?s)label: .*textarea|label: .*#text"):
        await check(citizen.page, "without a label")

"""The few plain pages around logging in. Their words are in `data/antwoorden/paginas.yaml`; no script is needed."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

STYLESHEET = Path(__file__).with_name("page.css")


class Pages:
    """Renders pages by name.

    Args:
        path: the file with the words: per page `titel`, `tekst` (paragraphs), and perhaps `knop` and `terug`.
        brand: shown on top.
    """

    def __init__(self, path: Path, brand: str) -> None:
        with path.open(encoding="utf-8") as stream:
            self._words: dict[str, dict[str, Any]] = yaml.safe_load(stream)
        self._brand = brand

    def answer(self, name: str, status: int = 200, *, go: str = "", refresh: str = "", **values: str) -> web.Response:
        """A page.

        Args:
            name: in the file.
            status: of HTTP.
            go: address of the link under the text; its title is `terug` of the page.
            refresh: address to which the browser goes by itself, as to that of `go`.
            values: for words in braces.
        """
        words = self._words[name]
        title = escape(words["titel"])
        body = [f"<p>{escape(part.format_map(values))}</p>" for part in words["tekst"]]
        if "knop" in words:
            body.append(f'<form method="post"><button type="submit">{escape(words["knop"])}</button></form>')
        target = go or refresh
        if target:
            body.append(f'<p><a href="{escape(target, quote=True)}">{escape(words["terug"])}</a></p>')
        meta = f'<meta http-equiv="refresh" content="0;url={escape(refresh, quote=True)}">\n' if refresh else ""
        html = (
            f'<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n{meta}'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
            '<link rel="icon" href="data:,">\n'
            f'<title>{title} - {escape(self._brand)}</title>\n<link rel="stylesheet" href="/digid/pagina.css">\n</head>\n<body>\n'
            f"<header><p>{escape(self._brand)}</p></header>\n<main>\n<h1>{title}</h1>\n"
            + "\n".join(body) + "\n</main>\n</body>\n</html>\n"
        )
        return web.Response(status=status, text=html, content_type="text/html", headers={"Cache-Control": "no-store"})


async def stylesheet(request: web.Request) -> web.StreamResponse:
    """The look of the pages."""
    return web.FileResponse(STYLESHEET, headers={"Cache-Control": "public, max-age=3600"})

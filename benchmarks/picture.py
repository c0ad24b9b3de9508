"""A picture of the comparison, as SVG text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

OURS, THEIRS, INK = "#154273", "#b8c2cf", "#1a1a1a"
ROW, LEFT, WIDTH = 22, 230, 420


def pairs(title: str, rows: Sequence[tuple[str, float, float]], unit: str) -> str:
    """Two bars for each row: ours above, stock Rasa below; rows are (name, ours, theirs)."""
    most = max(max(ours, theirs) for _, ours, theirs in rows) or 1
    parts = [_text(8, 20, f"{title} ({unit})", 15)]
    for number, (name, ours, theirs) in enumerate(rows):
        y = 36 + number * (2 * ROW + 10)
        parts.append(_text(8, y + ROW, name))
        for offset, value, colour, who in ((0, ours, OURS, "Verbonden"), (ROW, theirs, THEIRS, "Rasa")):
            width = WIDTH * value / most
            parts.append(f'<rect x="{LEFT}" y="{y + offset}" width="{width:.1f}" height="{ROW - 4}" fill="{colour}"/>')
            parts.append(_text(LEFT + width + 6, y + offset + 14, f"{value:.4g} {who}"))
    height = 36 + len(rows) * (2 * ROW + 10)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 150}" height="{height}" role="img">'
    return f'{head}<title>{escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'


def _text(x: float, y: float, words: str, size: int = 13) -> str:
    style = f'font-family="system-ui, sans-serif" font-size="{size}" fill="{INK}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'

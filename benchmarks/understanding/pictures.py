"""Pictures as SVG text, made by code so that the report is one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

BLUE, GREY, RED, INK = "#154273", "#d6dde6", "#a90061", "#1a1a1a"
FONT = 'font-family="system-ui, sans-serif" font-size="13"'


def bars(values: Mapping[str, float | None], title: str) -> str:
    """Horizontal bars of shares between 0 and 1; None is shown as a dash."""
    row, left, width = 26, 150, 420
    parts = []
    for number, (name, value) in enumerate(values.items()):
        y = number * row + 6
        parts.append(_text(left - 8, y + 13, name, "end"))
        parts.append(f'<rect x="{left}" y="{y}" width="{width}" height="17" fill="{GREY}"/>')
        if value is not None:
            parts.append(f'<rect x="{left}" y="{y}" width="{width * value:.1f}" height="17" fill="{BLUE}"/>')
        parts.append(_text(left + width + 8, y + 13, "-" if value is None else f"{value:.2f}", "start"))
    return _svg(left + width + 60, len(values) * row + 12, title, parts)


def curve(points: Sequence[Mapping[str, float]], title: str) -> str:
    """Reliability curve: score to the right, part that is right upward, dots as large as their number."""
    side, margin = 300, 44
    most = max((p["aantal"] for p in points), default=1)

    def place(p: Mapping[str, float]) -> tuple[float, float]:
        return margin + side * p["score"], margin / 2 + side * (1 - p["goed"])

    frame = f'<rect x="{margin}" y="{margin / 2}" width="{side}" height="{side}" fill="none" stroke="{INK}"/>'
    ideal = (
        f'<line x1="{margin}" y1="{margin / 2 + side}" x2="{margin + side}" y2="{margin / 2}" '
        f'stroke="{INK}" stroke-dasharray="4 4"/>'
    )
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, points))
    dots = [
        f'<circle cx="{place(p)[0]:.1f}" cy="{place(p)[1]:.1f}" r="{3 + 7 * (p["aantal"] / most) ** 0.5:.1f}" fill="{BLUE}">'
        f"<title>{int(p['aantal'])}: score {p['score']:.2f}, right {p['goed']:.2f}</title></circle>"
        for p in points
    ]
    marks = [_text(margin + side * t, margin / 2 + side + 18, f"{t:.1f}", "middle") for t in (0, 0.5, 1)]
    marks += [_text(margin - 6, margin / 2 + side * (1 - t) + 5, f"{t:.1f}", "end") for t in (0, 0.5, 1)]
    polyline = f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="2"/>'
    return _svg(side + 2 * margin, side + 2 * margin, title, [frame, ideal, polyline, *dots, *marks])


def grid(labels: Sequence[str], counts: Mapping[tuple[str, str], int], title: str) -> str:
    """Confusion matrix: a row per right class, a column per class found, as dark as the part of its row."""
    cell, left, top = 26, 150, 120
    parts = []
    for i, right in enumerate(labels):
        total = sum(counts.get((right, found), 0) for found in labels) or 1
        parts.append(_text(left - 8, top + i * cell + 17, right, "end"))
        x = left + i * cell + 17
        parts.append(
            f'<text x="{x}" y="{top - 8}" {FONT} fill="{INK}" transform="rotate(-60 {x} {top - 8})">{escape(right)}</text>'
        )
        for j, found in enumerate(labels):
            number = counts.get((right, found), 0)
            colour = BLUE if i == j else RED
            parts.append(
                f'<rect x="{left + j * cell}" y="{top + i * cell}" width="{cell - 1}" height="{cell - 1}" fill="{colour}" '
                f'fill-opacity="{number / total:.3f}" stroke="{GREY}">{_hint(right, number, found)}</rect>'
            )
    size = len(labels) * cell
    return _svg(left + size + 90, top + size + 10, title, parts)


def _hint(right: str, number: int, found: str) -> str:
    return f"<title>{escape(right)}: {number} x {escape(found)}</title>"


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {FONT} fill="{INK}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img">'
    return f"{head}<title>{escape(title)}</title>{''.join(parts)}</svg>"

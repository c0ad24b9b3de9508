"""Tables as CSV for a spreadsheet, in which nothing can be a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV injection)."""


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    """The table with a semicolon between cells, as Dutch spreadsheets expect, and a mark that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def safe(cell: str | int | float) -> str | int | float:
    """Numbers as they are; a text that could be a formula gets an apostrophe before it."""
    if isinstance(cell, str) and cell.startswith(BEGINS_FORMULA):
        return f"'{cell}"
    return cell

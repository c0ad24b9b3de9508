"""The report as one HTML file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

from benchmarks.understanding.figures import BARS, confusions, missed_bars
from benchmarks.understanding.pictures import bars, curve, grid
from benchmarks.understanding.records import Message, Record
from loket.privacy.masking import mask

WORST = 60
"""Errors shown: those of which the model was surest."""

ORGANISATIONS = 25
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #d6dde6;padding:.25rem .6rem;text-align:left}"
    "th{background:#eef2f7}.low{color:#a90061;font-weight:600}svg{max-width:100%;height:auto}"
)


def page(sets: dict[str, dict[str, Any]], own: Sequence[Record], messages: Sequence[Message], changes: Sequence[str]) -> str:
    """The whole report.

    Args:
        sets: figures per set, by name.
        own: records of our own messages, from models that did not see them.
        messages: those messages, in the same order; only these are quoted, masked.
        changes: differences from the figures that were committed before.
    """
    body = ["<h1>Begrip: how well messages are understood</h1>"]
    body += [_set(name, figures) for name, figures in sets.items()]
    body += [_confusion(own), _worst(own, messages), _changes(changes)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Begrip</title>'
        f"<style>{STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def _set(name: str, figures: dict[str, Any]) -> str:
    low = {line.split(":")[0] for line in missed_bars(figures)}
    rows = []
    for key, value in figures.items():
        if isinstance(value, dict | list):
            continue
        bar = " ".join(map(str, BARS[key])) if key in BARS else ""
        kind = ' class="low"' if key in low else ""
        rows.append([f"<td>{escape(key)}</td>", f"<td{kind}>{'-' if value is None else value}</td>", f"<td>{escape(bar)}</td>"])
    table = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    return (
        f"<h2>{escape(name)}</h2><table><tr><th>figure</th><th>value</th><th>bar</th></tr>{table}</table>"
        f"<h3>Outcome per class</h3>{bars(figures['uitkomst_per_klasse'], 'Outcome per class')}"
        f"<h3>Outcome per language</h3>{bars(figures['uitkomst_per_taal'], 'Outcome per language')}"
        f"<h3>Crisis heard per language</h3>{bars(figures['crisis_gehoord_per_taal'], 'Crisis heard per language')}"
        "<h3>Reliability: outcome, first organisation</h3>"
        f"{curve(figures['betrouwbaarheid_uitkomst'], 'Reliability of the outcome')}"
        f"{curve(figures['betrouwbaarheid_organisatie'], 'Reliability of the first organisation')}"
    )


def _confusion(records: Sequence[Record]) -> str:
    outcomes = Counter((r.uitkomst, r.gevonden_uitkomst) for r in records)
    classes = sorted({name for pair in outcomes for name in pair})
    asked = [r for r in records if r.uitkomst == "antwoord" and r.organisaties and r.gevonden_organisaties]
    pairs = [(r.organisaties[0], r.organisaties[0] if r.organisation_hit(1) else r.gevonden_organisaties[0][0]) for r in asked]
    frequent = [name for name, _ in Counter(right for right, _ in pairs).most_common(ORGANISATIONS)]
    rows = [[right, found, str(n)] for right, found, n in confusions(pairs, 30)]
    return (
        f"<h2>Confusion (our own messages)</h2><h3>Outcomes</h3>{grid(classes, outcomes, 'Outcomes')}"
        f"<h3>Organisations (the most frequent)</h3>{grid(frequent, Counter(pairs), 'Organisations')}"
        f"{_table(('right', 'found', 'times'), rows)}"
    )


def _worst(records: Sequence[Record], messages: Sequence[Message]) -> str:
    wrong = [(r.score, r, m) for r, m in zip(records, messages) if not r.hit]
    wrong.sort(key=lambda item: (-item[0], item[2].tekst))
    rows = [[r.uitkomst, r.gevonden_uitkomst, f"{score:.2f}", r.taal, mask(m.tekst).text[:240]] for score, r, m in wrong[:WORST]]
    return f"<h2>Worst errors (our own messages, masked)</h2>{_table(('right', 'found', 'score', 'language', 'message'), rows)}"


def _changes(changes: Sequence[str]) -> str:
    rows = "".join(f"<li>{escape(line)}</li>" for line in changes) or "<li>no differences</li>"
    return f"<h2>Against the figures committed before</h2><ul>{rows}</ul>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{lines}</table>"

"""Figures of a set of records, and the bars that they must reach (issue 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean, median, quantiles
from typing import Any

from benchmarks.understanding.records import Record
from loket.understanding.calibration import MIX

CRISIS, OUT_OF_SCOPE, QUESTION = "crisis", "buiten_bereik", "antwoord"
LOOK_ALIKES = "crisis_niet"
"""End of the names of files with messages that look like a cry for help and are none."""

BINS = 10
BARS: dict[str, tuple[str, float]] = {
    "uitkomst_goed": (">=", 0.88),
    "organisatie_eerste_goed": (">=", 0.85),
    "organisatie_bij_eerste_drie": (">=", 0.95),
    "crisis_gehoord": (">=", 1.0),
    "crisis_vals_alarm": ("<=", 3),
    "buiten_bereik_herkend": (">=", 0.85),
    "buiten_bereik_ten_onrechte": ("<=", 0.04),
    "entiteiten_f1": (">=", 0.93),
    "anderstalig_uitkomst_goed": (">=", 0.80),
    "ms_mediaan": ("<=", 12.0),
}


def figures(records: Sequence[Record]) -> dict[str, Any]:
    """All figures of a set. A figure without messages is None."""
    questions = [r for r in records if r.uitkomst == QUESTION and r.organisaties]
    crises, calm = _split(records, lambda r: r.uitkomst == CRISIS)
    strange, inside = _split(records, lambda r: r.uitkomst == OUT_OF_SCOPE)
    look_alikes = [r for r in calm if r.bron.endswith(LOOK_ALIKES)]
    foreign = [r for r in records if r.taal != "nl"]
    times = [r.ms for r in records if r.ms > 0.0]
    return {
        "berichten": len(records),
        "uitkomst_goed": _share(r.hit for r in records),
        "uitkomst_goed_naar_werkelijkheid": _real(records),
        "uitkomst_per_klasse": {name: _share(r.hit for r in part) for name, part in _by(records, lambda r: r.uitkomst).items()},
        "organisatie_eerste_goed": _share(r.organisation_hit(1) for r in questions),
        "organisatie_bij_eerste_drie": _share(r.organisation_hit(3) for r in questions),
        "crisis_gehoord": _share(r.hit for r in crises),
        "crisis_vals_alarm": sum(r.gevonden_uitkomst == CRISIS for r in calm),
        "crisis_vals_alarm_beeldspraak": _share(r.gevonden_uitkomst == CRISIS for r in look_alikes),
        "crisis_gehoord_per_taal": {name: _share(r.hit for r in part) for name, part in _by(crises, lambda r: r.taal).items()},
        "buiten_bereik_herkend": _share(r.hit for r in strange),
        "buiten_bereik_ten_onrechte": _share(r.gevonden_uitkomst == OUT_OF_SCOPE for r in inside),
        "entiteiten_f1": entity_f1(records),
        "anderstalig_uitkomst_goed": _share(r.hit for r in foreign),
        "taal_goed": _share(r.taal == r.gevonden_taal for r in records),
        "uitkomst_per_taal": {name: _share(r.hit for r in part) for name, part in _by(records, lambda r: r.taal).items()},
        "betrouwbaarheid_uitkomst": reliability([(r.score, r.hit) for r in records]),
        "betrouwbaarheid_organisatie": reliability(
            [(r.gevonden_organisaties[0][1], r.organisation_hit(1)) for r in questions if r.gevonden_organisaties]
        ),
        "ms_mediaan": round(median(times), 2) if times else None,
        "ms_p95": round(quantiles(times, n=20)[-1], 2) if len(times) > 1 else None,
    }


def reliability(scored: Sequence[tuple[float, bool]]) -> list[dict[str, float]]:
    """Per tenth of the score: how many, their mean score and the part that is right. Empty tenths are left out."""
    found = []
    for number in range(BINS):
        part = [(s, ok) for s, ok in scored if number == min(int(s * BINS), BINS - 1)]
        if part:
            mean, right = fmean(s for s, _ in part), fmean(float(ok) for _, ok in part)
            found.append({"aantal": len(part), "score": round(mean, 4), "goed": round(right, 4)})
    return found


def confusions(pairs: Iterable[tuple[str, str]], top: int) -> list[tuple[str, str, int]]:
    """The most frequent mistakes: right, found, how often."""
    counts = Counter((right, found) for right, found in pairs if right != found)
    return [(right, found, n) for (right, found), n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:top]]


def entity_f1(records: Iterable[Record]) -> float | None:
    """F1 of entities (kind and value, amounts as numbers) where they were marked; None where nothing was."""
    right = surplus = missed = 0
    marked = False
    for record in records:
        if record.entiteiten is None:
            continue
        marked = True
        gold, found = _facts(record.entiteiten), _facts(record.gevonden_entiteiten)
        right, surplus, missed = right + len(gold & found), surplus + len(found - gold), missed + len(gold - found)
    total = 2 * right + surplus + missed
    return round(2 * right / total, 4) if marked and total else None


def missed_bars(found: dict[str, Any]) -> list[str]:
    """Figures that do not reach their bar, each with what it is and what it should be."""
    lines = []
    for name, (sign, bar) in BARS.items():
        value = found.get(name)
        if value is not None and not (value >= bar if sign == ">=" else value <= bar):
            lines.append(f"{name}: {value} ({sign} {bar})")
    return lines


def _facts(entities: dict[str, Any]) -> set[tuple[str, str]]:
    facts = set()
    for kind, values in entities.items():
        if kind == "email":  # found in order to mask it; no set marks it
            continue
        for value in values if isinstance(values, list) else [values]:
            facts.add((kind, str(float(value)) if kind == "bedrag" else str(value)))
    return facts


def _real(records: Sequence[Record]) -> float | None:
    """Accuracy when the classes are mixed as in reality (loket.understanding.calibration.MIX)."""
    parts = _by(records, lambda r: r.uitkomst)
    if not set(MIX) <= set(parts):
        return None
    rest = (1.0 - sum(MIX.values())) / max(1, len(parts) - len(MIX))
    weights = {name: MIX.get(name, rest) for name in parts}
    return round(sum(weights[n] * fmean(float(r.hit) for r in part) for n, part in parts.items()) / sum(weights.values()), 4)


def _by(records: Iterable[Record], key: Callable[[Record], str]) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return dict(sorted(groups.items()))


def _split(records: Iterable[Record], test: Callable[[Record], bool]) -> tuple[list[Record], list[Record]]:
    yes: list[Record] = []
    no: list[Record] = []
    for record in records:
        (yes if test(record) else no).append(record)
    return yes, no


def _share(hits: Iterable[bool]) -> float | None:
    values = [float(hit) for hit in hits]
    return round(fmean(values), 4) if values else None

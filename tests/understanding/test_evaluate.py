"""The figures and the report of `make evaluate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.evaluate import differences, main
from benchmarks.understanding.figures import confusions, entity_f1, figures, missed_bars, reliability
from benchmarks.understanding.holdout import own_messages
from benchmarks.understanding.records import InvalidSet, Message, Record, read_messages
from benchmarks.understanding.report import page
from verbonden.commands import ROOT


def record(right: str, found: str, score: float = 0.9, **more: object) -> Record:
    empty: dict[str, object] = {"organisaties": [], "taal": "nl", "bron": "", "entiteiten": None}
    fields: dict[str, object] = {**empty, "gevonden_organisaties": [], "gevonden_taal": "nl"}
    return Record(uitkomst=right, gevonden_uitkomst=found, score=score, **{**fields, **more})  # type: ignore[arg-type]


def test_figures_count_what_the_issue_asks() -> None:
    # Given two questions, one at the second organisation; a cry heard, a false alarm; one out of scope, one refused
    records = [
        record("antwoord", "antwoord", organisaties=["uwv"], gevonden_organisaties=[("uwv", 0.9)]),
        record("antwoord", "antwoord", organisaties=["svb"], gevonden_organisaties=[("uwv", 0.6), ("svb", 0.3)]),
        record("crisis", "crisis", taal="pl"),
        record("klacht", "crisis", bron="w3_crisis_niet"),
        record("buiten_bereik", "buiten_bereik"),
        record("status", "buiten_bereik"),
    ]
    found = figures(records)
    assert found["uitkomst_goed"] == pytest.approx(4 / 6, abs=1e-4)
    assert (found["organisatie_eerste_goed"], found["organisatie_bij_eerste_drie"]) == (0.5, 1.0)
    assert (found["crisis_gehoord"], found["crisis_vals_alarm"], found["crisis_vals_alarm_beeldspraak"]) == (1.0, 1, 1.0)
    assert (found["buiten_bereik_herkend"], found["buiten_bereik_ten_onrechte"]) == (1.0, 0.2)
    assert found["anderstalig_uitkomst_goed"] == 1.0
    assert any(line.startswith("uitkomst_goed") for line in missed_bars(found))
    assert not any(line.startswith("crisis_gehoord") for line in missed_bars(found))


def test_figures_of_nothing_are_unknown_not_zero() -> None:
    assert figures([])["uitkomst_goed"] is None
    assert missed_bars(figures([])) == []


def test_reliability_puts_the_score_beside_what_was_right() -> None:
    points = reliability([(0.95, True), (0.97, True), (0.92, False), (1.0, True), (0.15, False)])
    assert [(p["aantal"], p["goed"]) for p in points] == [(1, 0.0), (4, 0.75)]


def test_entities_count_once_right_missed_or_too_many() -> None:
    found = [record("status", "status", entiteiten={"bedrag": 12}, gevonden_entiteiten={"bedrag": [12.0], "gemeente": "Ede"})]
    assert entity_f1(found) == pytest.approx(2 / 3, abs=1e-4)
    assert entity_f1([record("status", "status")]) is None


def test_confusions_are_the_mistakes_most_frequent_first() -> None:
    assert confusions([("a", "b"), ("a", "a"), ("a", "b"), ("b", "c")], 5) == [("a", "b", 2), ("b", "c", 1)]


def test_differences_name_what_changed_but_not_the_time() -> None:
    before = {"set": {"uitkomst_goed": 0.8, "ms_mediaan": 10.0, "uitkomst_per_klasse": {"mens": 0.5}}}
    after = {"set": {**before["set"], "uitkomst_goed": 0.9, "ms_mediaan": 11.0}, "nieuw": {"uitkomst_goed": 1.0}}
    assert differences(before, after) == ["set: uitkomst_goed 0.8 -> 0.9"]


def test_the_report_quotes_own_messages_masked_and_shows_every_set() -> None:
    own = [record("klacht", "status", 0.97), record("mens", "mens", 0.8)]
    messages = [Message("mijn bsn is 999990019, <b>waarom</b>", "klacht"), Message("mens graag", "mens")]
    html = page({"eigen": figures(own), "ontwikkelset": figures(own)}, own, messages, ["eigen: uitkomst_goed 0.4 -> 0.5"])
    assert "999990019" not in html and "[BSN]" in html
    assert "<b>waarom" not in html
    assert "mens graag" not in html
    assert html.count("<svg") >= 10
    assert "uitkomst_goed 0.4 -&gt; 0.5" in html


def test_a_writer_is_never_divided() -> None:
    folds: dict[int, set[int]] = {}
    for fold, _, example in own_messages(ROOT):
        folds.setdefault(example.schrijver, set()).add(fold)
    assert len(folds) >= 4
    assert all(len(found) == 1 for writer, found in folds.items() if writer != 1)
    assert folds[1] == {0, 1, 2}


def test_a_wrong_line_is_named_without_its_text(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"tekst": "hallo", "uitkomst": "smalltalk"}) + '\n{"geheim": 1}\n', encoding="utf-8")
    with pytest.raises(InvalidSet, match=r"set\.jsonl, regel 2") as caught:
        read_messages(path)
    assert "geheim" not in str(caught.value)


def test_a_missing_file_is_an_error_not_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.evaluate.cross_validated", lambda *_: ([], []))
    assert main(["--file", str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "reports")]) == 2
    assert not (tmp_path / "reports").exists()

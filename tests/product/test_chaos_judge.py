"""The judge of the chaos finds each sin in a made-up day, and none in a good one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.chaos.diary import Answer, Claim, DeskDiary, Diary, Said, Shown
from benchmarks.chaos.judge import BOT_AFTER_TAKEOVER, DOUBLED, LOST, REORDERED, TWO_OWNERS, Store, problems

TABLES = """
create table conversation (id, channel, address, state, epoch, owner_id, pending, last_seq, follows);
create table message (id integer primary key, conversation_id, seq, author, author_id, channel, provider_id, text, epoch,
  handled_at, delivery);
create table transition (id integer primary key, conversation_id, from_state, to_state, epoch, actor);
insert into conversation values ('c1', 'web', 's', 'closed', 3, 'fatima', 0, 6, null),
  ('c2', 'web', 's', 'bot', 0, null, 0, 8, 'c1');
insert into transition (conversation_id, from_state, to_state, epoch, actor) values
  ('c1', 'bot', 'queued', 1, 'bot'), ('c1', 'queued', 'claimed', 2, 'fatima'), ('c1', 'claimed', 'closed', 3, 'fatima');
insert into message (conversation_id, seq, author, author_id, channel, provider_id, text, epoch, handled_at) values
  ('c1', 1, 'bot', null, 'web', null, 'Welkom', 0, 1), ('c1', 2, 'citizen', null, 'web', 's:a', 'Hallo', 0, 1),
  ('c1', 3, 'bot', null, 'web', null, 'Een mens komt', 0, 1), ('c1', 4, 'system', null, 'web', null, 'Fatima', 2, 1),
  ('c1', 5, 'human', 'fatima', 'web', 'fatima:x', 'Dag', 2, 1), ('c1', 6, 'system', null, 'web', null, 'Gesloten', 3, 1),
  ('c2', 7, 'citizen', null, 'web', 's:b', 'Paspoort?', 0, 1), ('c2', 8, 'bot', null, 'web', null, 'Bij de gemeente', 0, 1);
"""
AGAIN = """insert into message
  select 9, conversation_id, 9, author, author_id, channel, provider_id, text, epoch, handled_at, delivery from message"""
SHOWN = (("bot", "Welkom"), ("citizen", "Hallo"), ("bot", "Een mens komt"), ("system", "Fatima"), ("human", "Dag"),
         ("system", "Gesloten"), ("citizen", "Paspoort?"), ("bot", "Bij de gemeente"))


class Day:
    """A citizen who was helped by Fatima, wrote anew after the closing, and came back once in between."""

    def __init__(self) -> None:
        self.citizen = Diary(
            "s",
            [Said("a", "Hallo", [(1, 1), (1, 2)], accepted=3, seq=2), Said("b", "Paspoort?", [(2, 9)], accepted=10, seq=7)],
            [Shown(1 if seq <= 4 else 2, seq, *what) for seq, what in enumerate(SHOWN, 1)],
            {1: 0, 2: 4},
        )
        self.desks = DeskDiary([Claim("c1", 1, "fatima")], [Answer("c1", "x", "fatima", "Dag", 5)], [("c1", 5, "human")])


def judged(tmp_path: Path, day: Day, spoil: str = "") -> list[tuple[str, str]]:
    """Sin and words of all that the judge finds."""
    database = tmp_path / "store.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.executescript(TABLES + spoil)
    connection.close()
    return [(problem.sin, problem.what) for problem in problems(Store.read(database), [day.citizen], day.desks)]


def test_a_good_day_has_no_problems(tmp_path: Path) -> None:
    assert judged(tmp_path, Day()) == []


@pytest.mark.parametrize(
    ("spoil", "sin", "says"),
    [
        ("delete from message where seq = 7", LOST, "is not in the store"),
        ("delete from message where seq = 8; update conversation set last_seq = 7 where id = 'c2'", LOST, "answered by nobody"),
        ("delete from message where seq = 5", LOST, "has ["),
        ("delete from message where seq = 5", LOST, "was kept as 5"),
        ("update message set handled_at = null where seq = 7", LOST, "was never handled"),
        ("update conversation set pending = 1 where id = 'c2'", LOST, "still count as waiting"),
        ("update message set text = 'Iets anders' where seq = 7", LOST, "was accepted as 7"),
        ("update message set seq = 1 where seq = 2", DOUBLED, "has [1, 1"),
        (f"{AGAIN} where seq = 7; update conversation set last_seq = 9 where id = 'c2'", DOUBLED, "2 times in the store"),
        (f"{AGAIN} where seq = 8; update conversation set last_seq = 9 where id = 'c2'", DOUBLED, "2 answers of the bot"),
        ("update message set text = 'Welkom' where seq = 8", DOUBLED, "the bot said 2 times"),
        ("update message set epoch = 3 where seq = 4", REORDERED, "the epochs of its messages"),
        ("update message set author = 'bot' where seq = 4", BOT_AFTER_TAKEOVER, "while a human had it"),
        ("update transition set epoch = 2 where epoch = 3", TWO_OWNERS, "its steps are"),
        ("update transition set actor = 'joris' where epoch = 2", TWO_OWNERS, "a desk won it"),
        ("update message set author_id = 'joris' where seq = 5", TWO_OWNERS, "is of joris"),
        ("update transition set from_state = 'bot' where epoch = 2", TWO_OWNERS, "is from bot"),
    ],
)
def test_a_spoilt_store_is_seen(tmp_path: Path, spoil: str, sin: str, says: str) -> None:
    found = judged(tmp_path, Day(), f"{spoil};")
    assert any(sin == which and says in what for which, what in found), found


def _shown_twice(day: Day) -> None:
    day.citizen.shown.insert(2, day.citizen.shown[1])


def _shown_in_another_order(day: Day) -> None:
    day.citizen.shown[1:3] = day.citizen.shown[2:0:-1]


def _sent_after_it_was_overtaken(day: Day) -> None:
    first, second = day.citizen.said
    first.sent, first.accepted = [(2, 11)], 12
    second.accepted = 10


def _won_by_two(day: Day) -> None:
    day.desks.claims.append(Claim("c1", 1, "joris"))


@pytest.mark.parametrize(
    ("spoil", "sin", "says"),
    [
        (lambda day: day.citizen.shown.pop(), LOST, "never saw [8]"),
        (lambda day: day.citizen.shown.append(Shown(2, 9, "bot", "Spook")), LOST, "is not what is stored"),
        (lambda day: day.desks.seen.append(("c2", 8, "human")), LOST, "a desk saw 8"),
        (_shown_twice, DOUBLED, "saw 2 twice"),
        (lambda day: day.citizen.after.update({2: 5}), DOUBLED, "saw 5 twice"),
        (_shown_in_another_order, REORDERED, "saw 2 after 3"),
        (_sent_after_it_was_overtaken, REORDERED, "stands before"),
        (_won_by_two, TWO_OWNERS, "two desks won it"),
    ],
)
def test_a_spoilt_diary_is_seen(tmp_path: Path, spoil: Callable[[Day], object], sin: str, says: str) -> None:
    day = Day()
    spoil(day)
    found = judged(tmp_path, day)
    assert any(sin == which and says in what for which, what in found), found

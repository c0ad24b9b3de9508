"""The judge of the chaos finds each sin in a made-up day, and none in a good one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.chaos.citizens import QUESTIONS
from benchmarks.chaos.diary import Answer, Claim, DeskDiary, Diary, Opened, Said, Shown
from benchmarks.chaos.judge import BOT_AFTER_TAKEOVER, DOUBLED, LOST, REORDERED, TWO_OWNERS, Store, problems

FIRST, SECOND, THIRD = QUESTIONS[:3]
SAID = (
    ("bot", "Welkom"), ("citizen", FIRST), ("bot", "Bij de gemeente"), ("citizen", "Een mens"), ("bot", "Een mens komt"),
    ("system", "Fatima"), ("human", "Dag"), ("system", "Gesloten"),
    ("citizen", SECOND), ("bot", "Bij het CBR"), ("citizen", THIRD), ("bot", "Bij de Belastingdienst"),
)  # fmt: skip
EPOCHS = {6: 2, 7: 2, 8: 3}
TABLES = f"""
create table conversation (id, channel, address, state, epoch, owner_id, pending, last_seq, follows);
create table message (id integer primary key, conversation_id, seq, author, author_id, provider_id, text, epoch, handled_at,
  together, created_at);
create table transition (id integer primary key, conversation_id, from_state, to_state, epoch, actor, at);
insert into conversation values ('c1', 'web', 's', 'closed', 3, 'fatima', 0, 8, null),
  ('c2', 'web', 's', 'bot', 0, null, 0, 12, 'c1');
insert into transition (conversation_id, from_state, to_state, epoch, actor, at) values
  ('c1', 'bot', 'queued', 1, 'bot', 't5'), ('c1', 'queued', 'claimed', 2, 'fatima', 't6'),
  ('c1', 'claimed', 'closed', 3, 'fatima', 't8');
insert into message (conversation_id, seq, author, text, epoch, created_at, handled_at) values
  {",".join(f"('c{1 if seq < 9 else 2}', {seq}, '{author}', '{text}', {EPOCHS.get(seq, 0)}, 't{seq}', 't{seq}')"
            for seq, (author, text) in enumerate(SAID, 1))};
update message set handled_at = 't' || (seq + 1), provider_id = 's:' || seq where author = 'citizen';
update message set author_id = 'fatima', provider_id = 'fatima:x' where author = 'human';
"""
AGAIN = """insert into message
  select 13, conversation_id, 13, author, author_id, provider_id, text, epoch, handled_at, together, {moment} from message
  where seq = {seq}; update conversation set last_seq = 13 where id = 'c2'"""


class Day:
    """A citizen who was answered and helped by Fatima, wrote anew after the closing, and came back once in between."""

    def __init__(self) -> None:
        words = [(2, FIRST), (4, "Een mens"), (9, SECOND), (11, THIRD)]
        self.citizen = Diary(
            "s",
            [Said(str(seq), text, [(1 if seq < 9 else 2, 3 * seq), (2, 3 * seq + 1)], accepted=3 * seq + 2, seq=seq)
             for seq, text in words],
            [Shown(1 if seq <= 6 else 2, seq, *what) for seq, what in enumerate(SAID, 1)],
            {1: 0, 2: 6},
        )  # fmt: skip
        shown = tuple((seq, *what) for seq, what in enumerate(SAID[:7], 1))
        self.desks = DeskDiary(
            [Claim("c1", 1, "fatima")], [Answer("c1", "x", "fatima", "Dag", 7)], [("c1", 7, "human")], [Opened("c1", 7, shown)]
        )


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
        ("delete from message where seq = 9", LOST, "is not in the store"),
        ("delete from message where seq = 12; update conversation set last_seq = 11 where id = 'c2'", LOST,
         "11 of the citizen has 0 answers"),
        ("delete from message where seq = 3", LOST, "2 of the citizen has 0 answers"),
        ("delete from message where seq = 5", LOST, "4 of the citizen has 0 answers"),
        ("delete from message where seq = 7", LOST, "has ["),
        ("delete from message where seq = 7", LOST, "was kept as 7"),
        ("delete from message where seq = 4", LOST, "a desk was shown"),
        ("update message set handled_at = null where seq = 9", LOST, "was never handled"),
        ("update conversation set pending = 1 where id = 'c2'", LOST, "still count as waiting"),
        ("update message set text = 'Iets anders' where seq = 9", LOST, "was accepted as 9"),
        ("update message set seq = 1 where seq = 2", DOUBLED, "has [1, 1"),
        (AGAIN.format(seq=9, moment="'t13'"), DOUBLED, "2 times in the store"),
        (AGAIN.format(seq=12, moment="'t13'"), DOUBLED, "13 of the bot is an answer too many"),
        (AGAIN.format(seq=12, moment="created_at"), DOUBLED, "11 of the citizen has 2 answers"),
        ("update message set author = 'bot' where seq = 6", DOUBLED, "6 of the bot is an answer too many"),
        ("update message set text = 'Bij het CBR' where seq = 12", DOUBLED, "is the answer to"),
        ("update message set epoch = 3 where seq = 6", REORDERED, "the epochs of its messages"),
        ("update message set author = 'bot' where seq = 6", BOT_AFTER_TAKEOVER, "while a human had it"),
        ("update transition set epoch = 2 where epoch = 3", TWO_OWNERS, "its steps are"),
        ("update transition set actor = 'joris' where epoch = 2", TWO_OWNERS, "a desk won it"),
        ("update message set author_id = 'joris' where seq = 7", TWO_OWNERS, "is of joris"),
        ("update transition set from_state = 'bot' where epoch = 2", TWO_OWNERS, "is from bot"),
        ("update conversation set owner_id = 'joris' where id = 'c1'", TWO_OWNERS, "stands as ('closed', 'joris')"),
        ("update conversation set owner_id = 'joris' where id = 'c2'", TWO_OWNERS, "stands as ('bot', 'joris')"),
        ("update conversation set state = 'claimed' where id = 'c1'", TWO_OWNERS, "stands as ('claimed', 'fatima')"),
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
    first, second, *_ = day.citizen.said
    first.sent, first.accepted = [(2, 21)], 22
    second.accepted = 20


def _never_accepted(day: Day) -> None:
    day.citizen.said.append(Said("never", "Hoort u mij?", [(2, 50), (2, 51)]))


def _shown_to_the_desk(*which: int) -> Callable[[Day], None]:
    def spoil(day: Day) -> None:
        day.desks.opened = [Opened("c1", 7, tuple((seq, *SAID[seq - 1]) for seq in which))]

    return spoil


def _won_by_two(day: Day) -> None:
    day.desks.claims.append(Claim("c1", 1, "joris"))


@pytest.mark.parametrize(
    ("spoil", "sin", "says"),
    [
        (_never_accepted, LOST, "was sent 2 times and never accepted"),
        (lambda day: day.citizen.shown.pop(), LOST, "never saw [12]"),
        (lambda day: day.citizen.shown.append(Shown(2, 13, "bot", "Spook")), LOST, "is not what is stored"),
        (lambda day: day.desks.seen.append(("c2", 12, "human")), LOST, "a desk saw 12"),
        (_shown_to_the_desk(1, 2, 4, 5, 6, 7), LOST, "a desk was shown [1, 2, 4"),
        (_shown_to_the_desk(1, 2, 3, 4, 5, 6), LOST, "a desk was shown [1, 2, 3"),
        (_shown_to_the_desk(5, 6, 7), LOST, "a desk was shown [5"),
        (_shown_to_the_desk(1, 2, 2, 3, 4, 5, 6, 7), DOUBLED, "a desk was shown [1, 2, 2"),
        (_shown_to_the_desk(1, 3, 2, 4, 5, 6, 7), REORDERED, "a desk was shown [1, 3"),
        (_shown_twice, DOUBLED, "saw 2 twice"),
        (lambda day: day.citizen.after.update({2: 7}), DOUBLED, "saw 7 twice"),
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

"""The judge of the bad day sees what is wrong: a good day has no problems, and each way to spoil it has one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.telephone.checker import problems, waiting
from benchmarks.telephone.citizens import Said

TABLES = """
create table conversation (id, address); create table partner_address (id, number, channel);
create table accepted_message (sender); create table outbox (message_id, state);
create table provider_message (id, message_id, part, sid, state);
create table transition (id integer primary key, conversation_id, from_state, to_state, epoch, actor, at);
create table message
  (id, conversation_id, seq, author, channel, provider_id, text, epoch, handled_at, together, created_at, delivery);
insert into conversation values ('c', 'a'); insert into partner_address values ('a', '+31612345678', 'sms');
insert into message values
  (1, 'c', 1, 'citizen', 'sms', 'SM1', 'Dag', 0, '10:01', null, '10:00', null),
  (2, 'c', 2, 'system', 'sms', null, 'Dit is een computer', 0, '10:00', null, '10:00', 'delivered'),
  (3, 'c', 3, 'bot', 'sms', null, 'Goedendag', 0, '10:01', null, '10:01', 'delivered'),
  (4, 'c', 4, 'citizen', 'sms', 'SM2', 'Ik ga', 0, '10:04', 5, '10:02', null),
  (5, 'c', 5, 'citizen', 'sms', 'SM3', 'verhuizen', 0, '10:04', 5, '10:02:01', null),
  (6, 'c', 6, 'system', 'sms', null, 'Een ogenblik', 0, '10:03', null, '10:03', 'delivered'),
  (7, 'c', 7, 'bot', 'sms', null, 'Geef het door', 0, '10:04', null, '10:04', 'delivered'),
  (8, 'c', 8, 'bot', 'sms', null, 'Bij uw gemeente', 0, '10:04', null, '10:04', 'failed'),
  (9, 'c', 9, 'citizen', 'sms', 'SM4', 'Dank u', 0, '10:06', null, '10:05', null),
  (10, 'c', 10, 'bot', 'sms', null, 'Graag gedaan', 0, '10:06', null, '10:06', 'delivered');
insert into outbox select id, 'sent' from message where author <> 'citizen';
insert into provider_message select 'p' || id, id, 0, 'SO' || id, 'delivered' from message where author <> 'citizen';
"""
AGAIN = """
insert into message
  select 11, conversation_id, 11, author, channel, {sid}, text, epoch, handled_at, together, {moment}, 'failed' from message
  where id = {which};
"""
GONE = "delete from message where id in ({ids}); delete from provider_message where message_id in ({ids});"
HANDED_OVER = """
insert into transition (conversation_id, from_state, to_state, epoch, actor, at) values ('c', 'bot', 'queued', 1, 'bot', '{}');
"""
CITIZEN = "+31612345678"


ANSWERS = (2, 3, 6, 7, 8, 10)


def day() -> dict[str, Any]:
    """A day on which one citizen said three things, the second in two messages, and was answered, after he heard who we are.

    One answer was of two messages, of which one did not arrive, and came after the word that it takes a moment.
    """
    status = "https://verbonden.example/api/twilio/status?m="
    sids = ["SM1", "SM2", "SM3", "SM4"]
    return {
        "said": [Said(CITIZEN, "sms", list(sids))],
        "events": [{"what": "webhook.inbound", "sid": sid, "status": status} for sid, status in
                   (("SM1", None), ("SM1", 200), *((sid, 200) for sid in sids))],
        "messages": [
            *({"sid": sid, "direction": "inbound"} for sid in sids),
            *({"sid": f"SO{number}", "direction": "outbound-api", "status": "undelivered" if number == 8 else "delivered",
               "callback": f"{status}p{number}{'#rc=5' if number == 2 else ''}"} for number in ANSWERS),
        ],
    }


def sent(found: dict[str, Any], number: int) -> dict[str, Any]:
    """Our message as the provider has it."""
    return next(message for message in found["messages"] if message["sid"] == f"SO{number}")


def judged(path: Path, found: dict[str, Any], spoil: str = "") -> list[str]:
    """What the judge says."""
    database = path / "store.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.executescript(TABLES + spoil)
    connection.close()
    return problems(database, found["said"], found["events"], found["messages"])


def test_a_good_day_has_no_problems(tmp_path: Path) -> None:
    assert judged(tmp_path, day()) == []
    assert waiting(tmp_path / "store.sqlite3", {(CITIZEN, "sms")}) == 0


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("delete from message where id = 4", "is not in the store"),
        (AGAIN.format(which=9, sid="'SM4'", moment="created_at"), "2 times in the store"),
        ("update message set handled_at = null where id = 4", "was not handled"),
        ("update message set seq = 12 where id = 1", "stored"),
        ("update message set handled_at = '09:00' where id = 9", "another order"),
        (GONE.format(ids="10"), "9 of the citizen was not answered"),
        (GONE.format(ids="3"), "1 of the citizen was not answered"),
        (GONE.format(ids="7, 8"), "4, 5 of the citizen was not answered"),
        (AGAIN.format(which=3, sid="null", moment="'10:01:30'"), "11 of the bot is an answer too many"),
        (AGAIN.format(which=10, sid="null", moment="'10:07'"), "11 of the bot is an answer too many"),
        (AGAIN.format(which=7, sid="null", moment="created_at"), "the answer to 4, 5 of the citizen says the same twice"),
        (AGAIN.format(which=2, sid="null", moment="'10:05'"), "who we are after [1, 9], first wrote 1"),
        ("delete from message where id = 2", "who we are after []"),
        ("update message set delivery = 'delivered' where id = 8", "did not arrive"),
        ("update message set delivery = 'failed' where id = 3", "did arrive"),
        ("update message set delivery = 'sent' where id = 3", "is still sent"),
        ("delete from provider_message where id = 'p3'", "did not arrive"),
        ("update provider_message set sid = 'SO9' where id = 'p3'", "is known by"),
    ],
)
def test_a_spoilt_store_is_seen(tmp_path: Path, spoil: str, says: str) -> None:
    found = judged(tmp_path, day(), spoil)
    assert any(says in problem for problem in found), found


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda found: found["messages"].append({**sent(found, 3), "sid": "SO12"}), "sent 2 times"),
        (lambda found: found["messages"].append({**sent(found, 3), "callback": ""}), "belong to nothing"),
        (lambda found: found["said"][0].sids.reverse(), "said"),
        (lambda found: sent(found, 8).update(status="delivered"), "did arrive"),
    ],
)
def test_a_spoilt_provider_is_seen(tmp_path: Path, spoil: Callable[[dict[str, Any]], None], says: str) -> None:
    found = day()
    spoil(found)
    assert any(says in problem for problem in judged(tmp_path, found))


@pytest.mark.parametrize(
    ("unanswered", "handed_over_at", "problems_are"),
    [
        ((10,), "10:04", []),
        ((10,), "10:06", ["9 of the citizen was not answered"]),
        ((3, 10), "10:04", ["1 of the citizen was not answered"]),
    ],
    ids=["after it", "with it", "before it"],
)
def test_who_waits_for_a_human_is_not_answered_each_time(
    tmp_path: Path, unanswered: tuple[int, ...], handed_over_at: str, problems_are: list[str]
) -> None:
    found, spoil = day(), GONE.format(ids=", ".join(map(str, unanswered)))
    for number in unanswered:
        found["messages"].remove(sent(found, number))
    said = judged(tmp_path, found, spoil + HANDED_OVER.format(handed_over_at))
    assert [problem.removeprefix(f"{CITIZEN} (sms): ") for problem in said] == problems_are


def test_what_is_under_way_is_waited_for(tmp_path: Path) -> None:
    under_way = "update outbox set state = 'pending' where message_id = 10; update message set handled_at = null where id = 9"
    judged(tmp_path, day(), f"{under_way}; insert into accepted_message values ('somebody')")
    assert waiting(tmp_path / "store.sqlite3", {(CITIZEN, "sms")}) == 3
    assert waiting(tmp_path / "store.sqlite3", {("+31600000000", "sms")}) == 1

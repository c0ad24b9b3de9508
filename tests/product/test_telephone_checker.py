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
create table conversation (id, address, state); create table partner_address (id, number, channel);
create table accepted_message (sender); create table outbox (message_id, state);
create table provider_message (id, message_id, part, sid, state);
create table message (id, conversation_id, seq, author, channel, provider_id, handled_at, delivery);
insert into conversation values ('c', 'a', 'bot'); insert into partner_address values ('a', '+31612345678', 'sms');
insert into message values (1, 'c', 1, 'citizen', 'sms', 'SM1', '10:00', 'delivered'),
  (2, 'c', 2, 'bot', 'sms', null, null, 'delivered'), (3, 'c', 3, 'citizen', 'sms', 'SM2', '10:01', 'delivered'),
  (4, 'c', 4, 'bot', 'sms', null, null, 'failed');
insert into outbox values (2, 'sent'), (4, 'failed');
insert into provider_message values ('p2', 2, 0, 'SO2', 'delivered'), ('p4', 4, 0, 'SO4', 'undelivered');
"""
CITIZEN = "+31612345678"


def day() -> dict[str, Any]:
    """A day on which one citizen said two things and got two answers, of which one did not arrive."""
    status = "https://verbonden.example/api/twilio/status?m="
    return {
        "said": [Said(CITIZEN, "sms", ["SM1", "SM2"])],
        "events": [{"what": "webhook.inbound", "sid": sid, "status": status} for sid, status in
                   (("SM1", None), ("SM1", 200), ("SM1", 200), ("SM2", 200))],
        "messages": [
            {"sid": "SM1", "direction": "inbound"}, {"sid": "SM2", "direction": "inbound"},
            {"sid": "SO2", "direction": "outbound-api", "status": "delivered", "callback": f"{status}p2#rc=5"},
            {"sid": "SO4", "direction": "outbound-api", "status": "undelivered", "callback": f"{status}p4"},
        ],
    }


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
        ("delete from message where id = 3", "is not in the store"),
        ("insert into message values (5, 'c', 5, 'citizen', 'sms', 'SM2', '10:02', '')", "2 times in the store"),
        ("update message set handled_at = null where id = 3", "was not handled"),
        ("update message set seq = 9 where id = 1", "stored"),
        ("update message set handled_at = '09:00' where id = 3", "another order"),
        ("delete from message where id = 4; delete from provider_message where id = 'p4'", "no answer"),
        ("update message set delivery = 'delivered' where id = 4", "did not arrive"),
        ("update message set delivery = 'failed' where id = 2", "did arrive"),
        ("update message set delivery = 'sent' where id = 2", "is still sent"),
        ("delete from provider_message where id = 'p2'", "did not arrive"),
        ("update provider_message set sid = 'SO9' where id = 'p2'", "is known by"),
    ],
)
def test_a_spoilt_store_is_seen(tmp_path: Path, spoil: str, says: str) -> None:
    assert any(says in problem for problem in judged(tmp_path, day(), spoil))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda found: found["messages"].append({**found["messages"][2], "sid": "SO3"}), "sent 2 times"),
        (lambda found: found["messages"].append({**found["messages"][2], "callback": ""}), "belong to nothing"),
        (lambda found: found["said"][0].sids.reverse(), "said"),
        (lambda found: found["messages"][3].update(status="delivered"), "did arrive"),
    ],
)
def test_a_spoilt_provider_is_seen(tmp_path: Path, spoil: Callable[[dict[str, Any]], None], says: str) -> None:
    found = day()
    spoil(found)
    assert any(says in problem for problem in judged(tmp_path, found))


def test_who_waits_for_a_human_is_not_answered_each_time(tmp_path: Path) -> None:
    gone = "delete from message where id = 4; delete from provider_message where id = 'p4';"
    found = day()
    found["messages"].pop()
    assert judged(tmp_path, found, f"{gone} update conversation set state = 'queued'") == []


def test_what_is_under_way_is_waited_for(tmp_path: Path) -> None:
    under_way = "update outbox set state = 'pending' where message_id = 4; update message set handled_at = null where id = 3"
    judged(tmp_path, day(), f"{under_way}; insert into accepted_message values ('somebody')")
    assert waiting(tmp_path / "store.sqlite3", {(CITIZEN, "sms")}) == 3
    assert waiting(tmp_path / "store.sqlite3", {("+31600000000", "sms")}) == 1

"""Which ports the processes get, with real sockets in the way."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from verbonden.supervision.ports import CHOICES, PortTaken, choose, is_free, pick_free

ALL = {choice.name for choice in CHOICES}


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        yield other.getsockname()[1]


def test_zero_gives_a_free_port_to_each() -> None:
    chosen = choose({"VERBONDEN_PORT": "0"}, ALL, "127.0.0.1")
    assert set(chosen) == ALL
    assert len(set(chosen.values())) == len(ALL)
    assert all(is_free(port) and port not in {choice.default for choice in CHOICES} for port in chosen.values())


def test_an_instance_on_another_port_leaves_the_usual_ports_alone() -> None:
    port = pick_free(set())
    chosen = choose({"VERBONDEN_PORT": str(port)}, ALL, "127.0.0.1")
    assert chosen.pop("gateway") == port
    assert not set(chosen.values()) & {choice.default for choice in CHOICES}


@pytest.mark.parametrize("variable", [choice.variable for choice in CHOICES])
def test_a_port_that_was_asked_for_and_is_taken_gives_one_sentence(taken: int, variable: str) -> None:
    with pytest.raises(PortTaken) as caught:
        choose({"VERBONDEN_PORT": "0", variable: str(taken)}, ALL, "127.0.0.1")
    sentence = str(caught.value)
    assert f"Port {taken} " in sentence and f"{variable}=" in sentence and "\n" not in sentence
    suggested = int(sentence.split(f"{variable}=")[1].rstrip("."))
    assert suggested == 0 or is_free(suggested)


def test_an_internal_default_that_is_taken_is_replaced() -> None:
    internal = next(choice for choice in CHOICES if choice.name == "actions")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", internal.default))
            other.listen(1)
        except OSError:
            pass  # another program has it: just what we want
        chosen = choose({}, {"actions"}, "127.0.0.1")
    assert chosen["actions"] != internal.default


def test_the_same_port_can_not_be_asked_for_twice() -> None:
    port = str(pick_free(set()))
    with pytest.raises(PortTaken, match="VERBONDEN_BOT_PORT"):
        choose({"VERBONDEN_PORT": port, "VERBONDEN_BOT_PORT": port}, ALL, "127.0.0.1")


@pytest.mark.parametrize("text", ["http", "-1", "65536", "80 80"])
def test_no_port_number_is_told(text: str) -> None:
    with pytest.raises(PortTaken, match=r"VERBONDEN_PORT is .* no port number"):
        choose({"VERBONDEN_PORT": text}, ALL, "127.0.0.1")

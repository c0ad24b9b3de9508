"""Two repairs of Rasa 3.6's speed, for exactly the version they were written against.

Measured with `make profile` (benchmarks/README.md). What they replace gives the same results, only slower:

- `RemoteAction._validate_action_result` compiles and checks the constant JSON schema of an action's result on every action.
- `Event.resolve_by_type` walks all subclasses of Event for every event that is read from the store or from an action.

The third, a history without bounds, is not a repair but our own tracker store: `bot.memory`.

Rasa is not developed any further (ADR 0001); if somebody installs another version all the same, nothing is replaced and it is
told. `tests/bot` fails when the replaced code is not what it was.
"""

from __future__ import annotations

import hashlib
import inspect
import logging
from typing import Any, Callable, Dict, Optional, Text, Type

import rasa
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event

log = logging.getLogger(__name__)
VERSION = "3.6.21"
REPLACED = {
    "_validate_action_result": "f8cdb4be6812396167ced74161b2ccd65c5ea676ad86d7d359d8c322d9d8dc42",
    "resolve_by_type": "b5cf570fa7f286c7059ec73d8880528d03a78b28cf4e80285a46079c0fa65968",
}
"""SHA-256 of the source of each function that is replaced."""

_schema = RemoteAction.action_response_format_spec()
_validator = validator_for(_schema)(_schema)
_slow_validate: Callable[..., bool] = RemoteAction._validate_action_result
_slow_resolve: Callable[..., Optional[Type[Event]]] = Event.resolve_by_type
_known: Dict[Text, Type[Event]] = {}


def fingerprints() -> Dict[Text, Text]:
    """SHA-256 of the code of Rasa that `apply` replaces, as it is installed."""
    found = {"_validate_action_result": _slow_validate, "resolve_by_type": _slow_resolve}
    return {name: hashlib.sha256(inspect.getsource(function).encode()).hexdigest() for name, function in found.items()}


def apply() -> bool:
    """Replace the slow functions; False, and a line in the log, when Rasa is not the version that this was written for."""
    if rasa.__version__ != VERSION or fingerprints() != REPLACED:
        log.warning("Rasa %s is not the %s that bot/rasa_fixes.py was written for: it runs unrepaired", rasa.__version__, VERSION)
        return False
    RemoteAction._validate_action_result = _validate_action_result
    Event.resolve_by_type = staticmethod(_resolve_by_type)
    return True


def undo() -> None:
    """Rasa as it was installed, to compare with."""
    RemoteAction._validate_action_result = _slow_validate
    Event.resolve_by_type = staticmethod(_slow_resolve)


def _validate_action_result(self: RemoteAction, result: Dict[Text, Any]) -> bool:
    """As in Rasa: True, or the same ValidationError; the error path is left to Rasa itself."""
    if _validator.is_valid(result):
        return True
    return _slow_validate(self, result)


def _resolve_by_type(type_name: Text, default: Optional[Type[Event]] = None) -> Optional[Type[Event]]:
    """As in Rasa, but what was found once is remembered. What is not found is looked up again: it may be defined later."""
    found = _known.get(type_name)
    if found is None:
        found = _slow_resolve(type_name, default)
        if found is not None and getattr(found, "type_name", None) == type_name:
            _known[type_name] = found
    return found


"""The fake takes what the published API takes, no more and no less, and its answers have the published form."""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from twilio.rest.api.v2010 import account as account_module
from twilio.rest.api.v2010.account import incoming_phone_number as number_module
from twilio.rest.api.v2010.account import message as message_module
from twilio.rest.api.v2010.account.message import media as media_module
from twilio.rest.content.v1 import content_and_approvals as approvals_module
from twilio.rest.content.v1.content import approval_fetch as approval_module
from twilio.rest.messaging.v1 import service as service_module
from twilio.rest.messaging.v2 import channels_sender as sender_module

from demo.twilio import parameters
from tests.contract.openapi import document
from tests.twilio.rig import AUTHORIZATION, CITIZEN, SERVICE, SID, SMS, Rig

SPEC = "twilio.yaml"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
ONE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"


def form(path: str) -> dict[str, Any]:
    """The schema of a form in the cut."""
    content = document(SPEC)["paths"][path]["post"]["requestBody"]["content"]
    found: dict[str, Any] = content["application/x-www-form-urlencoded"]["schema"]
    return found


def sent_by_library(module: ModuleType, function: str) -> set[str]:
    """The names of parameters that a method of the generated library sends."""
    return {key.value for tree in _functions(module, function) for node in ast.walk(tree) if isinstance(node, ast.Dict)
            for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value[0].isupper()
            and "-" not in key.value}


def _functions(module: ModuleType, name: str) -> Iterator[ast.AST]:
    return (node for node in ast.walk(ast.parse(inspect.getsource(module)))
            if isinstance(node, ast.FunctionDef) and node.name == name)


def read_by_library(module: ModuleType, class_name: str) -> set[str]:
    """The members of an answer that a class of the library reads."""
    tree = next(node for node in ast.walk(ast.parse(inspect.getsource(module)))
                if isinstance(node, ast.ClassDef) and node.name == class_name)
    init = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    return {str(call.args[0].value) for call in ast.walk(init) if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute) and call.func.attr == "get" and isinstance(call.args[0], ast.Constant)}


def test_taken_parameters_are_those_of_the_published_description() -> None:
    post = document(SPEC)["paths"][MESSAGES]["post"]
    assert set(parameters.CREATE_MESSAGE) == set(form(MESSAGES)["properties"]) | set(post["x-later"])
    assert set(parameters.UPDATE_MESSAGE) == set(form(ONE)["properties"])
    listed = {item["name"] for item in document(SPEC)["paths"][MESSAGES]["get"]["parameters"]}
    assert set(parameters.LIST_MESSAGES) == listed


def test_taken_parameters_are_those_that_the_library_sends() -> None:
    assert set(parameters.CREATE_MESSAGE) == sent_by_library(message_module, "_create")
    assert set(parameters.UPDATE_MESSAGE) == sent_by_library(message_module, "_update")
    assert set(parameters.LIST_MESSAGES) == sent_by_library(message_module, "page")
    assert set(parameters.LIST_MEDIA) == sent_by_library(media_module, "page")
    assert set(parameters.LIST_NUMBERS) == sent_by_library(number_module, "page")
    assert set(parameters.UPDATE_NUMBER) == sent_by_library(number_module, "_update")
    assert set(parameters.LIST_SENDERS) == sent_by_library(sender_module, "page")


def test_forms_of_values_are_those_of_the_published_description() -> None:
    for name, schema in form(MESSAGES)["properties"].items():
        check = parameters.CREATE_MESSAGE[name]
        for word in schema.get("enum", ()):
            assert check(word), (name, word)
        if "enum" in schema or schema["type"] in ("boolean", "integer", "number"):
            assert not check("quatsch"), name
        if "pattern" in schema and name != "ContentSid":  # of that one the API has an error of its own
            prefix = schema["pattern"][1:3]
            assert check(prefix + "0" * 32) and not check(prefix + "0" * 31), name


@pytest.mark.parametrize("name", ["Sender", "body", "Tags", "StatusCallbackMethod"])
async def test_an_unknown_parameter_is_refused(rig: Rig, name: str) -> None:
    status, body = await rig.api("POST", "Messages.json", **{"To": CITIZEN, "From": SMS, "Body": "Dag", name: "x"})
    assert (status, body["code"]) == (400, 20001) and name in body["message"]
    assert set(body) == {"code", "message", "more_info", "status"}
    assert rig.provider.store.messages() == []


def message_schema() -> dict[str, Any]:
    """The published schema of a message, closed, for plain JSON Schema."""
    properties = {}
    for name, schema in document(SPEC)["components"]["schemas"]["api.v2010.account.message"]["properties"].items():
        kept = {key: value for key, value in schema.items() if key not in ("nullable", "format")}
        properties[name] = {"anyOf": [kept, {"type": "null"}]} if schema.get("nullable") else kept
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


async def test_a_message_has_every_published_member_and_no_other(rig: Rig) -> None:
    schema = message_schema()
    assert set(schema["properties"]) == read_by_library(message_module, "MessageInstance")
    status, made = await rig.api("POST", "Messages.json", To=CITIZEN, From=SMS, Body="Dag")
    assert status == 201
    await rig.text("Hallo")
    _, listed = await rig.api("GET", "Messages.json")
    _, fetched = await rig.api("GET", f"Messages/{made['sid']}.json")
    for message in (made, fetched, *listed["messages"]):
        assert list(Draft202012Validator(schema).iter_errors(message)) == []
    assert len(listed["messages"]) == 2


async def test_other_resources_have_what_the_library_reads(service_rig: Rig) -> None:
    base = f"2010-04-01/Accounts/{SID}"
    wanted = [
        (f"{base}.json", None, account_module, "AccountInstance", {"auth_token"}),
        (f"{base}/IncomingPhoneNumbers.json", "incoming_phone_numbers", number_module, "IncomingPhoneNumberInstance", set()),
        (f"v1/Services/{SERVICE}", None, service_module, "ServiceInstance", set()),
        ("v2/Channels/Senders", "senders", sender_module, "ChannelsSenderInstance", {"compliance"}),
        ("v1/ContentAndApprovals", "contents", approvals_module, "ContentAndApprovalsInstance", set()),
    ]
    client = service_rig.client()
    made = await asyncio.to_thread(_template, client)
    wanted.append((f"v1/Content/{made}/ApprovalRequests", None, approval_module, "ApprovalFetchInstance", set()))
    for path, key, module, name, may_be_null in wanted:
        async with service_rig.http.get(f"{service_rig.url}/{path}", headers=AUTHORIZATION) as answer:
            body = await answer.json()
        found = body[key][0] if key else body
        assert read_by_library(module, name) <= set(found), path
        assert may_be_null <= set(found)


def _template(client: Any) -> str:
    from twilio.rest.content.v1.content import ContentList

    request = ContentList.ContentCreateRequest({
        "friendly_name": "proef", "language": "nl", "variables": {"1": "u"},
        "types": ContentList.Types({"twilio/text": ContentList.TwilioText({"body": "Dag {{1}}"})}),
    })
    return str(client.content.v1.contents.create(content_create_request=request).sid)

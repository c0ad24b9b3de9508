"""The demo answers the recorded session with a real Open Klant as that did, call by call, in the recorded order."""

from __future__ import annotations

import json
from typing import Any

from tests.zaaksysteem.rig import TOKEN, Server, recorded, same_shape

EXCHANGES = recorded("klantinteracties.json")
AUTHORIZATIONS = {"err_noauth": None, "err_bad_token": "Token wrong", "err_bearer": f"Bearer {TOKEN}"}
OPEN_KLANT = ":8002"


def learn(theirs: Any, ours: Any, same: dict[str, str]) -> None:
    """Note which UUID of ours stands for which recorded one, wherever both answers have one in the same place."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in theirs.keys() & ours.keys():
            if name == "uuid" and isinstance(theirs[name], str) and isinstance(ours[name], str):
                same[theirs[name]] = ours[name]
            learn(theirs[name], ours[name], same)
    elif isinstance(theirs, list) and isinstance(ours, list):
        for one, other in zip(theirs, ours, strict=False):
            learn(one, other, same)


async def test_the_whole_recorded_session(server: Server) -> None:
    same: dict[str, str] = {}
    wrong: list[str] = []
    for name, exchange in EXCHANGES.items():
        text = json.dumps(exchange["request"]).replace(OPEN_KLANT, ":" + server.url.rsplit(":", 1)[1])
        for theirs_uuid, ours_uuid in same.items():
            text = text.replace(theirs_uuid, ours_uuid)
        request = json.loads(text)
        headers = {key: value for key, value in request["headers"].items() if key != "Authorization"}
        answer = await server.call(
            request["method"],
            request["url"],
            authorization=AUTHORIZATIONS.get(name, f"Token {TOKEN}"),
            body=request["body"],
            headers=headers,
        )
        wrong += [f"{name}: {problem}" for problem in differences(answer, exchange["response"])]
        if exchange["request"]["method"] == "POST":
            learn(exchange["response"]["body"], answer.body, same)
    assert wrong == []


def differences(answer: Any, theirs: dict[str, Any]) -> list[str]:
    """What differs from the recorded answer."""
    if answer.status != theirs["status"]:
        return [f"status {answer.status}, not {theirs['status']}: {answer.body}"]
    found = [
        f"{header}: {answer.headers.get(header)}, not {theirs['headers'].get(header)}"
        for header in ("Content-Type", "API-version", "Vary", "WWW-Authenticate")
        # The 404 page of the original has a cookie header of its own web site.
        if theirs["headers"].get(header) != answer.headers.get(header) and "html" not in theirs["headers"]["Content-Type"]
    ]
    if ("Location" in answer.headers) != ("Location" in theirs["headers"]):
        found.append("Location")
    body = theirs["body"]
    if isinstance(body, dict) and "code" in body:
        for field in ("code", "title", "status", "detail", "invalidParams"):
            if answer.body.get(field) != body.get(field):
                found.append(f"{field}: {answer.body.get(field)}, not {body.get(field)}")
        return found
    if not isinstance(body, dict) or "results" not in body:
        return found + same_shape(answer.body, without_metadata(body))
    found += same_shape({**answer.body, "results": []}, {**body, "results": []})
    if not body["results"]:
        return found + (["results"] if answer.body["results"] else [])
    # The recordings hold one result of a list: one of ours must look like it.
    return found + min((same_shape(ours, without_metadata(body["results"][0])) for ours in answer.body["results"]), key=len)


def without_metadata(body: Any) -> Any:
    """The names in ``metadata`` are the client's own."""
    return {**body, "metadata": None} if isinstance(body, dict) and "metadata" in body else body

"""Every request is a span, and part of its caller's trace."""

from __future__ import annotations

from starlette.testclient import TestClient

from workbench.spans import Record, attach


def test_a_request_is_a_span(client: TestClient) -> None:
    """It has the route's template, the status and the user; what is filled into the route is left out."""
    client.post("/projects", json={"name": "Talk"})
    seen: list[Record] = []
    stop = attach(seen.append)
    try:
        trace = "0af7651916cd43dd8448eb211c80319c"
        parent = {"traceparent": f"00-{trace}-b7ad6b7169203331-01", "baggage": "user_id=somebody"}
        client.get("/projects/Talk", headers=parent)
        client.get("/projects/Nothing")
    finally:
        stop()
    spans = [each for each in seen if each.name == "http.request"]
    assert [(each.attributes["route"], each.attributes["status"]) for each in spans] == [
        ("/projects/{project}", 200),
        ("/projects/{project}", 404),
    ]
    assert f"{spans[0].trace_id:032x}" == trace
    assert f"{spans[1].trace_id:032x}" != trace
    assert {each.user_id for each in spans} == {"local"}
    assert not [each for each in spans if "Talk" in str(each.attributes)]

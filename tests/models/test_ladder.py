"""How a model that decides and writes is asked, and what happens when it answers badly."""

import json
import socket
import traceback
from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr

from tests.models import troubled_server as trouble
from tests.models.conftest import CANARY, HELLO
from tests.models.troubled_server import TroubledServer
from workbench.brain.model import ScriptedModel, used_up_to
from workbench.brain.packet import Packet
from workbench.brain.plan import AddScene, EditScene, Plan
from workbench.brain.remote.allowance import Allowance, Price
from workbench.brain.remote.model import OpenAIModel, Roles, Room
from workbench.brain.remote.wire import Wire
from workbench.errors import InputError, ModelFailed
from workbench.events import Event
from workbench.studio.choosing import chosen_model
from workbench.studio.model_settings import ModelSettings

Wired = Callable[..., Wire]
EDIT = EditScene("A1", "make the title bigger")
STEP = {"action": "add_scene", "template": "title", "texts": [{"name": "title", "value": "Hi"}]}
PLAN = json.dumps({"outcome": "steps", "steps": [STEP]})
BLOCK = f"```scene\n{HELLO.replace('96', '120')}```"


def formats(troubled: TroubledServer) -> list[str]:
    return [body.get("response_format", {}).get("type", "text") for body in troubled.heard]


def test_a_schema_is_asked_for_first(troubled: TroubledServer, model: OpenAIModel, packet: Packet) -> None:
    """The plan's schema goes with the request, and the usage says how the answer was asked for."""
    troubled.answers(trouble.says(PLAN))
    decision = model.decide(packet)
    assert decision.plan.steps == (AddScene("title", {"title": "Hi"}),)
    assert (decision.usage.mode, decision.usage.input_tokens, decision.usage.cost_usd) == (
        "json_schema",
        100,
        None,
    )
    assert troubled.heard[0]["response_format"]["json_schema"]["strict"] is True


@pytest.mark.parametrize(("refusals", "mode"), [(1, "json_object"), (2, "text")])
@pytest.mark.parametrize("status", [400, 422])
def test_a_server_that_knows_no_schema_is_asked_otherwise(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet, refusals: int, mode: str, status: int
) -> None:
    """The way that worked is remembered, so that the next prompt costs one request."""
    troubled.answers(*[trouble.fails(status)] * refusals, trouble.says(f"Here you are:\n{PLAN}"))
    assert model.decide(packet).usage.mode == mode
    model.decide(packet)
    assert formats(troubled) == [*("json_schema", "json_object", "text")[: refusals + 1], mode]
    assert "JSON schema" in troubled.heard[-1]["messages"][0]["content"]


def test_a_server_that_fails_at_schemas_is_asked_otherwise(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet
) -> None:
    """Some servers answer 500 to a form of request they do not know."""
    troubled.answers(trouble.fails(500), trouble.fails(500), trouble.says(PLAN))
    assert model.decide(packet).usage.mode == "json_object"


def test_the_model_hears_once_why_its_plan_cannot_be_used(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet
) -> None:
    """The second answer counts, and both calls are in the bill."""
    bad = json.dumps(
        {"outcome": "steps", "steps": [{"action": "edit_scene", "scene": "9", "instruction": "x"}]}
    )
    troubled.answers(trouble.says(bad), trouble.says(PLAN))
    decision = model.decide(packet)
    assert decision.plan.steps
    assert len(decision.earlier) == 1
    assert "no scene '9'" in troubled.heard[1]["messages"][-1]["content"]


@pytest.mark.parametrize("answer", ["I like turtles.", '{"outcome": "dance"}', "[]"])
def test_without_a_usable_plan_the_offline_director_decides_and_says_so(
    troubled: TroubledServer, wired: Wired, packet: Packet, answer: str
) -> None:
    """The user sees who decided and why."""
    otherwise = ScriptedModel([Plan("answer", message="Hello.")])
    model = OpenAIModel(wired(troubled.url), Roles("m1"), otherwise=otherwise)
    troubled.answers(trouble.says(answer))
    decision = model.decide(packet)
    assert decision.plan.message == "Hello."
    assert "m1 gave no usable plan" in decision.plan.assumed[0]
    assert [usage.model for usage in decision.earlier] == ["m1", "m1"]


def test_a_server_that_cannot_be_reached_is_not_hidden(wired: Wired, packet: Packet) -> None:
    """Falling back is for bad plans only: who chose a server should know that it is gone."""
    model = OpenAIModel(
        wired("http://127.0.0.1:9/v1"), Roles("m1"), otherwise=ScriptedModel([Plan("answer")])
    )
    with pytest.raises(ModelFailed):
        model.decide(packet)


def test_source_is_heard_as_it_is_written(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet
) -> None:
    """Pieces arrive before the whole, the whole is read, and the time to the first word is known."""
    heard: list[str] = []
    troubled.answers(trouble.says(BLOCK))
    writing = model.write(packet, EDIT, on_text=heard.append)
    assert writing.source == HELLO.replace("96", "120")
    assert len(heard) == 2
    assert writing.usage.first_token_seconds is not None


def test_a_small_change_is_a_replacement(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet
) -> None:
    """What stands under FIND is replaced and every other letter stays."""
    troubled.answers(trouble.says("<<<<<<< FIND\nsize=96\n=======\nsize=120\n>>>>>>> REPLACE"))
    assert model.write(packet, EDIT).source == HELLO.replace("96", "120")


def test_parameters_can_change_without_source(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet
) -> None:
    """A block of params alone leaves the source as it is."""
    troubled.answers(trouble.says('```params\n{"title": "Hi", "odd": [1]}\n```'))
    writing = model.write(packet, EDIT)
    assert writing.source is None
    assert writing.params == {"title": "Hi"}


@pytest.mark.parametrize(
    "answer", ["I can't.", "```scene\n\n```", "<<<<<<< FIND\nnowhere\n=======\nx\n>>>>>>> REPLACE"]
)
def test_an_answer_without_source_is_asked_for_again_once(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet, answer: str
) -> None:
    """The second time it is an error that leaves everything as it is."""
    troubled.answers(trouble.says(answer), trouble.says(BLOCK))
    assert model.write(packet, EDIT).source
    troubled.answers(trouble.says(answer))
    with pytest.raises(ModelFailed) as failure:
        model.write(packet, EDIT)
    assert failure.value.evidence["kind"] == "unusable"
    assert [used.output_tokens for used in used_up_to(failure.value)] == [20, 20]


def test_a_crowded_scene_gets_a_layout_first(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet
) -> None:
    """The layout is asked for as JSON, told to the writer, and the reason is kept."""
    layout = json.dumps({"look": "calm", "container": "column", "elements": []})
    troubled.answers(trouble.says(layout), trouble.says(BLOCK))
    step = replace(EDIT, edit_kind="creative", instruction="a title, a chart, three cards and a button")
    writing = model.write(packet, step)
    assert "layout first: the request names 4" in writing.approach
    assert "calm" in troubled.heard[1]["messages"][1]["content"]
    assert len(writing.earlier) == 1


def test_a_small_scene_is_written_at_once(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet
) -> None:
    """One call, and the reason is kept too."""
    troubled.answers(trouble.says(BLOCK))
    assert "source at once" in model.write(packet, EDIT).approach
    assert len(troubled.heard) == 1


def test_roles_may_have_models_of_their_own(troubled: TroubledServer, wired: Wired, packet: Packet) -> None:
    """Deciding, writing a new scene, changing one and describing a picture each go to their model."""
    model = OpenAIModel(wired(troubled.url), Roles("d", "w", "e", "v"))
    troubled.answers(trouble.says(PLAN), trouble.says(BLOCK), trouble.says(BLOCK), trouble.says("A cat."))
    model.decide(packet)
    model.write(packet, EditScene("new", "a title", "creative"))
    model.write(packet, EDIT)
    described = model.describe(b"picture", "image/png")
    assert [body["model"] for body in troubled.heard] == ["d", "w", "e", "v"]
    assert described.text == "A cat."
    assert troubled.heard[3]["messages"][0]["content"][1]["image_url"]["url"].startswith(
        "data:image/png;base64,"
    )


@pytest.mark.parametrize("status", [400, 500])
def test_a_model_that_sees_nothing_is_told(troubled: TroubledServer, model: OpenAIModel, status: int) -> None:
    """Servers without vision refuse pictures with 400 or 500; the error names the setting."""
    troubled.answers(trouble.fails(status))
    with pytest.raises(ModelFailed, match="WORKBENCH_MODEL_DESCRIBE"):
        model.describe(b"picture", "image/png")


def test_the_only_model_of_a_server_is_taken(troubled: TroubledServer, wired: Wired, packet: Packet) -> None:
    """A local server usually has one; with several the error lists them."""
    troubled.answers(trouble.says(PLAN))
    OpenAIModel(wired(troubled.url)).decide(packet)
    assert troubled.heard[0]["model"] == "m1"
    troubled.models = ["m1", "m2"]
    with pytest.raises(ModelFailed, match="m1, m2"):
        OpenAIModel(wired(troubled.url)).decide(packet)


def test_costs_are_known_where_prices_are(troubled: TroubledServer, wired: Wired, packet: Packet) -> None:
    """100 tokens in at 1 USD and 20 out at 5 USD for a million."""
    allowance = Allowance(prices={"m1": Price(1, 5)})
    troubled.answers(trouble.says(PLAN))
    decision = OpenAIModel(wired(troubled.url), Roles("m1"), allowance=allowance).decide(packet)
    assert decision.usage.cost_usd == pytest.approx(200 / 1_000_000)
    assert allowance.spent_usd == pytest.approx(200 / 1_000_000)
    assert allowance.spent_tokens == 120


def test_a_failure_tells_what_was_paid_up_to_it(
    troubled: TroubledServer, wired: Wired, packet: Packet
) -> None:
    """The first answer, and the second one that was cut off; nothing for a server that gave no answer."""
    allowance = Allowance(prices={"m1": Price(1, 5)})
    model = OpenAIModel(wired(troubled.url, tries=1), Roles("m1"), allowance=allowance)
    cut = trouble.streams(trouble.chunk("half"), trouble.chunk("", "length"), trouble.usage_chunk(), "[DONE]")
    for last, paid in ((cut, 2), (trouble.fails(500), 1)):
        before = allowance.spent_usd
        troubled.answers(trouble.says("I can't."), last)
        with pytest.raises(ModelFailed) as failure:
            model.write(packet, EDIT)
        costs = [used.cost_usd for used in used_up_to(failure.value)]
        assert costs == pytest.approx([200 / 1_000_000] * paid)
        assert allowance.spent_usd > before + sum(costs) - 1e-9


@pytest.mark.parametrize(
    "allowance",
    [
        Allowance(most_tokens=1_000),
        Allowance(most_usd=0.000001, prices={"m1": Price(1, 5)}),
        Allowance(most_usd=9),
    ],
    ids=["tokens", "money", "unknown price"],
)
def test_nothing_is_sent_past_the_cap(
    troubled: TroubledServer, wired: Wired, packet: Packet, allowance: Allowance
) -> None:
    """A request that could pass the cap, or whose price is unknown under one, is refused unsent."""
    with pytest.raises(ModelFailed) as failure:
        OpenAIModel(wired(troubled.url), Roles("m1"), allowance=allowance).decide(packet)
    assert failure.value.evidence["kind"] == "over_budget"
    assert troubled.heard == []
    assert allowance.spent_tokens == 0


def test_every_call_is_announced(troubled: TroubledServer, wired: Wired, packet: Packet) -> None:
    """Good and failed calls become events with tokens, times and outcome, and never the key."""
    events: list[Event] = []
    model = OpenAIModel(wired(troubled.url), Roles("m1"), emit=events.append)
    troubled.answers(trouble.says(PLAN))
    model.decide(packet)
    troubled.answers(trouble.fails(401, CANARY))
    with pytest.raises(ModelFailed):
        model.decide(packet)
    assert [event.data["outcome"] for event in events] == ["ok", "unauthorized"]
    assert events[0].data["input_tokens"] == 100
    assert CANARY not in repr(events)


def test_nothing_is_sent_unless_a_key_or_an_address_is_set(
    monkeypatch: pytest.MonkeyPatch, packet: Packet
) -> None:
    """Without either, also when the variables are there but empty, no socket is opened."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "WORKBENCH_API_KEY", "WORKBENCH_BASE_URL"):
        monkeypatch.setenv(name, "")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    model = chosen_model(ModelSettings(), lambda _: None)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert model.name == "offline director"
    assert model.decide(packet).plan


@pytest.mark.parametrize(
    "name", ["OPENAI_API_KEY", "OPENAI_BASE_URL", "WORKBENCH_API_KEY", "WORKBENCH_BASE_URL"]
)
def test_a_key_or_an_address_connects(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Either is enough, `offline` wins over both, and the key is in no repr."""
    for other in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "WORKBENCH_MODEL"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, f"http://{CANARY}" if name.endswith("URL") else CANARY)
    settings = ModelSettings()
    assert settings.connected
    assert isinstance(chosen_model(settings, lambda _: None), OpenAIModel)
    assert not ModelSettings(model="offline").connected
    assert name.endswith("URL") or CANARY not in repr(settings) + settings.model_dump_json()


def test_an_address_that_is_none_is_refused_in_words() -> None:
    """The error names the variable and shows no value."""
    with pytest.raises(InputError, match="OPENAI_BASE_URL"):
        ModelSettings(base_url="localhost:8080")


def test_a_request_too_long_for_the_model_is_refused_before_it_is_sent(
    troubled: TroubledServer, wired: Wired, packet: Packet
) -> None:
    """Nothing is cut in the middle to make it fit."""
    model = OpenAIModel(wired(troubled.url), Roles("m1"), room=Room(2_000, 500))
    big = replace(packet, prompt="word " * 5_000)
    with pytest.raises(ModelFailed, match="WORKBENCH_CONTEXT_TOKENS"):
        model.decide(big)
    assert troubled.heard == []


def test_settings_keep_the_key_to_themselves() -> None:
    """A wrong setting beside a key fails without showing it, in words, in the remedy and in a traceback."""
    with pytest.raises(InputError, match="model_prices") as failure:
        ModelSettings(api_key=SecretStr(CANARY), model_prices={"m": (1.0,)})
    shown = "".join(traceback.format_exception(failure.value, chain=True))
    assert "model_prices is wrong" in shown
    assert CANARY not in f"{failure.value!r} {failure.value} {failure.value.remedy} {shown}"


def test_why_an_answer_cannot_be_used_is_said_once(
    troubled: TroubledServer, model: OpenAIModel, packet: Packet
) -> None:
    """The reason does not repeat its own beginning."""
    troubled.answers(trouble.says('{"outcome": "steps", "steps": ['))
    with pytest.raises(ModelFailed) as failure:
        model.decide(packet)
    assert failure.value.message.count("could not be used") == 1
    assert "no JSON object" in failure.value.message

"""Secrets come by environment and are in nothing that is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from tests.batch.conftest import Write
from workbench.batch.run import Batch, run_batch
from workbench.batch.secrets import Scrubber, is_secret_name, refuse_secret, secrets_in
from workbench.errors import InputError
from workbench.studio.lifecycle_settings import LifecycleSettings
from workbench.studio.remote_settings import RemoteSettings
from workbench.studio.settings import Settings

CANARY = 'wb-canary"\\é/51f0d7'


@pytest.mark.parametrize(
    "name", ["api_key", "OPENAI_API_KEY", "token", "db-password", "S3_SECRET", "PGPASSWORD", "pgpassword_2"]
)
def test_names_of_secrets(name: str) -> None:
    """Keys, tokens, secrets and passwords are known by their names."""
    assert is_secret_name(name)


DOCUMENTED = [
    "OPENAI_API_KEY", "WORKBENCH_API_KEY", "WORKBENCH_TOKEN", "PGPASSWORD",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "WORKBENCH_LIFECYCLE_CRON_KEY", "WORKBENCH_LIFECYCLE_CRON_KEY_NEXT", "WORKBENCH_ALERT_WEBHOOK_SECRET",
    "WORKBENCH_DASHBOARD_PASSWORD", "WORKBENCH_DASHBOARD_OAUTH_KEY", "WORKBENCH_DASHBOARD_OAUTH_SECRET",
    "WORKBENCH_DASHBOARD_COOKIE_SECRET",
    "POSTGRES_PASSWORD", "STORAGE_KEY", "STORAGE_SECRET", "GRAFANA_PASSWORD",
]  # fmt: skip
"""What the papers name as a variable for a secret."""


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_variable_that_the_papers_name_for_a_secret_is_one(name: str) -> None:
    """Its value is replaced by its name wherever it is written."""
    assert Scrubber(secrets_in({name: CANARY})).clean(f"it is {CANARY}.") == f"it is [{name}]."


def test_each_secret_among_the_settings_is_one_here() -> None:
    """What settings hold as a secret comes by a variable whose value is kept out of notebooks."""
    groups = [each.annotation for each in Settings.model_fields.values()]
    found = [
        f"{group.model_config['env_prefix']}{name}".upper()
        for group in (Settings, LifecycleSettings, RemoteSettings, *groups)
        if isinstance(group, type) and issubclass(group, BaseSettings)
        for name, field in group.model_fields.items()
        if field.annotation is SecretStr
    ]
    assert len(found) >= 8
    assert [name for name in found if not is_secret_name(name)] == []


def test_each_of_several_secrets_in_one_variable_is_one() -> None:
    """Tokens for a stress run are a list with commas; a count of tokens is none."""
    one, other = f"wb_0190_{'a' * 43}", f"wb_0191_{'b' * 43}"
    found = secrets_in({"WORKBENCH_STRESS_TOKENS": f"{one}, {other}", "WORKBENCH_MOST_TOKENS": "24000000"})
    told = Scrubber(found).clean(f"first {one} and {other} of 24000000")
    assert told == "first [WORKBENCH_STRESS_TOKENS 1] and [WORKBENCH_STRESS_TOKENS 2] of 24000000"


@pytest.mark.parametrize("name", ["tokens", "most_tokens", "keyboard", "monkey", "secretary", "author"])
def test_names_that_only_look_alike(name: str) -> None:
    """Counts of tokens and keyboards are no secrets."""
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "sk-abcdefgh12345678",
        "postgresql://me:hunter22@host/db",
        "AKIAABCDEFGHIJKLMNOP",
        "Bearer abcdefgh123",
        f"wb_01901a2b3c4d_{'x' * 43}",
        "postgresql://host/db?user=me&password=hunter22",
        ["ghp_0123456789abcdef0123"],
        "it is swordfish9, really",
    ],
)
def test_values_that_are_secrets_are_refused(value: object) -> None:
    """By their form, or because the environment has them as a secret."""
    with pytest.raises(InputError, match="environment variable"):
        refuse_secret("note", value, {"MY_TOKEN": "swordfish9"})
    refuse_secret("note", "postgresql://host/db", {"MY_TOKEN": "swordfish9"})


def test_passwords_in_addresses_are_secrets_of_the_environment() -> None:
    """A database's address is not a secret; the password in it is, however it is escaped."""
    found = secrets_in({"WORKBENCH_DATABASE": "postgresql://me:pass%20word9@host/db", "HOME": "x" * 9})
    assert Scrubber(found).clean("pass%20word9 and pass word9") == (
        "[WORKBENCH_DATABASE password] and [WORKBENCH_DATABASE password]"
    )
    found = secrets_in({"WORKBENCH_DATABASE": "postgresql://host/db?user=me&password=pass%20word9"})
    assert Scrubber(found).clean("pass word9") == "[WORKBENCH_DATABASE password]"


def test_the_folder_a_shell_stands_in_is_no_secret() -> None:
    """PWD sounds like a password and is none; a parameter of that name is still refused."""
    assert secrets_in({"PWD": "/home/me/films", "OLDPWD": "/home/me", "DB_PWD": "s3cret-x"}) == {
        "DB_PWD": "s3cret-x"
    }
    assert is_secret_name("pwd")


@given(value=st.text('ab"\\\n<&é0', min_size=6, max_size=20), before=st.text(max_size=5))
def test_a_scrubbed_document_is_still_a_document(value: str, before: str) -> None:
    """Whatever the secret is, JSON that held it stays JSON and holds it no more."""
    clean = json.loads(
        Scrubber({"TOKEN": value}).clean_json(json.dumps([{"text": before + value}, repr(value)]))
    )
    assert "[TOKEN]" in clean[0]["text"]
    assert value not in clean[0]["text"]
    assert repr(value)[1:-1] not in clean[1]


@pytest.mark.slow
def test_a_canary_is_in_no_file_that_a_run_keeps(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook that prints, returns and raises a secret leaves files without it."""
    monkeypatch.setenv("CANARY_TOKEN", CANARY)
    notebook = write(
        "who: str = ''",
        "import os\nsecret = os.environ['CANARY_TOKEN']\nassert len(secret) == 19",
        "print(repr(secret), secret)",
        "{'seen': secret}",
        "from IPython.display import HTML\nHTML(f'<b>{secret}</b>')",
        "raise ValueError(secret)",
    )
    report = run_batch(Batch(str(notebook), ["me"]), tmp_path / "out", environment={"CANARY_TOKEN": CANARY})
    assert "[CANARY_TOKEN]" in str(report.failure)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert sorted(path.suffix for path in files) == [".html", ".ipynb", ".json"]
    for path in files:
        text = path.read_text()
        assert "[CANARY_TOKEN]" in text
        assert "51f0d7" not in text, path

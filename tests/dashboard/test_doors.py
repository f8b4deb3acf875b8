"""The doors that are no page: the launcher's tile, the login's settings, the command line."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from dashboards.serving import server_of
from dashboards.site import Site
from workbench.cli.main import run
from workbench.errors import InputError
from workbench.studio.dashboard_settings import DashboardSettings


def test_the_launcher_has_a_tile_that_opens_no_port() -> None:
    """jupyter-server-proxy finds the tile; it starts the dashboard on a socket behind Jupyter's login."""
    (found,) = entry_points(group="jupyter_serverproxy_servers", name="workbench-dashboard")
    tile = found.load()()
    assert tile["unix_socket"]
    assert "--port" not in tile["command"]
    assert "{unix_socket}" in tile["command"]
    assert Path(tile["launcher_entry"]["icon_path"]).read_text().startswith("<svg")


def test_a_login_needs_a_secret(bare: Site) -> None:
    """A password without a secret that signs cookies is refused with the way out."""
    bare.settings = bare.settings.model_copy(
        update={"dashboard": DashboardSettings(password="open sesame")}  # type: ignore[arg-type]
    )
    with pytest.raises(InputError, match="WORKBENCH_DASHBOARD_COOKIE_SECRET"):
        server_of(bare, port=0)


def test_a_provider_s_options_reach_the_server(bare: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each OAuth setting is handed to Panel, which does the login, under the name Panel knows it by."""
    for name, value in {
        "OAUTH_PROVIDER": "generic",
        "OAUTH_KEY": "the client",
        "OAUTH_SECRET": "its secret",
        "OAUTH_REDIRECT_URI": "https://ops.example/now",
        "OAUTH_EXTRA": '{"TOKEN_URL": "https://login.example/token"}',
        "COOKIE_SECRET": "c" * 40,
    }.items():
        monkeypatch.setenv(f"WORKBENCH_DASHBOARD_{name}", value)
    bare.settings = bare.settings.model_copy(update={"dashboard": DashboardSettings()})
    given: dict[str, object] = {}
    monkeypatch.setattr("dashboards.serving.pn.serve", lambda _, **options: given.update(options))
    server_of(bare, port=0)
    assert {name: given[name] for name in given if name.startswith(("oauth", "cookie", "basic"))} == {
        "oauth_provider": "generic",
        "oauth_key": "the client",
        "oauth_secret": "its secret",
        "oauth_redirect_uri": "https://ops.example/now",
        "oauth_extra_params": {"TOKEN_URL": "https://login.example/token"},
        "cookie_secret": "c" * 40,
    }


def test_alerts_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing stands in an empty workbench; history without spans raises nothing; a wrong name is told."""
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path))
    assert run(["alerts", "list"]) == 0
    assert run(["alerts", "check", "--json"]) == 0
    assert run(["alerts", "replay", "--since", "2h", "--rule", "error_rate"]) == 0
    told = capsys.readouterr().out
    assert "No alert stands." in told
    assert json.loads(told.splitlines()[1]) == []
    assert "Nothing would have fired" in told
    assert run(["alerts", "replay", "--rule", "error_rat"]) == 2
    assert "Did you mean 'error_rate'?" in capsys.readouterr().err
    assert run(["alerts", "ack", "error_rate"]) == 2

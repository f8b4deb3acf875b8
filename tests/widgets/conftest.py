"""A project in a folder of its own with a view at its desk; and JupyterLab in a browser.

One server serves all tests. Each file of browser tests has a page and a kernel, each test a project.
A browser, a server and a kernel share the machine with everything else that runs, so a test in a browser
that fails is tried once more; the summary lists it as a rerun, and twice is a failure.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.widgets.day import OPEN
from tests.widgets.lab import Notebook, browser_page, lab_server
from tests.widgets.views import FakeView
from workbench.studio.settings import Settings
from workbench.studio.studio import Studio
from workbench.studio.workspace import Workspace

HELLO = 'title = param("title", "Hello")\ntext(title, size=120, enter=rise(), name="title")\n'


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(Settings(data=tmp_path)) as workspace:
        yield workspace


@pytest.fixture
def studio(workspace: Workspace) -> Studio:
    return Studio(workspace, workspace.project("Test", create=True))


@pytest.fixture
def view(studio: Studio) -> Iterator[FakeView]:
    studio.add_scene(source=HELLO, name="one")
    view = FakeView(studio)
    yield view
    view.desk.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    with lab_server(folder) as address:
        yield address


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Page]:
    with browser_page() as page:
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        yield page


@pytest.fixture(scope="module")
def notebook(page: Page, address: str, folder: Path, request: pytest.FixtureRequest) -> Notebook:
    name = f"{request.module.__name__.rpartition('.')[2]}.ipynb"
    return Notebook.new(page, address, folder, name, ["import workbench as wb"])


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The name of the test's project, another one each time the test is tried."""
    attempt = getattr(request.node, "execution_count", 1)
    return f"{request.node.name.removeprefix('test_')}{'' if attempt == 1 else f'_{attempt}'}"


@pytest.fixture
def lab(notebook: Notebook, name: str) -> Iterator[Notebook]:
    """The notebook with one cell, in which a new project is open."""
    notebook.page.errors.clear()
    notebook.only_cell(OPEN.format(name=name))
    notebook.run_all()
    notebook.studio().wait_for()
    yield notebook
    notebook.run("studio.close()")
    assert notebook.page.errors == []

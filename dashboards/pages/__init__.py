"""The pages, in the order of their links."""

from dashboards.pages.capacity import CAPACITY
from dashboards.pages.errors import ERRORS
from dashboards.pages.lifecycle import LIFECYCLE
from dashboards.pages.now import NOW
from dashboards.pages.page import Desk, Page
from dashboards.pages.prompts import PROMPTS
from dashboards.pages.stress import STRESS
from dashboards.pages.trace import TRACE
from dashboards.pages.waiting import WAITING

PAGES: tuple[Page, ...] = (NOW, PROMPTS, WAITING, LIFECYCLE, CAPACITY, ERRORS, STRESS)
"""Those that are linked from everywhere."""

ALL: dict[str, Page] = {page.key: page for page in (*PAGES, TRACE)}

__all__ = ["ALL", "PAGES", "Desk", "Page"]

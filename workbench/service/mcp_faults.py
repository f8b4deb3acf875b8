"""Errors as agents should see them: what happened and what to do, never a stack of calls.

The SDK shows the words of its own errors and hides those of all others, so ours are carried over into its.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from mcp.server.mcpserver.exceptions import ResourceError, ToolError

from workbench.errors import WorkbenchError

Given = ParamSpec("Given")
Result = TypeVar("Result")


def told(tool: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return the tool with its errors in words that reach the agent."""
    return _with_words(tool, ToolError)


def readable(resource: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return the resource with its errors in words that reach the agent."""
    return _with_words(resource, ResourceError)


def _with_words(work: Callable[Given, Result], kind: type[Exception]) -> Callable[Given, Result]:
    if inspect.iscoroutinefunction(work):

        @functools.wraps(work)
        async def later(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            try:
                return cast(Result, await work(*args, **kwargs))
            except WorkbenchError as error:
                raise kind(str(error)) from error

        return cast(Callable[Given, Result], later)

    @functools.wraps(work)
    def now(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        except WorkbenchError as error:
            raise kind(str(error)) from error

    return now

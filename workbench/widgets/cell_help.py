"""Completion and help in scene cells: what the language knows, where IPython asks for it."""

from __future__ import annotations

import re
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from workbench.scene.completion import complete
from workbench.scene.reference import Entry, reference
from workbench.widgets.magic import OPTIONS

_WRITTEN = re.compile(r"""["']?[\w-]*$""")


@context_matcher()  # type: ignore[untyped-decorator] # IPython's decorators carry no types
def scene_matcher(context: CompletionContext) -> SimpleMatcherResult:
    """Offer the words of the scene language inside a `%%scene` cell, and nothing anywhere else."""
    first, _, source = context.full_text.partition("\n")
    if not re.match(r"%%scene\b", first):
        return {"completions": [], "suppress": False}
    match = _WRITTEN.search(context.text_until_cursor)
    written = match.group() if match else ""
    if context.cursor_line == 0:
        words = [option for option in OPTIONS if written and option.startswith(written)]
    else:
        words = complete(source, context.cursor_line, context.cursor_position + 1)
    after = context.line_with_cursor[context.cursor_position :]
    offered = [SimpleCompletion(_fitting(word, after), type=_kind(word)) for word in words]
    return {"completions": offered, "matched_fragment": written, "suppress": True, "ordered": True}


def _fitting(word: str, after: str) -> str:
    """Return the word without its closing quote when the editor has closed it already."""
    return word[:-1] if word.endswith('"') and after.startswith('"') else word


def _kind(word: str) -> str:
    if word.endswith("="):
        return "param"
    entry = reference().get(word)
    return "function" if entry and entry.signatures[0].startswith(f"{word}(") else "instance"


def help_text(entry: Entry) -> str:
    """Return a name of the language as its help: signatures, then what it is."""
    return "\n".join([*entry.signatures, "", entry.doc])


class LanguageHelp:
    """Answers the editor's question about a name with the language's words when the notebook has none.

    It stands in front of the shell's own answer, which wins: a variable of that name is shown as itself.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._own = shell.object_inspect_mime
        shell.object_inspect_mime = self

    def __call__(self, name: str, *arguments: Any, **options: Any) -> dict[str, str]:
        """Return the help for a name as a bundle by media type; raises KeyError for unknown names."""
        try:
            found: dict[str, str] = self._own(name, *arguments, **options)
        except KeyError:
            if name not in reference():
                raise
            return {"text/plain": help_text(reference()[name])}
        return found

    def close(self) -> None:
        """Let the shell answer alone again."""
        self._shell.object_inspect_mime = self._own

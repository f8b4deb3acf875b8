"""Edits of one scene's source that need no model: small, exact, and only where they were asked for."""

from workbench.brain.edits.draft import Draft
from workbench.brain.edits.legible import made_legible
from workbench.brain.edits.perform import Performed, perform, perform_like

__all__ = ["Draft", "Performed", "made_legible", "perform", "perform_like"]

"""Requests about pictures, met without a model: show one, rebuild its look, take its colours."""

from workbench.brain.pictures.intent import decided, pictured, use_of
from workbench.brain.pictures.telling import pictures_told
from workbench.brain.pictures.writing import needs_no_model, write_picture

__all__ = ["decided", "needs_no_model", "pictured", "pictures_told", "use_of", "write_picture"]

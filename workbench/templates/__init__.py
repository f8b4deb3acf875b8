"""Parametric scenes, shipped and the user's own."""

from workbench.scene.declared import declared_params
from workbench.templates.registry import Template, parse_template, problems, template, templates

__all__ = ["Template", "declared_params", "parse_template", "problems", "template", "templates"]

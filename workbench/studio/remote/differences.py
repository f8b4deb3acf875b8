"""In what a studio at a service differs from one of one's own. A test holds this list to the two classes."""

from __future__ import annotations

from collections.abc import Mapping

ABSENT: Mapping[str, str] = {
    "workspace": "the data folder, the workers and the settings are the service's own",
}
"""What only a studio over a data folder has, and why."""

ADDED: Mapping[str, str] = {
    "url": "where the service is",
}
"""What only a studio at a service has."""

OTHERWISE: Mapping[str, str] = {
    "check": "has findings and length; the graph and the geometry stay at the service",
    "preview": "has findings and length; the graph and the geometry stay at the service",
    "last_good": "has findings and length; the graph and the geometry stay at the service",
    "export": "makes the film there and brings it to a path here; without one, to NAME.mp4 in this folder",
    "export_job": "takes no path: the film is kept with its job; fetch it with `studio.jobs.file(job)`",
    "memory.relationships": "in words",
    "close": "ends the connection; the project stays at the service",
}
"""What is there and does something else than its namesake."""

INNER: Mapping[str, frozenset[str]] = {
    "memory": frozenset({"digest", "hear", "notice", "recall", "see", "see_picture", "teachable"}),
    "pictures": frozenset({"offer", "offered_in", "settle", "thumbnail"}),
    "jobs": frozenset({"export"}),
    "prompts": frozenset(),
}
"""What the parts of a studio have for the engines around them, not for authors; it works at the service."""

"""Who may look: names and domains that an operator lists, held against what a provider says of somebody."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ANYBODY = "*"


@dataclass(frozen=True, slots=True)
class People:
    """Names (`ada`, `ada@example.com`), domains (`@example.com`), or `*` for whoever the provider lets in."""

    listed: Sequence[str]

    def admit(self, name: str) -> bool:
        """Return whether somebody of this name may look; capitals do not matter."""
        known = {each.strip().lower() for each in self.listed}
        asked = name.strip().lower()
        _, at, domain = asked.rpartition("@")
        return bool(asked) and (ANYBODY in known or asked in known or (bool(at) and f"@{domain}" in known))


def claims_of(told: str | bytes) -> Mapping[str, Any]:
    """Return what an identity token (a JWT, or its payload alone in base64) claims; nothing if unreadable."""
    text = told.decode("ascii", "replace") if isinstance(told, bytes) else told
    parts = text.split(".")
    payload = parts[1] if len(parts) == 3 else text
    try:
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def unproven(name: str, claims: Mapping[str, Any]) -> bool:
    """Return whether the name is an address that the provider itself says nobody has proven to own."""
    told = str(claims.get("email_verified", True)).lower()
    return told == "false" and name == claims.get("email")

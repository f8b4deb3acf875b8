"""Object storage by any address that fsspec knows, opened and its failures explained.

Keys of the storage come by its own variables (`AWS_ACCESS_KEY_ID` and so on), never in the address.
"""

from __future__ import annotations

from typing import Any

from workbench.errors import EnvironmentFault, InputError


class explained_storage:  # noqa: N801 - it reads as the statement it is
    """Turn what storage raises, except that a file is missing, into an error with a remedy."""

    def __init__(self, address: str, *, may_be_missing: bool = False) -> None:
        self._address = address
        self._may_be_missing = may_be_missing

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None or not isinstance(error, Exception):
            return
        if isinstance(error, FileNotFoundError) and self._may_be_missing:
            return
        if isinstance(error, EnvironmentFault):
            return
        raise EnvironmentFault(
            f"The storage at {self._address} could not be used: {type(error).__name__}: {error}.",
            remedy="See that it runs, that the bucket exists, and that its keys are in the environment.",
        ) from error


def checked_address(address: str) -> str:
    """Return the address without a slash at its end, unless it holds a key or is none."""
    scheme, sep, rest = address.partition("://")
    if not (scheme and sep and rest):
        raise InputError(f"{address!r} is no address of a storage.", remedy="Give one: s3://bucket/prefix.")
    if "@" in rest.partition("/")[0]:
        raise InputError(
            "The address of the storage holds a key.", remedy="Put keys into the storage's own variables."
        )
    return address.rstrip("/")


def opened_storage(address: str, **options: Any) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it; nothing is asked of the storage yet."""
    from fsspec.core import url_to_fs

    if address.startswith(("file:", "local:")):
        options["auto_mkdir"] = True
    try:
        files, root = url_to_fs(checked_address(address), use_listings_cache=False, **options)
    except (ImportError, ValueError) as failure:
        raise EnvironmentFault(
            f"{address} cannot be used: {failure}.", remedy="pip install s3fs for s3://."
        ) from failure
    return files, str(root).rstrip("/")

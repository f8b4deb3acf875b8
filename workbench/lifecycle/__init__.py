"""Keeps data: backups that were restored once, migrations rehearsed on them, and retention by plan."""

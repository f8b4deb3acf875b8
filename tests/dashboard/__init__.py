"""The operations dashboard, its sample, and its doors."""

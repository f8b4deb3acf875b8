"""Alerts, anomalies, capacity and the sample."""

"""What happened, kept and asked: spans and counts on disk, questions about them, alerts, capacity."""

"""Load on a real service: people, arrivals, faults, and a verdict that says when it may not be trusted."""

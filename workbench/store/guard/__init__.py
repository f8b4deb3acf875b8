"""Keeps migrations from losing data: what is there is counted, what a script does is judged."""

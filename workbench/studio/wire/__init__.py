"""What travels over HTTP, described once for both ends: the service writes it, a remote studio reads it.

Times are UTC; lengths are seconds.
"""

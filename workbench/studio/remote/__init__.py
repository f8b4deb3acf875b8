"""The same studio, kept by a service somewhere else and reached over HTTP."""

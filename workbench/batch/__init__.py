"""Notebooks run unattended: typed parameters in, a kept notebook and an honest exit out."""

"""Pages for those who operate the workbench: what happens now, what it costs, and what will be full when."""

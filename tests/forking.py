"""Where processes of the tests are forked from: one process that has imported what they need, once.

The list of what it imports is one for all. Whoever sets it last replaces it, so it is set here alone.
"""

from multiprocessing import get_context

processes = get_context("forkserver")
processes.set_forkserver_preload(
    [
        "workbench.cli.serve", "workbench.service.app", "workbench.service.alerting",
        "workbench.service.keeping", "workbench.service.ops", "workbench.service.serving",
        "workbench.lifecycle.migrating", "workbench.store", "workbench.studio.workspace",
        "workbench.studio.working", "tests.jobs.painter", "tests.jobs.worker", "tests.lifecycle.dying",
        "tests.store.writer",
    ]
)  # fmt: skip

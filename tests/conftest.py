"""Every test process works in a data directory of its own, never in an installation's."""

import atexit
import os
import shutil
import tempfile

if "FLOW_DATA_DIR" not in os.environ:
    os.environ["FLOW_DATA_DIR"] = tempfile.mkdtemp(prefix="fluxo-test-")
    atexit.register(shutil.rmtree, os.environ["FLOW_DATA_DIR"], ignore_errors=True)

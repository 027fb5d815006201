"""Every test process works in a data directory of its own, never in an installation's."""

import os
import tempfile

os.environ.setdefault("FLOW_DATA_DIR", tempfile.mkdtemp(prefix="fluxo-test-"))

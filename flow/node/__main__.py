"""`python -m flow.node run`: the node alone, in the foreground, with the settings of the environment."""

import signal
import sys
import threading

from flow.node import NoAsterisk, NodeFailed, provide
from flow.settings import get_settings


def run() -> int:
    """Until Ctrl-C, SIGTERM or Asterisk's own end; the exit code says which."""
    settings = get_settings()
    finished = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: finished.set())
    try:
        asterisk = provide(settings)
        asterisk.start()
        asterisk.wait_until_booted()
    except (NoAsterisk, NodeFailed) as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"Asterisk {asterisk.source.version} pronto: SIP {settings.sip_port}, ARI {settings.ari_base}", flush=True)
    while asterisk.pid and not finished.wait(0.5):
        pass
    crashed = asterisk.pid is None
    asterisk.stop()
    return 1 if crashed else 0


if __name__ == "__main__":
    if sys.argv[1:] != ["run"]:
        sys.exit("uso: python -m flow.node run")
    sys.exit(run())

"""The Asterisk of this machine: found or fetched, configured from the settings, started and stopped.

asterisk = provide(settings)      # raises NoAsterisk
asterisk.start()
asterisk.wait_until_booted()      # raises NodeFailed
asterisk.command("core show channels")
asterisk.stop()
"""

from flow.node.asterisk import Asterisk, NodeFailed, provide
from flow.node.source import NoAsterisk

__all__ = ["Asterisk", "NoAsterisk", "NodeFailed", "provide"]

"""Which Debian mirror this machine already uses, read from APT's own source files (both formats)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
RELEASES = ("bullseye", "bookworm", "trixie", "forky", "duke", "sid")
SUITES = frozenset((*RELEASES, "oldoldstable", "oldstable", "stable", "testing", "unstable"))
"""Third parties name their suites otherwise, so a suite of this list with component main is Debian's archive."""


@dataclass(frozen=True)
class Mirror:
    uri: str
    signed_by: str = KEYRING
    trusted: bool = False

    def line(self, suite: str) -> str:
        """A one-line source for another suite of the same archive."""
        options = f"signed-by={self.signed_by}" + (" trusted=yes" if self.trusted else "")
        return f"deb [{options}] {self.uri} {suite} main\n"


def find_mirror(etc: Path = Path("/etc/apt")) -> Mirror | None:
    """The machine's first Debian archive, or None on a machine that is not Debian."""
    parts = etc / "sources.list.d"
    for path in [etc / "sources.list", *sorted(parts.glob("*.list")), *sorted(parts.glob("*.sources"))]:
        if not path.is_file():
            continue
        text = path.read_text(errors="replace")
        for mirror in _deb822(text) if path.suffix == ".sources" else _one_line(text):
            return mirror
    return None


def _one_line(text: str) -> Iterator[Mirror]:
    for line in text.splitlines():
        match = re.match(r"deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)", line.split("#")[0].strip())
        if match and _is_debian(match[3].split(), match[4].split()):
            options = dict(part.partition("=")[::2] for part in (match[1] or "").split())
            yield _mirror(match[2], options.get("signed-by", ""), options.get("trusted", ""))


def _deb822(text: str) -> Iterator[Mirror]:
    for stanza in re.split(r"\n\s*\n", _without_comments(text)):
        fields = {
            name.lower(): " ".join(value.split())
            for name, value in re.findall(r"^([A-Za-z-]+):((?:.*(?:\n[ \t].*)*))", stanza, re.MULTILINE)
        }
        wanted = "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no"
        if wanted and _is_debian(fields.get("suites", "").split(), fields.get("components", "").split()):
            for uri in fields.get("uris", "").split():
                yield _mirror(uri, fields.get("signed-by", ""), fields.get("trusted", ""))


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _is_debian(suites: list[str], components: list[str]) -> bool:
    return "main" in components and not SUITES.isdisjoint(suites)


def _mirror(uri: str, signed_by: str, trusted: str) -> Mirror:
    # Signed-By may hold a whole key instead of a file name; Debian's own keyring then serves as well.
    is_file = signed_by.startswith("/") and " " not in signed_by
    return Mirror(uri, signed_by if is_file else KEYRING, trusted.lower() in ("yes", "true"))

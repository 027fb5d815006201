"""Why there is no Asterisk: written by who starts it, read by who must explain it on a page."""

from flow.settings import Settings


def note_absence(settings: Settings, reason: str) -> None:
    """An empty reason takes the note away."""
    path = settings.data_dir / "telephony-off.txt"
    if reason:
        path.write_text(reason, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def why_absent(settings: Settings) -> str:
    """A Portuguese text that says how to turn telephony on; empty when an Asterisk was started."""
    try:
        return (settings.data_dir / "telephony-off.txt").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""

"""Reasons that both a real call and a simulated one give, so that they are told in the same words. No full stops."""

from flow.routing.snapshot import AnnouncementPlan


def span(seconds: float) -> str:
    """How long, as people say it: "42 s", "3 min 20 s", "1 h 5 min"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def empty_queue(rule: str, *, logged_in: bool, present: bool) -> str:
    """Why nobody should wait in a queue under its `empty_rule`; "" when one may. `present`: logged in, not paused."""
    if rule == "nobody_logged_in" and not logged_in:
        return "ninguém está logado na fila"
    if rule == "nobody_available" and not present:
        return "ninguém da fila está disponível: todos offline ou em pausa"
    return ""


def waited_out(max_wait_seconds: float) -> str:
    return f"esperou o máximo de {span(max_wait_seconds)}"


def announced(announcement: AnnouncementPlan) -> str:
    names = [f'"{audio.name}"' for audio in announcement.audios]
    listed = names[-1] if len(names) < 2 else f"{', '.join(names[:-1])} e {names[-1]}"
    return f'Anúncio "{announcement.name}": toca {listed}'


def graded(grade: int) -> str:
    return f"Quem ligou deu nota {grade}"

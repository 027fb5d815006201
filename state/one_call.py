"""One call: its picture, its steps as a time line, and who of a queue was tried."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

import reflex as rx

from flow.access.actor import Actor
from flow.access.policy import permission
from flow.catalog.registry import by_key
from flow.clock import local
from flow.db import company_session, run_in_thread
from flow.errors import FlowError
from flow.services import call_log
from flow.services.call_picture import ENDED_BY, continues_elsewhere, picture
from flow.services.call_story import CallStory, SegmentRow, StepRow, load_call
from flow.web.guard import actor as current_actor
from state.asking import last_part
from state.calls import call_shown
from state.labels import SEGMENT_TONES, clock

_FEW = 3  # reasons that are shown without being asked for
_LONG_MS = 10_000  # a pause worth telling apart from the others
_ICONS = {
    "dialled": "phone", "did": "enter", "trunk": "enter", "schedule": "clock", "announcement": "megaphone",
    "ivr": "keypad", "queue": "queue", "queue-wait": "queue", "queue-offer": "phone",
    "decision": "phone", "ringing": "phone", "answered": "check", "survey": "star", "alarm": "alert",
    "error": "alert", "hangup": "close", "hang-up": "close", "end": "close",
}  # fmt: skip
_CHOICES = ("queue-offer", "decision")
_TONES = {"alarm": "danger", "error": "danger", "answered": "success"}
_ENDINGS = {
    "caller": "Quem ligou desligou.",
    "callee": "Quem atendeu desligou.",
    "system": "O sistema encerrou a chamada.",
}


class CallState(rx.State):
    failure: str = ""
    call: dict[str, str] = {}
    boxes: list[dict[str, str]] = []
    steps: list[dict[str, str]] = []
    segments: list[dict[str, str]] = []

    @rx.event
    @permission("call.view")
    async def open(self) -> None:
        self.failure, self.call, self.boxes, self.steps, self.segments = "", {}, [], [], []
        await self._open()

    @rx.event
    @permission("call.view")
    async def reopen(self) -> None:
        """Something happened in this call: look again, without emptying the page."""
        await self._open()

    async def _open(self) -> None:
        try:
            story, zone = await run_in_thread(_load, current_actor(), last_part(self))
        except FlowError as error:
            self.failure = error.text
            return
        self.call = _facts(story, zone)
        self.boxes = [asdict(box) for box in picture(story)]
        self.steps = [*_each_linked_once(_step(step, zone) for step in story.steps), *_ending(story, zone)]
        self.segments = [_segment(row, zone) for row in story.segments]


def _load(actor: Actor, call_id: str) -> tuple[CallStory, str]:
    with company_session(actor.company) as db:
        return load_call(db, actor, call_id), call_log.zone_of(db, actor)


def _facts(story: CallStory, zone: str) -> dict[str, str]:
    call = story.call
    return call_shown(call, zone) | {
        "dialled": call.dialled,
        "sense": call_log.DIRECTION_LABELS.get(call.direction, call.direction),
        "ended_by": ENDED_BY.get(call.ended_by, ""),
        "revision": str(story.revision) if story.revision else "",
        "recovered": "sim" if call.recovered else "",
        "unwatched": "sim" if any(step.kind == "ended-meanwhile" for step in story.steps) else "",
        "alarm": next((step.text for step in story.steps if step.kind == "alarm"), ""),
        "ended": _second(call.ended_at, zone),
    }


def _step(step: StepRow, zone: str) -> dict[str, str]:
    lost = reasons(step.detail)
    return {
        "at": local(step.at, zone).strftime("%H:%M:%S.%f")[:-3].replace(".", ","),
        "after": f"+{step.after_ms / 1000:.3f} s".replace(".", ","),
        "pause": _pause(step.since_last_ms),
        "icon": _ICONS.get(step.kind, "right"),
        "tone": _TONES.get(step.kind, ""),
        "text": step.text,
        "why": "\n".join(lost),
        "others": _question(step.kind, len(lost)),
        "many": "sim" if len(lost) > _FEW else "",
        "path": step.path,
        "record": _leads_to(step),
        "revision": str(step.revision) if step.revision else "",
    }


def _each_linked_once(steps: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Several steps in one place (the rounds of a URA, those who are tried in a queue) lead there by the first."""
    before = ""
    for step in steps:
        yield step | {"path": ""} if step["path"] == before else step
        before = step["path"] or before


def _question(kind: str, lost: int) -> str:
    """What the reasons answer: a choice passed others over; of whatever else happened they are simply the reasons."""
    if kind not in _CHOICES and lost <= _FEW:
        return "Por quê?" if lost else ""
    return f"Por que não os outros {lost}?" if lost > 1 else "Por que não o outro?" if lost else ""


def _leads_to(step: StepRow) -> str:
    """What stands behind the step's link."""
    if step.passed:
        return by_key(step.passed[0]).singular
    return "a chamada que continua" if "to_call" in step.detail else "a chamada de antes"


def _ending(story: CallStory, zone: str) -> list[dict[str, str]]:
    """Who hung up: no step of its own, since it is told with the call's end."""
    call = story.call
    if call.ended_at is None or call.ended_by not in _ENDINGS:
        return []
    after = (call.ended_at - call.started_at).total_seconds()
    pause = round(after * 1000) - (story.steps[-1].after_ms if story.steps else 0)
    return [
        {
            "at": local(call.ended_at, zone).strftime("%H:%M:%S.%f")[:-3].replace(".", ","),
            "after": f"+{after:.3f} s".replace(".", ","),
            "icon": _ICONS["end"],
            "text": f"{_how_it_ended(story)} Resultado: {call.result_label.lower()}.",
            "pause": _pause(pause),
            **dict.fromkeys(("tone", "why", "others", "many", "path", "record", "revision"), ""),
        }
    ]


def _how_it_ended(story: CallStory) -> str:
    """Who hung up, unless a step above has told that already."""
    if continues_elsewhere(story):
        return "A conversa continua na outra chamada."
    if any(step.kind == "survey" for step in story.steps):
        return "A chamada terminou."
    return _ENDINGS[story.call.ended_by]


def _segment(row: SegmentRow, zone: str) -> dict[str, str]:
    return {
        "name": row.name,
        "queue": row.queue,
        "queue_path": row.queue_path,
        "offered": _second(row.offered_at, zone),
        "ring": clock(row.ring_seconds),
        "answered": _second(row.answered_at, zone) or "–",
        "ended": _second(row.ended_at, zone) or "–",
        "talk": clock(row.talk_seconds) if row.answered_at and row.ended_at else "–",
        "result": row.result_label,
        "tone": SEGMENT_TONES.get(row.result, ""),
        "grade": str(row.grade) if row.grade else "–",
    }


def reasons(detail: dict[str, object]) -> list[str]:
    """Why each alternative lost; the rest of a step's detail is for machines."""
    lost = detail.get("passed_over")
    return [_reason(item) for item in lost] if isinstance(lost, list) else []


def _reason(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    return ": ".join(str(item[part]) for part in ("what", "why") if item.get(part))


def _second(moment: datetime | None, zone: str) -> str:
    return local(moment, zone).strftime("%H:%M:%S") if moment else ""


def _pause(ms: int) -> str:
    """How long after what stands above, if that was long."""
    if ms < _LONG_MS:
        return ""
    return f"{ms // 1000} s depois" if ms < 60_000 else f"{clock(ms // 1000)} min depois"

"""A call as a few boxes in a row, drawn from its steps: DID → horário → URA → fila → agente → fim."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flow.catalog.registry import by_key
from flow.routing import brazil
from flow.routing.reasons import span
from flow.services.call_story import CallStory, StepRow

ENDED_BY = {"caller": "quem ligou", "callee": "quem atendeu", "system": "o sistema"}
_ENDED = {"caller": "por quem ligou", "callee": "por quem atendeu", "system": "pelo sistema"}
_TAKEN = "agent"
_QUOTED = re.compile(r'"([^"]*)"')
_ICONS = {
    "inbound_route": "enter",
    "schedule": "clock",
    "announcement": "megaphone",
    "ivr": "keypad",
    "queue": "queue",
    "extension": "phone",
    "trunk": "enter",
}


@dataclass(frozen=True)
class Box:
    """`what`: the kind of thing, `title` its name, `note` what happened there. `tone`: success, danger or ""."""

    key: str
    icon: str
    what: str
    title: str
    note: str = ""
    path: str = ""
    tone: str = ""


def picture(story: CallStory) -> list[Box]:
    boxes: list[Box] = [Box("caller", "user", "De", story.call.caller)]
    for step in story.steps:
        if step.kind == "answered" and boxes[-1].key != _TAKEN:
            boxes.append(_who_took_it(story))
        elif (box := _box(step)) is None:
            continue
        elif boxes[-1].key == box.key:
            boxes[-1] = replace(boxes[-1], note=box.note or boxes[-1].note)
        else:
            boxes.append(box)
    if not story.call.answered_at and any(step.kind == "decision" for step in story.steps):
        boxes.append(Box("rang", "phone", "Ramal", story.call.callee, "", story.callee_path))
    return [*_with_waits(boxes, story), *_end(story)]


def continues_elsewhere(story: CallStory) -> bool:
    """By a transfer: nobody has hung up on anybody."""
    return any(step.kind == "transferred" and "to_call" in step.detail for step in story.steps)


def _box(step: StepRow) -> Box | None:
    if step.kind == "alarm":
        return Box("alarm", "alert", "Alarme", "Configuração a corrigir", tone="danger")
    if step.passed is None:
        return None
    key, record_id = step.passed
    name = _QUOTED.search(step.text)
    survey = step.kind == "survey" or step.text.startswith("Pesquisa")
    singular = "Pesquisa" if survey else by_key(key).singular
    return Box(
        key=f"{key}:{record_id}",
        icon="star" if survey else _ICONS[key],
        what=singular,
        title=name[1] if name else "de satisfação" if survey else singular,
        note=_note(key, step) or brazil.shown(str(step.detail.get("did", ""))),
        path=step.path,
    )


def _note(key: str, step: StepRow) -> str:
    detail = step.detail
    if key == "schedule":
        return "dentro do horário" if detail.get("open") else "fora do horário"
    if key != "ivr":
        return ""
    if "grade" in detail:
        return f"nota {detail['grade']}"
    if detail.get("key"):
        return f"tecla {detail['key']}" + (" (inválida)" if detail.get("result") == "invalid" else "")
    return "sem tecla" if detail.get("result") == "timeout" else "tentativas esgotadas" if "invalid" in detail else ""


def _with_waits(boxes: Sequence[Box], story: CallStory) -> list[Box]:
    """Queues say how long the call was there."""
    entered: dict[str, int] = {}
    waited: dict[str, int] = {}
    for step in story.steps:
        for key in list(entered):
            waited[key] = step.after_ms - entered[key]
            if step.kind in ("queue", "answered"):
                del entered[key]
        if step.kind == "queue-wait" and step.passed:
            entered[f"queue:{step.passed[1]}"] = step.after_ms
    if entered and story.call.ended_at:
        end = round((story.call.ended_at - story.call.started_at).total_seconds() * 1000)
        waited |= {key: end - since for key, since in entered.items()}
    notes = {key: f"esperou {span(round(ms / 1000))}" for key, ms in waited.items()}
    return [replace(box, note=notes.get(box.key, box.note)) for box in boxes]


def _who_took_it(story: CallStory) -> Box:
    winner = next((row.name for row in story.segments if row.answered_at), story.call.callee)
    return Box(_TAKEN, "phone", "Atendida por", winner, "", story.callee_path, "success")


def _end(story: CallStory) -> list[Box]:
    call = story.call
    if call.ended_at is None:
        return []
    note = "transferida" if continues_elsewhere(story) else _ENDED.get(call.ended_by, "")
    return [Box("end", "close", "Fim", call.result_label, note)]

"""Áudio and Música Espera: files that are the company's own, and the memory of former ones."""

from typing import Any

from flow.catalog.audio import Audio, AudioFile, Music
from flow.clock import now
from flow.services import media
from flow.services.rules import Draft, Rules, name_taken

_GONE = "Este arquivo não está entre os desta empresa. Envie-o de novo."


class AudioRules(Rules):
    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            name = draft.future("name")
            draft.errors["name"] = f"Já existe um áudio {name}. Escolha outro nome ou edite o existente."
        digest = draft.values.get("current")
        if digest and media.find(draft.db, digest) is None:
            draft.errors["current"] = _GONE

    def apply(self, draft: Draft) -> None:
        """A new file is a new version: the former ones stay for calls that are under way."""
        row: Audio = draft.row
        if row.versions and row.versions[-1]["hash"] == row.current:
            return
        file = media.find(draft.db, row.current)
        assert file is not None
        row.ms = file.ms
        row.versions = [*(row.versions or []), {"hash": row.current, "at": now().isoformat()}]


class MusicRules(Rules):
    def check(self, draft: Draft) -> None:
        if name_taken(draft):
            name = draft.future("name")
            draft.errors["name"] = f"Já existe uma música de espera {name}. Escolha outro nome ou edite a existente."
        files = draft.values.get("files") or []
        found = media.held(draft.db, (file["hash"] for file in files))
        for number, file in enumerate(files, 1):
            if file["hash"] not in found:
                draft.errors["files"] = f"Linha {number}: {_GONE}"

    def apply(self, draft: Draft) -> None:
        row: Music = draft.row
        found = media.held(draft.db, (file["hash"] for file in row.files))
        row.files = [_entry(found[file["hash"]], file["name"]) for file in row.files]


def _entry(file: AudioFile, name: str) -> dict[str, Any]:
    return {"hash": file.hash, "name": name or file.original_name, "ms": file.ms}

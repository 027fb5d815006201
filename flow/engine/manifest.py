"""What was last pushed to a node, in files: one for each company, trusted only when the node's sentinel agrees."""

import contextlib
import os
from pathlib import Path

import orjson


class ManifestStore:
    """Object key → digest, by company. Losing these files costs one full push and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def companies(self) -> set[int]:
        return {int(path.stem.removeprefix("company-")) for path in self._folder.glob("company-*.json")}

    def read(self, company_id: int) -> dict[str, str]:
        try:
            kept = orjson.loads(self._path(company_id).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return {}
        return {str(key): str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}

    def write(self, company_id: int, digests: dict[str, str]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(company_id)
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_bytes(orjson.dumps(digests))
        os.replace(draft, path)

    def forget(self, company_id: int) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._path(company_id).unlink()

    def _path(self, company_id: int) -> Path:
        return self._folder / f"company-{company_id}.json"

"""Secrets at rest. The key stands outside the database; several keys allow rotation (newest first)."""

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet

from flow.settings import settings


@lru_cache
def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.secret_keys])


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(sealed: str) -> str:
    return _box().decrypt(sealed.encode()).decode()


def rotate(sealed: str) -> str:
    """The same secret under the newest key."""
    return _box().rotate(sealed.encode()).decode()

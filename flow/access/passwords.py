"""Passwords of people: argon2id through passlib, and what makes one too weak."""

from passlib.context import CryptContext

_CONTEXT = CryptContext(
    schemes=["argon2"], argon2__type="ID", argon2__memory_cost=47_104, argon2__time_cost=1, argon2__parallelism=1
)
MIN_LENGTH = 6
# What attackers try first, here and abroad. Compared folded; also refused with digits appended (senha1, fluxo2026).
_COMMON = frozenset(
    (
        "123456 1234567 12345678 123456789 1234567890 111111 000000 123123 654321 121212 123321 112233 "
        "102030 101010 159753 password passw0rd p@ssw0rd qwerty qwerty123 qwertyuiop asdfgh asdfghjkl "
        "zxcvbn 1q2w3e 1q2w3e4r 1qaz2wsx abc123 abcdef iloveyou admin admin123 administrador root toor "
        "welcome letmein monkey dragon master superman batman princess senha senha1 senha12 senha123 "
        "senha1234 mudar mudar123 mudar@123 trocar trocar123 teste teste123 brasil brasil123 flamengo "
        "corinthians palmeiras santos gremio inter internacional vasco botafogo cruzeiro futebol saopaulo "
        "jesus deus familia amor amoreterno felicidade princesa gatinha estrela fluxo fluxo123 empresa "
        "empresa123 usuario"
    ).split()
)


def hash_password(password: str) -> str:
    return _CONTEXT.hash(password)


def verify(password: str, hashed: str) -> bool:
    return _CONTEXT.verify(password, hashed)


def spend_time() -> None:
    """As long as a verification takes, so that an unknown login answers no faster than a known one."""
    _CONTEXT.dummy_verify()


def weakness(password: str, login: str) -> str:
    """Why this password is refused, in Portuguese; empty when it is good enough."""
    if len(password) < MIN_LENGTH:
        return f"Use no mínimo {MIN_LENGTH} caracteres."
    if password.casefold() == login.casefold():
        return "A senha não pode ser igual ao login."
    if is_common(password) or len(set(password.casefold())) < 3:
        return "Esta senha está entre as mais usadas e é fácil de adivinhar. Escolha outra."
    return ""


def is_common(password: str) -> bool:
    folded = password.casefold()
    return folded in _COMMON or folded.rstrip("0123456789!@#.") in _COMMON

"""What makes a password too weak, and that none is kept in clear."""

import pytest

from flow.access import passwords


@pytest.mark.parametrize(
    "password", ["", "abc12", "123456", "Senha123", "senha2026", "maria01", "MARIA01", "aaaaaa", "ababab", "fluxo!"]
)
def test_weak_passwords_are_refused_with_a_reason(password):
    assert passwords.weakness(password, "maria01").endswith(".")


@pytest.mark.parametrize("password", ["girassol7", "cavalo-bateria", "ção12x"])
def test_ordinary_good_passwords_pass(password):
    assert passwords.weakness(password, "maria01") == ""


def test_a_hash_is_argon2id_and_verifies():
    hashed = passwords.hash_password("girassol7")
    assert hashed.startswith("$argon2id$")
    assert passwords.verify("girassol7", hashed)
    assert not passwords.verify("girassol8", hashed)

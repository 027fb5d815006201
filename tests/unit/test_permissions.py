"""Effective permission = Perfil ∩ ceiling of Função; the matrix is data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.access import permissions as p
from flow.access.actor import Actor
from flow.catalog.user import FUNCTIONS

PERMISSIONS = st.frozensets(st.sampled_from(sorted(p.ALL | p.PLATFORM)))


@given(PERMISSIONS, st.sampled_from(FUNCTIONS), st.booleans())
def test_nobody_exceeds_profile_or_function(profile, function, auditor):
    extra = p.AUDITOR_FLAG if auditor else frozenset()
    assert p.effective(profile, function, auditor=auditor) == (profile & p.CEILING[function]) | extra


@given(
    PERMISSIONS, st.sampled_from(FUNCTIONS), st.booleans(), st.booleans(), st.sampled_from(sorted(p.ALL | p.PLATFORM))
)
def test_the_explanation_says_what_the_rule_decides(profile, function, auditor, is_super, wanted):
    verdict = p.explain(
        wanted, profile_name="P", profile=profile, function=function, auditor=auditor, is_super=is_super
    )
    assert verdict.allowed == (is_super or wanted in p.effective(profile, function, auditor=auditor) - p.PLATFORM)
    assert verdict.because.endswith((".", "Perfil."))


def test_no_ceiling_reaches_what_belongs_to_the_platform():
    assert all(not ceiling & p.PLATFORM for ceiling in p.CEILING.values())


def test_an_auditor_only_reads():
    assert all(name.endswith(".view") for name in p.CEILING["Auditor"])


@pytest.mark.parametrize("name", sorted(p.ALL))
def test_every_permission_has_a_portuguese_label(name):
    assert p.label(name)
    assert "." not in p.label(name)


def test_an_unknown_function_can_do_nothing():
    assert p.effective(p.ALL, "Rei") == frozenset()


@pytest.mark.parametrize(
    ("function", "reach"),
    [
        ("Administrador", "company"),
        ("Gestor", "company"),
        ("Auditor", "company"),
        ("Supervisor", "teams"),
        ("Agente", "own"),
    ],
)
def test_function_decides_how_far_a_person_sees(function, reach):
    actor = Actor(1, "x", "X", 1, 1, False, function, frozenset())
    assert actor.reach == reach

"""Whose address a request has, when proxies stand in between."""

import pytest
from pydantic import ValidationError

from flow.settings import Settings, networks
from flow.web.browser_request import nearest_untrusted

TRUSTED = networks("10.0.0.0/8, 127.0.0.1, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),  # nobody whose word counts
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),  # what the client wrote itself stands on the left
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),  # two headers are one list
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),  # from within
        ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("fd00::1", ["198.51.100.1"], "198.51.100.1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_the_address_is_the_rightmost_that_no_trusted_proxy_has(peer, forwarded, address):
    assert nearest_untrusted(peer, forwarded, TRUSTED) == address


def test_nobody_is_trusted_unless_the_settings_say_so():
    assert Settings(trusted_proxies="").proxies == ()
    assert nearest_untrusted("127.0.0.1", ["198.51.100.1"], ()) == "127.0.0.1"


def test_a_setting_that_is_no_network_is_refused_with_an_example():
    with pytest.raises(ValidationError, match="FLOW_TRUSTED_PROXIES"):
        Settings(trusted_proxies="proxy.example.com")

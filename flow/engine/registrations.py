"""Which telephones are signed in on the node, kept from its endpoint list and its contact events."""

from collections.abc import Callable, Iterable
from typing import Any

from flow.routing.internal import PhoneState

Changed = Callable[[str, bool], None]


class Registrations:
    """`states` maps endpoint → REGISTERED and holds nothing else, as the routing core wants it."""

    def __init__(self, on_change: Changed) -> None:
        self.states: dict[str, PhoneState] = {}
        self._contacts: dict[str, set[str]] = {}
        self._on_change = on_change

    def reset(self, endpoints: Iterable[dict[str, Any]]) -> None:
        """From `GET /endpoints/PJSIP`, which knows states but not contacts."""
        online = {item["resource"] for item in endpoints if item["state"] == "online"}
        before = set(self.states)
        self.states = dict.fromkeys(online, PhoneState.REGISTERED)
        self._contacts.clear()
        for name in before ^ online:
            self._on_change(name, name in online)

    def found(self, endpoints: Iterable[dict[str, Any]]) -> None:
        """Telephones whose registration outlived a restart of Asterisk: of those it tells nobody."""
        for item in endpoints:
            if item["state"] == "online":
                self._set(item["resource"], True)

    def contact_changed(self, event: dict[str, Any]) -> None:
        name, contact = event["endpoint"]["resource"], event["contact_info"]
        known = self._contacts.get(name)
        if contact["contact_status"] in ("Removed", "Unreachable"):
            if known is not None:
                known.discard(contact["uri"])
        elif known is not None:
            known.add(contact["uri"])
        elif name not in self.states:  # it was offline: this contact is its only one
            self._contacts[name] = {contact["uri"]}
        self._set(name, event["endpoint"]["state"] == "online")

    def forget(self, name: str) -> None:
        """Its AOR was deleted, and the contacts with it: of that Asterisk tells nobody."""
        self._set(name, False)

    def learn(self, name: str, targets: Iterable[str]) -> None:
        """What Asterisk says an endpoint's contacts are, as `endpoint/uri`: from here on events keep it true."""
        if name in self.states:
            self._contacts[name] = {target.partition("/")[2] for target in targets}

    def single_contact(self, name: str) -> bool:
        """Whether dialling the endpoint's name reaches everything that is registered under it."""
        known = self._contacts.get(name)
        return known is not None and len(known) == 1

    def _set(self, name: str, online: bool) -> None:
        if online == (name in self.states):
            return
        if online:
            self.states[name] = PhoneState.REGISTERED
        else:
            self.states.pop(name, None)
            self._contacts.pop(name, None)
        self._on_change(name, online)

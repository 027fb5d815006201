"""Nós: what the engine says of its Asterisks, for the platform's owner."""

from typing import Any

import reflex as rx

from flow.access.policy import permission
from flow.errors import FlowError
from flow.live.engine_client import engine_client


class NodesState(rx.State):
    status: dict[str, Any] = {}

    @rx.event
    @permission("node.view")
    async def refresh(self) -> None:
        try:
            self.status = {"asked": True, **await engine_client.status()}
        except FlowError:
            self.status = {"asked": True, "engine": None, "nodes": []}

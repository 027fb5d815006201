"""Agents come to work and leave: kept in the database first, so that a restart of the engine sends nobody home."""

from flow.db import run_in_thread
from flow.engine.office import Office
from flow.services.presence import keep_login, keep_pause

LONGEST_REASON = 60


class People:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def log(self, company_id: int, queue_id: int, key: str, logged_in: bool) -> bool:
        """Into or out of one queue; False for somebody who is no member of it."""
        desk = self._office.desk_of(company_id)
        if desk is None or not desk.is_member(queue_id, key):
            return False
        await run_in_thread(keep_login, company_id, queue_id, key, logged_in)
        return desk.login(queue_id, key) if logged_in else desk.logout(queue_id, key)

    async def pause(self, company_id: int, key: str, reason: str) -> bool:
        """`reason` empty: back at work."""
        desk = self._office.desk_of(company_id)
        if desk is None or not desk.knows(key):
            return False
        reason = reason[:LONGEST_REASON]
        await run_in_thread(keep_pause, company_id, key, reason)
        if reason:
            desk.pause(key, reason)
        else:
            desk.resume(key)
        return True

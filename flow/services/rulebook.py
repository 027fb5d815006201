"""Which rules go with which entity."""

from flow.catalog.entity import Entity
from flow.services.audios import AudioRules, MusicRules
from flow.services.companies import CompanyRules
from flow.services.extensions import ExtensionRules
from flow.services.flows import AnnouncementRules, IvrRules, QueueRules, ScheduleRules
from flow.services.inbound_routes import InboundRouteRules
from flow.services.profiles import ProfileRules
from flow.services.rules import Rules
from flow.services.teams import TeamRules
from flow.services.trunks import TrunkRules
from flow.services.users import UserRules

_RULES: dict[str, Rules] = {
    "company": CompanyRules(),
    "user": UserRules(),
    "team": TeamRules(),
    "profile": ProfileRules(),
    "extension": ExtensionRules(),
    "trunk": TrunkRules(),
    "inbound_route": InboundRouteRules(),
    "queue": QueueRules(),
    "audio": AudioRules(),
    "music": MusicRules(),
    "announcement": AnnouncementRules(),
    "schedule": ScheduleRules(),
    "ivr": IvrRules(),
}


def rules_of(entity: Entity) -> Rules:
    return _RULES[entity.key]

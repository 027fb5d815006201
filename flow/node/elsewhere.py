"""An Asterisk that somebody else starts (`FLOW_ARI_URL`): its files, and what to tell people when it does not serve."""

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from flow.node.asterisk import link_shared_data
from flow.node.prompts import speak_prompts
from flow.node.render import SOCKET_PATH_LIMIT, Places, write_files
from flow.node.source import OLDEST, Source, parse_version
from flow.settings import Settings

PACKAGED = Path("/usr/share/asterisk")
"""Where Debian's package keeps the read-only data that we link to."""
_OPUS = ("codec_opus_open_source.so",)


class NotPossible(Exception):
    """`str()` is a Portuguese text that says how to mend it."""


class DoesNotServe(Exception):
    """`str()` is a Portuguese text: why the Asterisk of `FLOW_ARI_URL` is of no use now, and what to look at."""


def write_node(
    settings: Settings, folder: Path, say: Callable[[str], None], *, shared: Path = PACKAGED, modules: str = ""
) -> None:
    """All that a node needs beside the package, in a folder that is to lie at the same path on its machine.

    `shared`, `modules`: where that machine keeps the package's data and modules; without `modules` Asterisk's own
    default. Raises NotPossible.
    """
    home = folder.absolute()
    places = Places.elsewhere(home)
    if not settings.ari_url.startswith("http://"):
        raise NotPossible("Defina FLOW_ARI_URL com o endereço que esse Asterisk terá, como http://10.0.0.5:8088/ari.")
    if trouble := unreachable_engine(settings):
        raise NotPossible(trouble)
    if len(str(places.run)) > SOCKET_PATH_LIMIT:
        raise NotPossible(f"{home} é um caminho longo demais para os soquetes do Asterisk.")
    source = Source("elsewhere", (), "", modules, str(shared), _OPUS)
    places.make()
    link_shared_data(source, places)
    speak_prompts(settings.cache_dir, source, places.data / "sounds" / "pt_BR" / "fluxo", say)
    write_files(settings, source, places)


def unreachable_engine(settings: Settings) -> str:
    """Why the node could not fetch its sounds from us, with the remedy; empty when nothing speaks against it."""
    if _is_loopback(settings.node_http_host) or not _is_loopback(settings.engine_host):
        return ""
    return (
        f"O Asterisk de {where(settings)} busca áudios e músicas no motor, e não o alcança em {settings.engine_host}. "
        "Defina FLOW_ENGINE_HOST com um endereço privado desta máquina."
    )


@dataclass(frozen=True)
class Seen:
    """`skew`: seconds by which its clock and ours differ."""

    version: str
    skew: float


def look(settings: Settings) -> Seen:
    """Ask it who it is. Raises DoesNotServe."""
    request = urllib.request.Request(f"{settings.ari_base}/asterisk/info?only=system")
    login = f"{settings.ari_user}:{settings.ari_secret}".encode()
    request.add_header("Authorization", "Basic " + base64.b64encode(login).decode())
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:
            stamp, text = reply.headers.get("Date"), json.load(reply)["system"]["version"]
    except urllib.error.HTTPError as refusal:
        raise DoesNotServe(why_away(settings, refusal.code)) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise DoesNotServe(why_away(settings)) from None
    version, major = parse_version(f"Asterisk {text}")
    if major < OLDEST:
        raise DoesNotServe(f"O Asterisk de {where(settings)} é o {text}; o Fluxo precisa do {OLDEST} ou mais novo.")
    return Seen(version, abs(parsedate_to_datetime(stamp).timestamp() - time.time()) if stamp else 0.0)


def why_away(settings: Settings, status: int = 0) -> str:
    """`status`: of its HTTP answer, 0 without one."""
    if status in (401, 403):
        return (
            f"O Asterisk de {where(settings)} recusou o usuário «{settings.ari_user}» ou a senha. "
            "Confira FLOW_ARI_USER e FLOW_ARI_PASSWORD com o ari.conf dele."
        )
    if status == 503:
        return f"O Asterisk de {where(settings)} ainda está iniciando, ou está sobrecarregado."
    if status:
        return (
            f"Quem responde em {where(settings)} não é o ARI de um Asterisk (HTTP {status}). "
            "Confira FLOW_ARI_URL, como http://10.0.0.5:8088/ari, e o ari.conf e o modules.conf dele."
        )
    return (
        f"O Asterisk de {where(settings)} não responde. "
        "Confira se ele está no ar, o endereço em FLOW_ARI_URL, o bindaddr do http.conf dele e o firewall."
    )


def where(settings: Settings) -> str:
    """Host and port, without what else may stand in the address."""
    parts = urlsplit(settings.ari_url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

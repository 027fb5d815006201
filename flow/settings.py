"""Every setting of an installation, read from the environment (prefix FLOW_) and nowhere else.

Secrets that nobody set are made on first use and kept in the data directory, readable by its owner only.
"""

import os
import secrets
import socket
from collections.abc import Callable
from functools import cached_property, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Network = IPv4Network | IPv6Network
EVERYWHERE = ("0.0.0.0", "::")


class Settings(BaseSettings):
    """Field = environment variable without the FLOW_ prefix, in upper case."""

    model_config = SettingsConfigDict(env_prefix="FLOW_", extra="ignore")

    port: int = Field(3000, ge=1, le=65535, description="Web: pages, API and SIP over WebSocket, all on this port")
    host: str = Field("0.0.0.0", description="Address the web listens on")
    sip_port: int = Field(5060, ge=1, le=65535, description="SIP over UDP and TCP, for softphones and trunks")
    rtp_ports: str = Field("10000-10999", description="UDP ports for audio, first-last")
    data_dir: Path = Field(Path("var"), description="Database, secrets, node files, logs")
    cache_dir: Path = Field(
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fluxo",
        description="What every installation of this machine may share: the private Asterisk",
    )
    database_url: str = Field("", description="Empty: SQLite in the data directory")
    public_host: str = Field("", description="Name or address by which telephones reach the node")
    public_url: str = Field("", description="Address by which browsers reach the web, if behind a proxy")
    engine_host: str = Field(
        "127.0.0.1", description="Where the engine listens; a private address if its Asterisk is on another machine"
    )
    trusted_proxies: str = Field(
        "", description="Addresses or networks of proxies whose X-Forwarded-For is believed, comma separated"
    )
    engine_port: int = Field(0, ge=0, le=65535, description="Private API of the engine; 0: web port + 1")
    asterisk_http_port: int = Field(0, ge=0, le=65535, description="ARI and SIP WebSocket of the node; 0: web port + 2")
    ari_url: str = Field("", description="An Asterisk that is already there, e.g. http://10.0.0.5:8088/ari")
    ari_user: str = Field("fluxo", description="User of ARI")
    ari_password: str = Field("", description="Password of ARI; empty: made on first use")
    secret_key: str = Field(
        "", description="Fernet key(s) for secrets at rest, newest first, comma separated; empty: made"
    )
    admin_login: str = Field("", description="Login of the first super user")
    admin_password: str = Field("", description="Password of the first super user; empty: random, printed once")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @field_validator("rtp_ports")
    @classmethod
    def _a_range(cls, value: str) -> str:
        first, _, last = value.partition("-")
        if not (first.isdigit() and last.isdigit() and 1024 <= int(first) < int(last) <= 65535):
            raise ValueError("FLOW_RTP_PORTS: use primeiro-último, por exemplo 10000-10999")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            networks(value)
        except ValueError:
            raise ValueError(
                "FLOW_TRUSTED_PROXIES: use endereços ou redes separados por vírgula, por exemplo 127.0.0.1, 10.0.0.0/8"
            ) from None
        return value

    @field_validator("data_dir", "cache_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("ari_url")
    @classmethod
    def _of_ari(cls, value: str) -> str:
        parts = urlsplit(value)
        right = parts.scheme in ("http", "https") and parts.hostname and parts.path.rstrip("/").endswith("/ari")
        if value and not right:
            raise ValueError("FLOW_ARI_URL: use um endereço como http://10.0.0.5:8088/ari")
        return value

    @field_validator("engine_host")
    @classmethod
    def _one_address(cls, value: str) -> str:
        """The node is told this address, and so are the pages: "every address" leads nowhere."""
        if value in ("", *EVERYWHERE):
            raise ValueError("FLOW_ENGINE_HOST: use um endereço desta máquina que o Asterisk alcance, como 10.0.0.4")
        return value

    @property
    def rtp_first(self) -> int:
        return int(self.rtp_ports.partition("-")[0])

    @property
    def rtp_last(self) -> int:
        return int(self.rtp_ports.partition("-")[2])

    @property
    def db_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'fluxo.db'}"

    @property
    def engine_http_port(self) -> int:
        return self.engine_port or self.port + 1

    @property
    def engine_base(self) -> str:
        return f"http://{self.engine_host}:{self.engine_http_port}"

    @property
    def web_base(self) -> str:
        """The pages as this machine reaches them."""
        host = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def shown_url(self) -> str:
        """The pages as people reach them."""
        host = own_address() if self.ari_url else self.sip_host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def node_http_host(self) -> str:
        return urlsplit(self.ari_url).hostname or "127.0.0.1"

    @property
    def node_http_port(self) -> int:
        if self.ari_url:
            return urlsplit(self.ari_url).port or 80
        return self.asterisk_http_port or self.port + 2

    @property
    def ari_base(self) -> str:
        return self.ari_url.rstrip("/") or f"http://127.0.0.1:{self.node_http_port}/ari"

    @property
    def sip_websocket(self) -> str:
        """Address of the node's SIP WebSocket, the far end of the web's `/sip`."""
        return self.ari_base.removesuffix("/ari").replace("http", "ws", 1) + "/ws"

    @cached_property
    def proxies(self) -> tuple[Network, ...]:
        return networks(self.trusted_proxies)

    @cached_property
    def sip_host(self) -> str:
        """What a telephone is told as its server: the machine of the node, by the name that is meant for telephones."""
        return self.public_host or urlsplit(self.ari_url).hostname or own_address()

    @cached_property
    def ari_secret(self) -> str:
        return self.ari_password or self._kept("ari.secret", lambda: secrets.token_urlsafe(32))

    @cached_property
    def engine_token(self) -> str:
        return self._kept("engine.token", lambda: secrets.token_urlsafe(32))

    @cached_property
    def node_secret(self) -> str:
        """Part of the addresses that the node asks of the engine, since Asterisk sends no credentials there."""
        return self._kept("node.secret", lambda: secrets.token_urlsafe(32))

    def node_url(self, path: str) -> str:
        """What the node reaches at the engine, e.g. `moh`."""
        return f"http://{self.engine_host}:{self.engine_http_port}/node/{self.node_secret}/{path}"

    @cached_property
    def secret_keys(self) -> list[str]:
        """Fernet keys, newest first: the first encrypts, all decrypt (rotation)."""
        text = self.secret_key or self._kept("secret.key", lambda: Fernet.generate_key().decode())
        return [key.strip() for key in text.split(",") if key.strip()]

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        """A secret of this installation, made once. Two processes that start together agree on one."""
        path = self.data_dir / name
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)  # fails if another process was first: its secret stands
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()


def networks(text: str) -> tuple[Network, ...]:
    """Raises ValueError."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def own_address() -> str:
    """The address of this machine's default route; loopback without a network. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1: a UDP connect only picks the route
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


@lru_cache
def get_settings() -> Settings:
    return Settings()


settings = get_settings()

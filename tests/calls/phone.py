"""A softphone: one account at one address of the loopback network, played by SIPp."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.calls.sip import Scenario, registration
from tests.calls.site import Account, Exchange, wait_for

SIP_PORT = 15060
"""Not 5060: an installation on this machine may hold that one on every address."""
_PROCESS = os.getpid() % 62_500
_addresses = count()
_runs = count(1)


def _address() -> str:
    """Of this test process alone: two runs on one machine do not take each other's."""
    network, host = divmod(next(_addresses), 200)
    network = (_PROCESS + network * 7_919) % 62_500
    return f"127.{2 + network % 250}.{2 + network // 250}.{2 + host}"


_OF_ANYTHING = r"\nCall-ID: (\S+)"
_OF_AN_INVITE = r"\nINVITE [^\r\n]+\r?\n(?:[^\r\n]+\r?\n)*?Call-ID: (\S+)"


@dataclass
class Run:
    """One SIPp process on its way through one scenario."""

    process: subprocess.Popen[bytes]
    messages: Path
    output: Path
    address: tuple[str, int]
    call_id: str

    def sign(self, target: str = "") -> None:
        """Lets a scenario go on that waits for it, however long the test took until here."""
        # A trunk's OPTIONS, by which Asterisk asks how its carrier is, are in the story too, and are no call.
        own = next((pattern for pattern in (_OF_AN_INVITE, _OF_ANYTHING) if self.saw(pattern)), None)
        self._sign(self.found(own) if own else self.call_id, target)

    def signs_to_all(self, calls: int) -> None:
        """The same, for a process with so many calls of its own."""
        for number in range(1, calls + 1):
            self._sign(self.call_id.replace("%u", str(number)), "")

    def _sign(self, call_id: str, target: str) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind(("127.0.0.1", 0))
            via = f"SIP/2.0/UDP 127.0.0.1:{sender.getsockname()[1]};branch=z9hG4bK-sign"
            more = f"X-Target: {target}\r\n" if target else ""
            head = f"Via: {via}\r\nFrom: <sip:test@test>;tag=t\r\nTo: <sip:test@test>\r\n"
            text = f"OPTIONS sip:test@test SIP/2.0\r\n{head}Call-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\n{more}\r\n"
            sender.sendto(text.encode(), self.address)

    def succeeds(self, seconds: float = 40.0) -> None:
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = -1
        assert status == 0, f"SIPp ended with {status}\n{self.story()}"

    def story(self) -> str:
        words = self.messages.read_text(errors="replace") if self.messages.exists() else ""
        return words[-6000:] + self.output.read_text(errors="replace")[-1500:]

    def saw(self, text: str) -> bool:
        return self.messages.exists() and re.search(text, self.messages.read_text(errors="replace")) is not None

    def sees(self, text: str, seconds: float = 15.0) -> None:
        wait_for(lambda: self.saw(text), seconds, lambda: f"{text} never came\n{self.story()}")

    def is_connected(self) -> None:
        """A caller who has been answered; the challenge before that is acknowledged too."""
        self.sees(r"SIP/2.0 200 OK[\s\S]*\nACK sip:")

    def found(self, pattern: str) -> str:
        matches = self.every(pattern)
        assert matches, self.story()
        return matches[-1]

    def every(self, pattern: str) -> list[str]:
        return list(re.findall(pattern, self.messages.read_text(errors="replace")))

    def calls_up(self) -> int:
        """So many of its own calls were answered."""
        words = self.messages.read_text(errors="replace") if self.messages.exists() else ""
        return len(set(re.findall(r"\nACK sip:.*?\nCall-ID: (\S+)", words, re.S)))

    @property
    def shown(self) -> list[str]:
        """Whom the telephone was told that it is connected with, one after the other; each by number."""
        words = self.messages.read_text(errors="replace")
        told = re.findall(r'P-Asserted-Identity: "Pessoa (\d+)" <sip:\1@', words)
        return [number for number, again in zip(told, [None, *told], strict=False) if number != again]

    def dies(self) -> None:
        """The telephone loses power: nobody hears of it."""
        self.process.kill()
        self.process.wait()


@dataclass
class Phone:
    site: Exchange
    account: Account
    folder: Path
    address: str = field(default_factory=_address)
    port: int = SIP_PORT
    runs: list[Run] = field(default_factory=list)

    def close(self) -> None:
        """Ends whatever a failed test left behind."""
        for run in self.runs:
            if run.process.poll() is None:
                run.dies()

    def registers(self, expires: int = 300, through: str = "") -> None:
        self.plays(registration(expires), through=through).succeeds(10)
        if expires:
            self._is_registered()

    def also_at_another_address(self) -> "Phone":
        """A second telephone with the same account."""
        return Phone(self.site, self.account, self.folder, runs=self.runs)

    def _is_registered(self) -> None:
        company_id = self.account.user.partition("-")[0].removeprefix("f")

        def there() -> bool:
            found = self.site.ask(f"/registrations?company_id={company_id}")
            return bool(found.get(str(self.account.extension_id), {}).get("softphone"))

        wait_for(there, 5, lambda: f"{self.account.number} is not registered")

    def plays(
        self,
        scenario: Scenario,
        *,
        port: int | None = None,
        rtp_port: int = 9,
        call_id: str = "",
        often: int = 1,
        lines: Sequence[str] = (),
        through: str = "",
    ) -> Run:
        """`often`: so many calls go through the scenario, 0 for as many as come.

        `lines`: what they take [field0] … from; `through`: a relay, as host:port.
        """
        number = next(_runs)
        call_id = call_id or f"run-{number}{'' if often == 1 else '-%u'}@{self.address}"
        stem = self.folder / f"{number:03d}-{scenario.name}"
        file, messages, output = (stem.with_suffix(suffix) for suffix in (".xml", ".messages", ".out"))
        file.write_text(scenario.xml())
        command = [
            "sipp", through or f"127.0.0.1:{self.site.settings.sip_port}", "-sf", str(file), "-i", self.address,
            "-p", str(port or self.port), *self._crowd(stem, often, lines), "-nostdin",
            "-au", self.account.user, "-ap", self.account.password,
            "-key", "user", self.account.user, "-key", "rtp_port", str(rtp_port),
            "-trace_msg", "-message_file", str(messages), "-mp", str(_media_port(self.address)),
            "-cid_str", call_id,
        ]  # fmt: skip
        with output.open("wb") as sink:
            process = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, cwd=self.folder)
        time.sleep(0.15)  # until it listens
        self.runs.append(Run(process, messages, output, (self.address, port or self.port), call_id))
        return self.runs[-1]

    @staticmethod
    def _crowd(stem: Path, often: int, lines: Sequence[str]) -> list[str]:
        options = ["-m", str(often), "-l", str(often), "-r", "20"] if often else []
        if lines:
            fields = stem.with_suffix(".fields")
            fields.write_text("SEQUENTIAL\n" + "".join(f"{line}\n" for line in lines))
            options += ["-inf", str(fields)]
        return options


def _media_port(address: str) -> int:
    """SIPp takes four ports from here on and does not look for others when one is taken."""
    while True:
        with ExitStack() as stack:
            probes = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(4)]
            probes[0].bind((address, 0))
            first = int(probes[0].getsockname()[1])
            try:
                for offset, probe in enumerate(probes[1:], 1):
                    probe.bind((address, first + offset))
            except (OSError, OverflowError):
                continue
        return first

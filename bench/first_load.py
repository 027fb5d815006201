"""What a browser that was never here downloads for one page: every file as it came over the wire, sockets included.

Twice: by gzip, which every browser takes, and as browsers ask by themselves, which is brotli here. What comes after the
page is there (the telephone) is counted with it and told apart.
"""

from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from bench.browser import Scene, on_stage
from bench.figures import Figure, median
from tests.browser.people import Person

RUNS = 3
LIMIT_KB = 200


@dataclass
class Traffic:
    """Bytes by address. Sizes are Chromium's own (compressed, headers included); socket frames count uncompressed."""

    files: dict[str, float] = field(default_factory=dict)
    frames: int = 0
    at_once: float = 0  # kB, when the page was there
    _names: dict[str, str] = field(default_factory=dict)

    def listen(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.on(
            "Network.responseReceived", lambda event: self._names.update({event["requestId"]: event["response"]["url"]})
        )
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.webSocketFrameReceived", self._frame)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": False})

    def _finished(self, event: dict) -> None:
        name = self._names.get(event["requestId"], "?")
        self.files[name] = self.files.get(name, 0) + event["encodedDataLength"]

    def _frame(self, event: dict) -> None:
        self.frames += len(event["response"]["payloadData"].encode())

    @property
    def kilobytes(self) -> float:
        return (sum(self.files.values()) + self.frames) / 1000

    @property
    def largest(self) -> str:
        top = sorted(self.files.items(), key=lambda item: -item[1])[:5]
        return ", ".join(f"{address.rpartition('/')[2] or '/'} {size / 1000:.0f}" for address, size in top)


def run() -> list[Figure]:
    with on_stage() as scene:
        visits = {
            "sign-in page": (None, "/entrar"),
            "list page, without Webphone": (scene.without_phone, "/ramal"),
            "list page, with Webphone": (scene.with_phone, "/ramal"),
        }
        figures = []
        for name, (person, path) in visits.items():
            for words, encodings, goal in (("gzip", "gzip", LIMIT_KB), ("brotli", "gzip, br", None)):
                seen = [_visit(scene, person, path, encodings) for _ in range(RUNS)]
                told = f"first load, {words}: {name}"
                figures.append(median(told, [traffic.kilobytes for traffic in seen], "kB", goal))
                figures.append(median("  of it before the page is there", [traffic.at_once for traffic in seen], "kB"))
                figures.append(median("  of it over sockets", [traffic.frames / 1000 for traffic in seen], "kB"))
                figures.append(median("  files", [len(traffic.files) for traffic in seen], ""))
                print(f"{told}, largest files in kB: {seen[0].largest}", flush=True)
    return figures


def _visit(scene: Scene, person: Person | None, path: str, encodings: str) -> Traffic:
    """In a window of its own with an empty cache; a session comes from another window."""
    session = _session(scene, person) if person else None
    accepted = {"Accept-Encoding": encodings}
    context = scene.pages.browser.new_context(
        base_url=scene.pages.url, locale="pt-BR", storage_state=session, extra_http_headers=accepted
    )
    page, traffic = context.new_page(), Traffic()
    traffic.listen(page)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if person:
        expect(page.get_by_role("row").nth(25)).to_be_visible()
    traffic.at_once = traffic.kilobytes
    page.wait_for_timeout(2500)  # what the page fetches after it is shown
    context.close()
    return traffic


def _session(scene: Scene, person: Person) -> dict:
    page = scene.pages.enter(person.login, person.password)
    state = page.context.storage_state()
    page.context.close()
    return {"cookies": state["cookies"], "origins": []}

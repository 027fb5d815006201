"""From the click to the screen, timed by the page itself: from the event's own time stamp to the changed DOM, and to
the first frame that shows it. A screen of 60 Hz shows a change up to 17 ms after it is there.

Pages ask ahead for what the pointer rests on, so each act is measured twice: by a hand, whose pointer rests on the
target before it clicks, and by a click that comes in the same moment as the pointer.
"""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from bench.browser import on_stage
from bench.figures import Figure, median, percentile

RUNS, CLICKS = 3, 20
LIMIT_MS = 20
RESTS_MS = 100  # of a hand; its press alone, which here takes no time at all, takes about as long
AWAY = (5, 5)

_CLOCK = """
() => { window.__wait = (changed) => {
  const now = changed();
  let done;
  window.__took = new Promise((resolve, reject) => {
    done = resolve;
    setTimeout(() => reject(Error(`after 5 s it still shows ${changed()}`)), 5000);
  });
  document.addEventListener("click", (event) => {
    const start = event.timeStamp;
    const look = () => {
      const then = changed();
      if (!then || then === now) return false;
      const dom = performance.now() - start;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done([dom, performance.now() - start]);
        channel.port2.postMessage(0);
      });
      return true;
    };
    const observer = new MutationObserver(() => look() && observer.disconnect());
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  }, { capture: true, once: true });
}; }
"""
_FIRST_ROW = "() => document.querySelector('tbody tr')?.innerText"
_FORM = "() => location.pathname !== '/ramal' && document.querySelector('form [name=number]')?.value || 'list'"

Act = Callable[[Page, int], tuple[float, float]]


def run() -> list[Figure]:
    with on_stage() as scene:
        page = scene.pages.enter(scene.without_phone.login, scene.without_phone.password)
        page.evaluate(_CLOCK)
        page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Ramal", exact=True).click()
        expect(page.get_by_role("row").nth(25)).to_be_visible()
        acts: dict[str, Act] = {"open a form from the list": _open, "next page": _turn, "sort the list": _sort}
        for act in acts.values():
            for _ in range(10):
                act(page, RESTS_MS)  # the first of a kind loads its part of the program
        return [figure for name, act in acts.items() for figure in _both(name, page, act)]


def _both(name: str, page: Page, act: Act) -> list[Figure]:
    return _told(name, page, act, RESTS_MS) + _told(f"{name}, pointer comes with the click", page, act, 0)


def _told(name: str, page: Page, act: Act, rests: int) -> list[Figure]:
    runs = [[act(page, rests) for _ in range(CLICKS)] for _ in range(RUNS)]
    return [
        median(
            f"{name}: click → {what}, p{round(share * 100)}", [_share(run, index, share) for run in runs], "ms", goal
        )
        for index, what in enumerate(("DOM", "painted"))
        for share, goal in ((0.5, None), (0.95, LIMIT_MS))
    ]


def _share(run: list[tuple[float, float]], index: int, share: float) -> float:
    return percentile([times[index] for times in run], share)


def _open(page: Page, rests: int) -> tuple[float, float]:
    times = _timed(page, page.locator("tbody tr").nth(3).locator("a").first, _FORM, rests)
    page.locator("a.crumb").click()
    expect(page.get_by_role("row").nth(25)).to_be_visible()
    return times


def _turn(page: Page, rests: int) -> tuple[float, float]:
    following = page.get_by_role("button", name="Próxima página")
    if following.is_disabled():
        page.get_by_role("button", name="Primeira página").click()
    return _timed(page, following, _FIRST_ROW, rests)


def _sort(page: Page, rests: int) -> tuple[float, float]:
    return _timed(page, page.get_by_role("columnheader", name="Ramal").get_by_role("button"), _FIRST_ROW, rests)


def _timed(page: Page, target: Locator, changed: str, rests: int) -> tuple[float, float]:
    target.scroll_into_view_if_needed()
    page.mouse.move(*AWAY)
    page.wait_for_timeout(100)  # the answer before this has arrived
    page.evaluate(f"window.__wait({changed})")
    if rests:
        target.hover()
        page.wait_for_timeout(rests)
    target.click()
    if not rests:
        page.mouse.move(*AWAY)  # else it rests there for the next of these clicks
    dom, painted = page.evaluate("window.__took")
    return dom, painted

"""What the browser says of the first view inside a portal's frame: when it stands (LCP) and how much of it moves (CLS).

Every opening has a context of its own, so nothing is cached, and a processor that is made four times slower. Both numbers are
those of our own frame, counted from its own navigation; the shifts come with the elements that moved.
"""

import argparse
import logging
import os
import statistics
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.stage import Stage, set_stage
from tests.browser.test_main_job import APP, run_checks
from tools.screenshots import CHROMIUM

SLOWER, OPENINGS, WIDTH = 4, 8, 1540
SETTLED = 2_000
WATCH = """
window.seen = { lcp: 0, cls: 0, moved: [] };
new PerformanceObserver((list) => { for (const one of list.getEntries()) seen.lcp = one.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    if (one.hadRecentInput) continue;
    seen.cls += one.value;
    seen.moved.push(...one.sources.map(({ node }) => node ? node.id || node.className || node.nodeName : "?"));
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True, slots=True)
class FirstView:
    """One opening: milliseconds until the largest part was painted, the sum of the shifts, and what moved."""

    lcp: float
    cls: float
    moved: list[str]


def open_once(stage: Stage, browser: Browser) -> FirstView:
    """Open the application in a fresh context with a slower processor."""
    context = browser.new_context(viewport={"width": WIDTH, "height": 900})
    context.add_init_script(WATCH)
    context.add_cookies(
        [{"name": "sandbox_user", "value": str(stage.portal.admin.id), "url": stage.portal.url}]
    )
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(stage.portal.url + APP)
    page.wait_for_timeout(SETTLED)
    seen = stage.frame(page).evaluate("seen")
    context.close()
    return FirstView(**seen)


def measure(openings: int) -> list[FirstView]:
    """Install, look at the shop once, and open the first page again and again."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        with set_stage(Path(folder), paid_till=date.today() + timedelta(days=20)) as stage:  # noqa: DTZ011 - as people count
            page = stage.install(browser, width=1540)
            run_checks(stage.frame(page))
            page.context.close()
            return [open_once(stage, browser) for _ in range(openings)]


def main(openings: int = OPENINGS) -> None:
    """Print every opening and the medians."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    views = measure(openings)
    for view in views:
        print(f"LCP {view.lcp:6.0f} ms   CLS {view.cls:.3f}   {', '.join(view.moved)}")
    lcp, cls = (statistics.median(getattr(view, name) for view in views) for name in ("lcp", "cls"))
    worst = max(view.cls for view in views)
    print(
        f"median of {openings}, {SLOWER}x slower processor: LCP {lcp:.0f} ms, CLS {cls:.3f} (worst {worst:.3f})"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--openings", type=int, default=int(os.environ.get("OPENINGS", OPENINGS)))
    main(parser.parse_args().openings)

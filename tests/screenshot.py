"""Takes the pictures of the README from site/, without a server: `make screenshot`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
TARGET = ROOT / ".github" / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PICTURES = {
    "desktop-zh-light.png": ("losses/huber.html", "", "light", 1280, 860),
    "phone-en-dark.png": ("en/losses/huber.html", "#curve", "dark", 360, 780),
}
"""File -> (page, heading at the top, colour scheme, width and height of the window)."""


def main() -> int:
    """Take every picture. Returns 1 if there is no browser or no site to take them of."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        print(f"no browser found: install one of {', '.join(BROWSERS)}", file=sys.stderr)
        return 1
    if not (ROOT / "site" / "index.html").is_file():
        print("site/ is missing: run make build", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for name, (path, heading, scheme, width, height) in PICTURES.items():
            size = {"width": width, "height": height}
            page = browser.new_page(viewport=size, color_scheme=scheme, device_scale_factor=1)
            page.goto((ROOT / "site" / path).as_uri() + heading, wait_until="load")
            page.evaluate("document.fonts.ready")
            page.wait_for_timeout(300)  # the header casts its shadow once the page has scrolled
            page.screenshot(path=TARGET / name, animations="disabled")
            print(f".github/screenshots/{name}: {(TARGET / name).stat().st_size / 1000:.0f} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

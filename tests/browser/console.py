"""What a page complains of while it is open: errors, warnings, breaches of the content security policy."""

from urllib.parse import urldefrag

from playwright.sync_api import ConsoleMessage, Page, Response

# A page may answer so on purpose: not there, just taken, over, please correct. Chromium complains of each.
ON_PURPOSE = {404, 409, 410, 422}


class Console:
    """Listens to a page from now on."""

    def __init__(self, page: Page) -> None:
        self._heard: list[tuple[str, str]] = []
        self._answered_on_purpose: set[str] = set()
        page.on("response", self._arrived)
        page.on("console", self._spoke)
        page.on("pageerror", lambda error: self._heard.append((page.url, str(error))))

    @property
    def complaints(self) -> list[tuple[str, str]]:
        """Addresses and words, without those about pages that answered as they should."""
        return [
            (url, text)
            for url, text in self._heard
            if not (text.startswith("Failed to load resource") and urldefrag(url).url in self._answered_on_purpose)
        ]

    def _arrived(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.status in ON_PURPOSE:
            self._answered_on_purpose.add(urldefrag(response.url).url)

    def _spoke(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._heard.append((message.location["url"], message.text))

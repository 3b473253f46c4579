"""What a page complains of while it is open: errors, warnings, breaches of the content security policy."""

from playwright.sync_api import ConsoleMessage, Page, Response


class Console:
    """Listens to a page from now on."""

    def __init__(self, page: Page) -> None:
        self._heard: list[tuple[str, str]] = []
        self._visited: set[str] = set()
        page.on("response", self._arrived)
        page.on("console", self._spoke)
        page.on("pageerror", lambda error: self._heard.append((page.url, str(error))))

    @property
    def complaints(self) -> list[tuple[str, str]]:
        """Addresses and words, without the pages themselves that answered 404, 409 or 422 on purpose."""
        return [
            (url, text)
            for url, text in self._heard
            if not (text.startswith("Failed to load resource") and url in self._visited)
        ]

    def _arrived(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._visited.add(response.url)

    def _spoke(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._heard.append((message.location["url"], message.text))

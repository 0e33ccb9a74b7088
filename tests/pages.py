"""What is in an HTML page."""

from base64 import b64decode
from html.parser import HTMLParser


class Elements(HTMLParser):
    """Collects tags with their attributes, and complains about tags that do not nest."""

    EMPTY = frozenset({"meta", "img", "link", "input", "wbr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def images(self, kind: str) -> list[bytes]:
        start = f"data:image/{kind};base64,"
        sources = [attributes["src"] or "" for tag, attributes in self.tags if tag == "img"]
        return [b64decode(source.removeprefix(start)) for source in sources if source.startswith(start)]

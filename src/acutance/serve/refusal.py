"""Why a request is not met: a status of HTTP and a sentence."""

from collections.abc import Mapping

from acutance.serve.texts import said


class Refusal(Exception):
    """A request that is not met; `sentence` says why, for a person.

    Attributes:
        status: of HTTP.
        sentence: in the words of `texts`.
        headers: that go with the answer.
    """

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None, **values: object) -> None:
        self.status, self.sentence, self.headers = status, said(text, **values), dict(headers or {})
        super().__init__(self.sentence)

    @staticmethod
    def because(status: int, sentence: str) -> "Refusal":
        """Return the refusal whose sentence somebody else has worded."""
        return Refusal(status, "refused.because", reason=sentence)


class Gone(Exception):
    """The client has gone; nobody is left to answer."""

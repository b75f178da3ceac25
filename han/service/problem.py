"""What is wrong with a request, as its sender is told."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


class Problem(Exception):
    """A request that is refused, and why.

    The detail is sent, so no text of a respondent may be in it.

    Args:
        status: The HTTP status, 400 to 599.
        detail: What is wrong, what was expected, and what to do.
        field: The place in the request, such as `records[3].title`.
        retry_after: After how many seconds it is worth asking again, where it is.

    Example:
        >>> problem = Problem(422, "Text was expected.", "records[3].title")
        >>> problem.title, problem.field
        ('Unprocessable Entity', 'records[3].title')
    """

    def __init__(
        self,
        status: int,
        detail: str,
        field: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.field = status, detail, field
        self.retry_after = retry_after

    @property
    def title(self) -> str:
        """What the status means, in the words of HTTP."""
        return HTTPStatus(self.status).phrase

    def as_json(self, request_id: str) -> dict[str, Any]:
        """The members of `application/problem+json`.

        Source: RFC 9457. `type` is `about:blank`: the status says the kind.

        Args:
            request_id: Names the request, in the log, too.

        Example:
            >>> Problem(404, "No such code.").as_json("7f3a")["status"]
            404
        """
        said = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "request_id": request_id,
        }
        return said if self.field is None else {**said, "field": self.field}

"""How much may be on its way to a page: what it has been sent and has not said that it has read.

Neither the socket's buffers nor those of a proxy tell whether a page keeps up: they hold megabytes, minutes of a slow line. So marks are
sent among the frames, numbered, and the page names the number of each that it has read. A page that owes too much is sent nothing until
it has read; then it gets the newest state, whatever it has missed. What is small costs no answer: marks count characters, not time.
"""

from collections import deque

MOST_UNREAD = 65_536
"""Characters; the packet that passes the limit is still sent whole. A second of a slow mobile line."""
MARK_EVERY = 16_384
"""Characters after which a mark is due: four of them keep a fast line filled over long ways."""


class Credit:
    """The account of one page."""

    def __init__(self, *, most_unread: int = MOST_UNREAD, mark_every: int = MARK_EVERY) -> None:
        self._most_unread = most_unread
        self._mark_every = mark_every
        self._marks: deque[tuple[int, int]] = deque()
        """Number, and how much was sent between the one before and this."""
        self._since = 0
        self._number = 0
        self.unread = 0

    @property
    def is_open(self) -> bool:
        """True while more may be sent."""
        return self.unread < self._most_unread

    @property
    def mark_due(self) -> bool:
        """True when so much was sent that the page should say what it has read; always before the credit is used up."""
        return self._since >= self._mark_every or (self._since > 0 and not self.is_open)

    def spend(self, characters: int) -> None:
        """So much is sent."""
        self._since += characters
        self.unread += characters

    def mark(self) -> int:
        """The number of a mark that is sent behind all that was spent until now."""
        self._number += 1
        self._marks.append((self._number, self._since))
        self._since = 0
        return self._number

    def read(self, number: int) -> None:
        """The page has read the mark of that number, and all before it. One that was never sent, or is read already, changes nothing."""
        if number > self._number:
            return
        while self._marks and self._marks[0][0] <= number:
            self.unread -= self._marks.popleft()[1]

"""A page that could not be built stands in our frame, so that its reader can go on from there. Its words: :mod:`ui.server.failing`."""

from domain.fleet.fleets import Fleets
from ui.pages.opening import frame_of
from ui.server.opening import failed_within


def register(*, fleets: Fleets) -> None:
    """Take the place of NiceGUI's own answer, which tells its reader the error."""
    failed_within(frame_of(fleets, '', title='Error'))

"""What the tests of this room share."""

from pictures_made import *  # noqa: F403

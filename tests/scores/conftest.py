"""What the tests of this room share."""

from sets_made import *  # noqa: F403

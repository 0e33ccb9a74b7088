"""What the tests of this room share."""

from runs_made import *  # noqa: F403

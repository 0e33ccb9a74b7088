"""What may be asked of pictures and has no effect on a film."""

from acutance.images.source import MOST_PIXELS
from acutance.upscaling.rules import Rules


def unused(rules: Rules) -> list[str]:
    """Return those of `rules` that were asked for and that films have no use for, as options of the command line.

    Example:
        >>> unused(Rules(first_frame=True, overwrite=True))
        ['--first-frame']
    """
    asked = {
        "--name": rules.name is not None,
        "--format": rules.output.format is not None,
        "--depth": rules.output.depth is not None,
        "--strip-metadata": rules.output.strip_metadata,
        "--gradients": rules.gradients,
        "--first-frame": rules.first_frame,
        "--max-pixels": rules.most_pixels != MOST_PIXELS,
        "--skip-existing": rules.skip_existing,
    }
    return [option for option, meant in asked.items() if meant]

"""What a critic sees of an image: any function of it, four of them by name."""

from collections.abc import Callable, Mapping
from inspect import isroutine

from jaxtyping import Float
from torch import Tensor, nn

from acutance.errors import unknown
from acutance.ops import fourier_map, haar_details, haar_everywhere
from acutance.types import Image

View = Callable[[Tensor], Tensor]
"""From images (b, 3, h, w) to maps (b, c, H, W) of them."""


def plain(image: Image) -> Image:
    """Return the image itself."""
    return image


VIEWS: Mapping[str, View] = {
    "haar": haar_details,
    "haar_everywhere": haar_everywhere,
    "fourier": fourier_map,
    "plain": plain,
}


class FunctionView(nn.Module):
    """A view as a module without weights.

    Attributes:
        name: a key of `VIEWS`, or how the function is called where it stands, as "my_loss.edges".
    """

    def __init__(self, view: str | View) -> None:
        super().__init__()
        if isinstance(view, str) and view not in VIEWS:
            raise unknown("view", view, VIEWS)
        self.name, self.function = (view, VIEWS[view]) if isinstance(view, str) else (_called(view), view)

    def settings(self) -> Mapping[str, object]:
        """Return the name of the function."""
        return {"name": self.name}

    def forward(self, image: Image) -> Float[Tensor, "b _ _ _"]:
        """Return what the function makes of the image."""
        return self.function(image)


def as_module(view: str | View) -> nn.Module:
    """Return a view as a module: a module itself, frozen, and anything else as a `FunctionView`.

    Raises:
        RequestError: there is no view of that name.
    """
    return view.requires_grad_(False) if isinstance(view, nn.Module) else FunctionView(view)


def name_of(view: str | View) -> str:
    """Return the name under which a view stands in records and files."""
    return view if isinstance(view, str) else _called(view)


def _called(view: View) -> str:
    return f"{view.__module__}.{view.__qualname__}" if isroutine(view) else type(view).__name__

"""A generator of random numbers whose state is part of what a run keeps."""

from torch import Generator, Tensor, nn, uint8


class SampleGenerator(nn.Module):
    """Numbers from the CPU, so a run draws the same on any device, and a resumed one draws on where it stopped."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.numbers = Generator().manual_seed(seed)

    def get_extra_state(self) -> dict[str, Tensor]:
        """Return where the generator stands."""
        return {"generator": self.numbers.get_state()}

    def set_extra_state(self, state: dict[str, Tensor]) -> None:
        """Go on from there."""
        self.numbers.set_state(state["generator"].cpu().to(uint8))

"""A network at work in another runtime than PyTorch."""

"""Networks on the Hugging Face Hub: what hf:owner/name stands for, and its file on this machine.

Nothing is fetched but what somebody asked for by `hf:`, and of that only .safetensors, which hold no code. It is done
by huggingface_hub (the extra `hub`), which keeps files in its cache and the user's token.
"""

from acutance.hub.client import library, reported
from acutance.hub.download import fetched, pinned
from acutance.hub.hub_file import FILE, SUFFIX, HubFile, on_hub

__all__ = ["FILE", "SUFFIX", "HubFile", "fetched", "library", "on_hub", "pinned", "reported"]

"""The page: pictures are dropped on it and come back larger; and the same as a JSON interface.

- `server` listens; `application` says which address is answered by what, `endpoints` answers, `guard` stands before.
- `desk` has the queue; `apart` starts a process for each picture, in which `inside` and `workshop` are at work.
- `receiving` takes uploads, `telling` says how they go on, `zipping` sends many at once.
- `en.json` holds every text.
"""

from acutance.serve.limits import Limits
from acutance.serve.server import serve

__all__ = ["Limits", "serve"]

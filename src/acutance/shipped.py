"""What ships in the package is what was released: its weights are held against the SHA256SUMS that lies beside them.

After a change of the files, `cd src/acutance/weights && sha256sum *.safetensors > SHA256SUMS` (and the same in
`extractors/weights`) says what is right from now on; a test fails until then.
"""

import hashlib
from pathlib import Path

from acutance.errors import AcutanceError

SUMS = "SHA256SUMS"
"""Lines of a hash, two spaces and the name of a file, as sha256sum writes them."""
PACKAGE = Path(__file__).resolve().parent
MEND = "`pip install --force-reinstall --no-deps acutance` puts the right one there."


def released(path: Path) -> bytes | None:
    """Return what is in a file that ships in the package, once it is found right; None for a file from elsewhere.

    Raises:
        AcutanceError: it is damaged or another one, or nobody knows its checksum.
        OSError: it cannot be read.
    """
    file = path.resolve()
    if PACKAGE not in file.parents:
        return None
    right, content = _checksums(file.parent).get(file.name), file.read_bytes()
    if right is None:
        raise AcutanceError(f"{path} lies among the weights that ship in the package, and is none of them. {MEND}")
    if hashlib.sha256(content).hexdigest() != right:
        raise AcutanceError(f"{path} is damaged: it is not what was released with this Acutance. {MEND}")
    return content


def _checksums(folder: Path) -> dict[str, str]:
    """Return the checksums in a folder, name -> hash; none where they cannot be read."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    return {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}

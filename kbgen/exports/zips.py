"""Archives that come out byte for byte the same: entries in order, one date, one kind of machine."""

import io
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

DATE = (1980, 1, 1, 0, 0, 0)
LEVEL = 6
PACKED = frozenset({".gif", ".jpg", ".jpeg", ".png", ".webp"})


def zipped(files: Mapping[str, bytes], first: str = "") -> bytes:
    """Files by their paths as a ZIP archive; `first` stands first and is not packed, as some readers want it."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(files, key=lambda name: (name != first, name)):
            entry = ZipInfo(name, DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = ZIP_STORED if name == first or name[name.rfind(".") :] in PACKED else ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=LEVEL)
    return out.getvalue()

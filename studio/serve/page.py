"""placeholder"""

from studio.serve.version import Version


def page(version: Version, *, has_keys: bool) -> tuple[bytes, bytes]:
    return b"", b""

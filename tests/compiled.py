"""Templates compiled once, not once for every application, worker and run."""

from hashlib import sha256
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache


def byte_code_of(environment: Environment) -> FileSystemBytecodeCache:
    """Byte code beside that of the tests; a folder for all that changes it besides a template's source."""
    says = (
        version("jinja2"),
        sorted(environment.extensions),
        environment.trim_blocks,
        environment.lstrip_blocks,
    )
    folder = Path(cache_from_source(__file__)).with_name(
        f"templates-{sha256(repr(says).encode()).hexdigest()[:12]}"
    )
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))

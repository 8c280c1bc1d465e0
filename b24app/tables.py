"""Every table of the application: importing this makes the metadata complete for migrations and tests."""

from importlib import import_module
from pathlib import Path

for _path in sorted(Path(__file__).parent.glob("*/model.py")):
    import_module(f"b24app.{_path.parent.name}.model")

"""The application as a worker of the fleet bench runs it: the same, and it counts its statements and commits."""

import atexit
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from b24app.factory import create_app

counted: Counter[str] = Counter()


@event.listens_for(Engine, "before_cursor_execute")
def _count_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    counted["statements"] += 1
    counted["writes"] += statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")


@event.listens_for(Engine, "commit")
def _count_commit(_connection: Any) -> None:
    counted["commits"] += 1


@atexit.register
def _write_down() -> None:
    folder = os.environ.get("FLEET_COUNTS")
    if folder:
        Path(folder, f"{os.getpid()}.json").write_text(json.dumps(counted))


app = create_app()

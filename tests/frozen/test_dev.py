import os, traceback
import pytest
from tests.frozen.reading import reader, Reader
from tests.frozen.changes import *
from tests.frozen.rows import *
def test_dev(reader, app):
    app.testing = False
    rows = read_release("version-1")
    seeds = [int(x) for x in os.environ.get("SEEDS", "1").split(",")]
    for s in seeds:
        changed = change_codes(rows, s-100 if s>100 else 0) if s>=100 else change_json(rows, s)
        reader.caplog.clear()
        f = reader.has_rows(changed).faults()
        print("SEED", s, {k: v for k, v in f.items() if v != "logged"})
        for k, v in f.items():
            if v == "logged": print("   LOG", k[:3000])

"""Build the part of npm's `age-encryption` that pages need into one script of `static/vendor`, with all licences beside it.

    npm install --no-save age-encryption@0.3.1 esbuild      (in an empty folder)
    python tools/vendor_age.py THAT_FOLDER

Keys of X25519 alone are built in: what age has for passwords, passkeys and other kinds of keys is left out.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "static/vendor"
PACKAGES = ("age-encryption", "@noble/ciphers", "@noble/curves", "@noble/hashes", "@scure/base")
USED = "Encrypter, generateX25519Identity, identityToRecipient"
LEFT_OUT = ("@noble/post-quantum/hybrid.js", "@noble/curves/nist.js", "@noble/hashes/scrypt.js")
NOTHING = (
    "export const MLKEM768P256 = undefined, MLKEM768X25519 = undefined, p256 = undefined, scrypt = undefined;"
)
MOST = 70_000
FORBIDDEN = ("eval(", "new Function", "innerHTML", "document.write", "fetch(", "XMLHttpRequest", "WebSocket")


def version_of(folder: Path, package: str) -> str:
    """The version that lies in the folder."""
    found = json.loads((folder / "node_modules" / package / "package.json").read_text())
    return str(found["version"])


def esbuild_of(folder: Path) -> Path:
    """The bundler's program for this machine, as its package ships it."""
    machine = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
    return folder / "node_modules/@esbuild" / f"{platform.system().lower()}-{machine}" / "bin/esbuild"


def build(folder: Path) -> str:
    """One script that defines `age`."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        entry, nothing, result = Path(place) / "entry.js", Path(place) / "nothing.js", Path(place) / "age.js"
        entry.write_text(f'export {{ {USED} }} from "age-encryption";\n')
        nothing.write_text(NOTHING)
        order = [esbuild_of(folder), entry, "--bundle", "--minify", "--format=iife", "--global-name=age"]
        order += ["--target=es2020", "--legal-comments=none", f"--outfile={result}", "--log-level=error"]
        subprocess.run([*order, *(f"--alias:{one}={nothing}" for one in LEFT_OUT)], check=True)
        return result.read_text()


def check(script: str) -> None:
    """Refuse what a strict page does not allow, what could send anything, and what has grown."""
    found = [one for one in FORBIDDEN if one in script]
    if found or len(script) > MOST:
        raise SystemExit(f"Not taken: {', '.join(found)} {len(script)} bytes")


def main() -> None:
    """Build, check and write the script and the licences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where npm has installed age-encryption and esbuild")
    folder = parser.parse_args().folder
    script = build(folder)
    check(script)
    versions = [f"{one} {version_of(folder, one)}" for one in PACKAGES]
    name = f"age-encryption-{version_of(folder, PACKAGES[0])}"
    head = f"/* {', '.join(versions)}: BSD-3-Clause and MIT, see {name}.licenses.txt. Made by tools/vendor_age.py. */\n"
    (VENDOR / f"{name}.js").write_text(head + script)
    texts = [
        f"{title}\n\n{(folder / 'node_modules' / one / 'LICENSE').read_text().strip()}\n"
        for title, one in zip(versions, PACKAGES, strict=True)
    ]
    (VENDOR / f"{name}.licenses.txt").write_text("\n\n".join(texts))


if __name__ == "__main__":
    main()

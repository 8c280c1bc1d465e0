"""The demo's mail server: keeps every letter as a file that any mail program opens."""

import asyncio
import contextlib
import itertools
import sys
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Writes letters into a folder, numbered in the order they came."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.numbers = itertools.count(len(list(folder.glob("*.eml"))) + 1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one letter; aiosmtpd names this method."""
        path = self.folder / f"{next(self.numbers):04d}.eml"
        path.write_bytes(envelope.original_content or b"")
        print("mail:", message_from_bytes(path.read_bytes())["Subject"], "->", path, flush=True)
        return "250 OK"


def main() -> None:
    """Serve until stopped: mailbox.py PORT FOLDER."""
    controller = Controller(Mailbox(Path(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.new_event_loop().run_forever()
    controller.stop()


if __name__ == "__main__":
    main()

"""Work that several workers do at the same moment, each in a transaction of its own."""

import threading
from collections.abc import Callable

from flask import Flask

from b24app.database import db


def at_once(app: Flask, *work: Callable[[], object]) -> list[BaseException]:
    """Do all of it at the same moment, each in a worker of its own; answers what was raised."""
    ready, raised = threading.Barrier(len(work)), list[BaseException]()

    def begin(one: Callable[[], object]) -> None:
        with app.app_context():
            ready.wait()
            try:
                one()
                db.session.commit()
            except BaseException as error:  # noqa: BLE001 - told to the test
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=begin, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised

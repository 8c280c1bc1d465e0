"""How long the page of a standard takes from what is stored, for 300 and for 10,000 clients with ten rules each.

`python -m bench.standards [--clients 300,10000] [--rounds 5] [--database URL]`: the database of `bench.board`, with a found value of
every rule for every client and a standard about all of them, then every part of the page asked through the application. A PostgreSQL
that is named is emptied first. The goals are 200 ms for 300 and 400 ms for 10,000.
"""

import argparse
import json
import statistics
from datetime import datetime, timedelta

from sqlalchemy import insert, text

from b24app.database import Base, db, portal_scope
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.standards.rule_registry import load_rules
from b24app.integrators.standards.standard_rule import Comparing
from b24app.integrators.standards.stored_standards import add_standard
from b24app.services import services
from b24app.terms.term import Author
from bench.board import AT_ONCE, GOALS, HEAD, board_of, measure

RULES = 10
PAGES = (
    "/clients/standards",
    "/clients/standards?shown=open",
    "/clients/standards?shown=unknown",
    "/clients/standards?shown=accepted",
)


def value_row(code: str, number: int, now: datetime) -> dict[str, object]:
    """A value as the job keeps it: every fortieth differs, every hundredth is not known."""
    rule, differs = load_rules()[code], number % 40 == 0
    wrong = (
        1 - rule.usual
        if rule.comparing is Comparing.SAME
        else 0
        if rule.comparing is Comparing.AT_LEAST
        else 5
    )
    aged = rule.comparing is Comparing.AGE
    return {
        "portal_id": number, "code": code, "lack": "never" if number % 100 == 1 else "", "read_at": now, "since": now,
        "number": None if aged else wrong if differs else rule.usual,
        "moment": (now - timedelta(days=9 if differs else 0)) if aged else None, "names": [], "digest": f"{number:016d}",
    }  # fmt: skip


def fill_values(first: int, clients: int, now: datetime) -> None:
    """A found value of every rule for every client, and a standard of ten rules."""
    codes = list(load_rules())
    for begin in range(first, first + clients, AT_ONCE):
        rows = [
            value_row(code, number, now)
            for number in range(begin, min(begin + AT_ONCE, first + clients))
            for code in codes
        ]
        db.session.execute(insert(Base.metadata.tables["found_value"]), rows)
    db.session.commit()


def make_standard(home: int, now: datetime) -> None:
    """Ten rules for everybody."""
    usual = {code: rule.usual for code, rule in list(load_rules().items())[:RULES]}
    with portal_scope(home):
        add_standard("Everybody", BoardConditions(BoardView.ALL), usual, by=Author(1, "Anna"), at=now)
        db.session.commit()


def main() -> None:
    """Print the table, and which page is above its goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", default="300,10000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    print(HEAD, "|--:|---|--:|--:|--:|--:|--:|", sep="\n")
    late = []
    for clients in map(int, options.clients.split(",")):
        with board_of(clients, options.database) as (app, token):
            now = services().clock.now()
            fill_values(2, clients, now)
            make_standard(1, now)
            if options.database:
                db.session.execute(text("ANALYZE"))
                db.session.commit()
            for path in PAGES:
                times, busy, asked, size = measure(app.test_client(), path, token, options.rounds)
                middle = statistics.median(times)
                print(
                    f"| {clients} | {path} | {middle:.0f} | {max(times):.0f} | {busy:.0f} | {asked} | {size // 1024} |",
                    flush=True,
                )
                if middle > GOALS.get(clients, 400):
                    late.append((clients, path, round(middle)))
    print(json.dumps({"above the goal": late}))


if __name__ == "__main__":
    main()

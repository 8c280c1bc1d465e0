"""Commands of the operator for support: the archive of a portal, and incidents that the application's own page shows."""

from pathlib import Path

import click
from flask import g
from flask.cli import AppGroup, with_appcontext

from b24app.cli.one_portal import inside_portal
from b24app.cli.printed_rows import print_rows
from b24app.database import db
from b24app.errors import BadInput
from b24app.reports.support_file import USUAL_DAYS, SupportWish, make_support_file
from b24app.services import services
from b24app.web.model import Incident

LONGEST = 500
incident = AppGroup("incident", help="What the page /service tells everybody of the application itself.")


@click.command("support-file")
@click.argument("portal")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; its own name without it.",
)
@click.option("--days", default=USUAL_DAYS, show_default=True, help="Calls of so many last days: 1, 3 or 7.")
@click.option("--number", default="", help="Calls around the error that was shown with this number instead.")
@click.option("--lang", default="ru", show_default=True, help="Language of what is inside: ru or en.")
@with_appcontext
def support_file(portal: str, out: Path | None, days: int, number: str, lang: str) -> None:
    """Write the archive that the administrator of a PORTAL sends to support: the portal is not asked."""
    with inside_portal(portal, lang) as found:
        g.language = lang
        try:
            made = make_support_file(SupportWish(days, number.strip().lower()), services().clock.now())
        except BadInput as wrong:
            raise click.ClickException(wrong.message) from None
        path = out or Path(f"support-{found.domain}-{made.made_at:%Y-%m-%d-%H%M}.zip")
        path.write_bytes(made.pack())
        click.echo("\n".join(made.lines()))
        click.echo(str(path))


@incident.command("open")
@click.option("--ru", required=True, help="What is broken, in Russian: no names of portals or people.")
@click.option("--en", required=True, help="The same in English.")
@with_appcontext
def open_incident(ru: str, en: str) -> None:
    """Tell everybody that something of ours is broken, from now on."""
    if not (ru.strip() and en.strip()) or max(len(ru), len(en)) > LONGEST:
        raise click.ClickException(f"Write both texts, each of at most {LONGEST} characters.")
    row = Incident(russian=ru.strip(), english=en.strip(), began_at=services().clock.now())
    db.session.add(row)
    db.session.commit()
    click.echo(f"Incident {row.id} is open; end it with: incident close {row.id}")


@incident.command("close")
@click.argument("number", type=int)
@with_appcontext
def close_incident(number: int) -> None:
    """Say that the incident of this NUMBER is over."""
    row = db.session.get(Incident, number)
    if row is None or row.ended_at is not None:
        raise click.ClickException(f"There is no open incident {number}; see: incident list")
    row.ended_at = services().clock.now()
    db.session.commit()
    click.echo(f"Incident {number} is over.")


@incident.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@with_appcontext
def list_incidents(as_json: bool) -> None:
    """Print all incidents, the newest first."""
    rows = db.session.query(Incident).order_by(Incident.began_at.desc(), Incident.id.desc()).all()
    print_rows(
        [
            {
                "id": row.id,
                "began": f"{row.began_at:%Y-%m-%d %H:%M}",
                "ended": f"{row.ended_at:%Y-%m-%d %H:%M}" if row.ended_at else "",
                "text": row.english,
            }
            for row in rows
        ],
        as_json=as_json,
    )

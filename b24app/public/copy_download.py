"""The parts of a copy for whoever holds the signed address: a list, and ZIP files whose download can be resumed after a break."""

import io
from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from b24app.backup.proofs.copy_state import newest_open
from b24app.backup.proofs.download_taken import note_given
from b24app.backup.targets.download_links import list_volumes, read_download_link, waiting_until
from b24app.errors import NotFound
from b24app.portals.model import Portal
from b24app.services import services
from b24app.text.translation import nearest_language
from b24app.web.access import kept_in, public

blueprint = Blueprint("copy_download", __name__)
PIECE = 64 * 1024
PARTIAL = 206
HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@blueprint.get("/copy/download/<token>")
@public
def show_parts(token: str) -> ResponseReturnValue:
    """The list of the files, and until when they can be taken."""
    portal = _portal(token)
    with kept_in(portal.id):
        answer = make_response(
            render_template(
                "copy/download.html",
                lang=g.language,
                theme="",
                token=token,
                volumes=list_volumes(portal.id, portal.member_id),
                until=waiting_until(portal.id, services().clock.now()),
                is_going=newest_open() is not None,
            )
        )
    answer.headers.update(HEADERS)
    return answer


@blueprint.get("/copy/download/<token>/<int:number>.zip")
@public
def give_part(token: str, number: int) -> Response:
    """One ZIP file, or the requested range of it."""
    portal = _portal(token)
    with kept_in(portal.id):
        volumes = list_volumes(portal.id, portal.member_id)
    if not 1 <= number <= len(volumes):
        raise NotFound
    volume = volumes[number - 1]
    file = wrap_file(request.environ, io.BufferedReader(volume.file, PIECE))
    answer = Response(file, mimetype="application/zip", direct_passthrough=True)
    answer.content_length = volume.file.size
    answer.set_etag(volume.tag)
    answer.headers.update(HEADERS | {"Content-Disposition": f'attachment; filename="{volume.name}"'})
    answer.make_conditional(request, accept_ranges=True, complete_length=volume.file.size)
    _count(answer, portal.id, volume.tag, {one.tag: one.file.size for one in volumes})
    return answer


def _count(answer: Response, portal_id: int, tag: str, sizes: Mapping[str, int]) -> None:
    """Write down how much of the file was sent when the answer has ended: a copy that nobody took is none."""
    app = current_app.app_context
    first = answer.content_range.start or 0 if answer.status_code == PARTIAL else 0
    pieces, given = answer.response, [0]

    def counted() -> Iterator[bytes]:
        for piece in pieces:
            given[0] += len(piece)
            yield piece.encode() if isinstance(piece, str) else piece

    def note() -> None:
        if given[0]:
            with app(), kept_in(portal_id):
                note_given(sizes, tag, first, first + given[0], services().clock.now())

    answer.response, answer.direct_passthrough = counted(), False
    answer.call_on_close(note)


def _portal(token: str) -> Portal:
    portal = read_download_link(token, services().clock.now())
    g.language, g.zone = nearest_language(portal.language), portal.time_zone
    return portal

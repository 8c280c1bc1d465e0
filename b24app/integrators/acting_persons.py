"""Who does something for a client, as the client's journal and the client's own rows name him."""

from b24app.integrators.audit import AuditPerson
from b24app.integrators.members import MemberSeat
from b24app.terms.term import Author

LONGEST_HALF = 120  # both together fit every column for the name of an author


def person_of(seat: MemberSeat) -> AuditPerson:
    """Who does it, as the client's journal names him."""
    return AuditPerson(seat.name, seat.user_id, seat.integrator)


def author_of(seat: MemberSeat) -> Author:
    """The same as the author of what is written: none of the client's people."""
    return Author(None, f"{seat.name[:LONGEST_HALF]} ({seat.integrator[:LONGEST_HALF]})")

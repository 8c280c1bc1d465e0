"""Options of the command line of `python -m sandbox`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

SCOPES = (
    "crm,placement,sale,pay_system,delivery,cashbox,catalog,user_brief,user,department,main,sonet_group,userfieldconfig,im,imopenlines,"
    "imconnector,telephony,landing,bizproc,disk,task,tasks,calendar,lists,biconnector,entity,log,"
    "messageservice,contact_center"
)


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    found = argparse.ArgumentParser(
        prog="python -m sandbox", description="A Bitrix24 portal on this machine."
    )
    _addresses(found)
    _shop(found)
    _application(found)
    return found


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    return parser().parse_args(arguments)


def _addresses(found: argparse.ArgumentParser) -> None:
    group = found.add_argument_group("addresses")
    group.add_argument("--bind", default="127.0.0.1", help="address to listen on (%(default)s)")
    group.add_argument("--portal-host", default="localhost", help="the portal's host name (%(default)s)")
    group.add_argument("--portal-port", type=int, default=8000, help="the portal's port (%(default)s)")
    group.add_argument("--oauth-host", default="", help="the authorization server's host name (the portal's)")
    group.add_argument(
        "--oauth-port", type=int, default=8001, help="the authorization server's port (%(default)s)"
    )
    group.add_argument(
        "--other-oauth-ports", default="", help="ports of further authorization servers, by comma"
    )
    group.add_argument(
        "--clients-port",
        type=int,
        default=8100,
        help="the port of the integrator's portal; its clients have the next ones (%(default)s)",
    )
    group.add_argument("--tls", action="store_true", help="serve https with a certificate made on the spot")
    group.add_argument("--ca-file", type=Path, help="where to write the authority's certificate (with --tls)")


def _shop(found: argparse.ArgumentParser) -> None:
    group = found.add_argument_group("portal")
    group.add_argument("--profile", choices=("cloud", "box"), default="cloud", help="edition (%(default)s)")
    group.add_argument("--plan", default="ru_std", help="plan code of app.info (%(default)s)")
    group.add_argument("--lang", default="ru", help="the portal's language (%(default)s)")
    group.add_argument("--days-left", type=int, default=20, help="days until the plan ends (%(default)s)")
    group.add_argument(
        "--clients", type=int, default=0, help="also an integrator's portal and so many of its clients"
    )
    group.add_argument("--rows", type=int, default=0, help="make the shop large: number of deals")
    group.add_argument("--latency-ms", type=float, default=0, help="delay of each HTTP request")
    group.add_argument("--per-command-ms", type=float, default=0, help="delay of each command of a batch")
    group.add_argument("--no-limits", action="store_true", help="switch the limit of requests off")
    group.add_argument("--seed", type=int, default=24, help="number by which the shop is drawn (%(default)s)")
    group.add_argument("--state", type=Path, help="file that keeps the portal across restarts")
    group.add_argument("--clock-file", type=Path, help="file that tells others how far days have passed")


def _application(found: argparse.ArgumentParser) -> None:
    group = found.add_argument_group("application")
    own = os.environ  # noqa: TID251 the sandbox is a program of its own, b24app's settings are not its settings
    group.add_argument("--application-url", default="http://127.0.0.1:8080", help="address (%(default)s)")
    group.add_argument("--application-title", default="Продление без простоя", help="name (%(default)s)")
    group.add_argument(
        "--application-menu-title", default="Срок тарифа", help="name in the menu (%(default)s)"
    )
    group.add_argument(
        "--client-id", default=own.get("SANDBOX_CLIENT_ID", "local.renewal"), help="SANDBOX_CLIENT_ID"
    )
    group.add_argument(
        "--client-secret",
        default=own.get("SANDBOX_CLIENT_SECRET", "sandbox-secret"),
        help="SANDBOX_CLIENT_SECRET",
    )
    group.add_argument("--scopes", default=SCOPES, help="comma list of the card's scopes")

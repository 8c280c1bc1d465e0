"""`python -m sandbox`: a portal, its authorization server and an application card, until Ctrl+C."""

from __future__ import annotations

import argparse
import signal
import ssl
from datetime import datetime, timedelta

from sandbox.authorization import AuthorizationServers
from sandbox.client_portals import add_clients, move_to_ports, ports_beside
from sandbox.command_line import read_options
from sandbox.hosts import with_port
from sandbox.live import go_live
from sandbox.persistence import StateSaver, load
from sandbox.world import World

ENDS = (signal.SIGINT, signal.SIGTERM)


def main(arguments: list[str] | None = None) -> None:
    """Run until a signal to stop."""
    options = read_options(arguments)
    # Held back before any thread starts: a signal that comes while the main thread is not waiting would be lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    world = open_world(options)
    keeper = StateSaver(world, options.state) if options.state else None
    live = go_live(
        world,
        bind=options.bind,
        portal_port=options.portal_port,
        oauth_port=options.oauth_port,
        other_oauth_ports=_other_ports(options),
        client_ports=ports_beside(world, options.clients_port),
        tls=_tls(options),
    )
    if options.clock_file:
        world.clock.share(options.clock_file)
    print(greeting(world, options), flush=True)
    wait_for_end()
    live.stop()
    if keeper:
        keeper.stop()


def open_world(options: argparse.Namespace) -> World:
    """Return the saved world, or a new one with its portal; the application card is registered anew."""
    found = load(options.state) if options.state else None
    world = _resume(found, options) if found else _new_world(options)
    for port in _other_ports(options):
        world.add_authorization_server(with_port(_oauth_name(options), port, world.scheme))
    world.latency = options.latency_ms / 1000
    world.per_command = options.per_command_ms / 1000
    url = options.application_url.rstrip("/")
    card = world.register_application(
        client_id=options.client_id,
        client_secret=options.client_secret,
        title=options.application_title,
        menu_title=options.application_menu_title,
        app_url=f"{url}/app",
        install_url=f"{url}/install",
        redirect_url=f"{url}/sign-in/callback",
        scopes=options.scopes.split(","),
    )
    for portal in world.portals.values():
        portal.limits.enabled = portal.limits.enabled and not options.no_limits
        if card.client_id in portal.installations:
            portal.installations[card.client_id].card = card
    return world


def greeting(world: World, options: argparse.Namespace) -> str:
    """Return the addresses to print."""
    portal = next(iter(world.portals.values()))
    oauth = f"{world.scheme}://{world.oauth_host}"
    card = f"application {options.client_id} at {options.application_url}"
    return f"portal {portal.url}/  authorization server {oauth}/  {card}"


def wait_for_end() -> None:
    """Wait for Ctrl+C or a request to terminate."""
    signal.sigwait(ENDS)


def _resume(world: World, options: argparse.Namespace) -> World:
    """Continue a saved world at the present time and ports; skipped days stay skipped, moved servers are back."""
    world.scheme = "https" if options.tls else "http"
    world.oauth = AuthorizationServers(with_port(_oauth_name(options), options.oauth_port, world.scheme))
    move_to_ports(world, options.portal_port, options.clients_port)
    for portal in world.portals.values():
        portal.oauth_host = ""
    stopped_for = datetime.now().astimezone() - world.clock.now()
    world.clock.advance(seconds=max(0.0, stopped_for.total_seconds()))
    return world


def _new_world(options: argparse.Namespace) -> World:
    scheme = "https" if options.tls else "http"
    now = datetime.now().astimezone()
    oauth_host = with_port(_oauth_name(options), options.oauth_port, scheme)
    world = World(now=now, oauth_host=oauth_host, scheme=scheme, seed=options.seed)
    world.add_portal(
        with_port(options.portal_host, options.portal_port, scheme),
        profile=options.profile,
        plan=options.plan,
        lang=options.lang,
        rows=options.rows,
        paid_till=(now + timedelta(days=options.days_left)).date(),
    )
    if options.clients:
        add_clients(world, options.portal_host, options.clients_port, options.clients)
    return world


def _oauth_name(options: argparse.Namespace) -> str:
    return str(options.oauth_host or options.portal_host)


def _other_ports(options: argparse.Namespace) -> list[int]:
    return [int(port) for port in options.other_oauth_ports.split(",") if port]


def _tls(options: argparse.Namespace) -> ssl.SSLContext | None:
    if not options.tls:
        return None
    from sandbox.tls import make_context

    return make_context([options.portal_host, _oauth_name(options)], options.ca_file)


if __name__ == "__main__":
    main()

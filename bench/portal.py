"""A sandbox portal in a process of its own; lines on its input script what the next reader will meet."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.__main__ import open_world
from sandbox.command_line import read_options
from sandbox.live import go_live
from sandbox.records import RequestRecord
from sandbox.tls import make_context
from sandbox.world import World

SCOPES = ("crm", "user", "sale", "task")
METHOD = "crm.item.list"


@dataclass
class Script:
    """What happens by the count: an action before a certain command, or before every request."""

    commands: int = 0
    requests: int = 0
    before_command: dict[int, Callable[[], None]] = field(default_factory=dict)
    before_request: Callable[[int], None] = lambda _number: None

    def clear(self) -> None:
        """Nothing happens any more."""
        self.__init__()  # type: ignore[misc]


def main() -> None:
    """Serve until the input ends; answer each line with a line."""
    options = read_options(sys.argv[1:])
    world = open_world(options)
    tls = make_context([options.portal_host], options.ca_file) if options.tls else None
    live = go_live(
        world, bind="127.0.0.1", portal_port=options.portal_port, oauth_port=options.oauth_port, tls=tls
    )
    portal = next(iter(world.portals.values()))
    card = world.applications[options.client_id]
    portal.add_application(card)
    script = listen(world)
    say({"webhook": portal.webhook(portal.admin, SCOPES), "member_id": portal.member_id})
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        say(ORDERS[name](world, script, *arguments))
    live.stop()


class PerCommand(float):
    """Seconds that a command takes, told apart from those of a request."""


def listen(world: World) -> Script:
    """Count requests and commands as they come, by the pauses the sandbox makes before each."""
    script, pause = Script(), world.pause
    world.per_command = PerCommand(world.per_command)

    def before(seconds: float) -> None:
        if isinstance(seconds, PerCommand):
            script.commands += 1
            script.before_command.pop(script.commands, lambda: None)()
        else:
            script.requests += 1
            script.before_request(script.requests)
        if seconds > 0:
            pause(seconds)

    world.pause = before
    return script


def say(value: object) -> None:
    print(json.dumps(value), flush=True)


def reset(world: World, script: Script) -> None:
    """Forget traffic, empty the bucket, drop every script; a client that gave up leaves requests under way."""
    while script.requests > len(_asked(world)):
        time.sleep(0.05)
    portal = next(iter(world.portals.values()))
    world.traffic.requests.clear()
    for counters in (portal.limits.levels, portal.limits.spent, portal.faults):
        counters.clear()
    script.clear()


def report(world: World, _script: Script) -> dict[str, int]:
    """Count what came in since the last reset."""
    asked = _asked(world)
    tokens = [one for one in world.traffic.requests if "/oauth/token" in one.path and one.status == 200]
    return {"http": len(asked), "refused": sum(one.status == 503 for one in asked), "refreshes": len(tokens)}


def _asked(world: World) -> list[RequestRecord]:
    return [one for one in world.traffic.requests if one.path.startswith("/rest/")]


def refuse(world: World, _script: Script, code: str, times: int) -> None:
    """Refuse the next requests."""
    next(iter(world.portals.values())).refuse_next(code, times=times)


def limit_command(world: World, script: Script, number: int) -> None:
    """Answer OPERATION_TIME_LIMIT to one command of a batch; the method is free again in fifteen seconds."""
    portal = next(iter(world.portals.values()))
    _nearly_over(world)
    script.before_command[number] = lambda: portal.refuse_next("OPERATION_TIME_LIMIT", method=METHOD)


def limit_request(world: World, script: Script, number: int) -> None:
    """Answer 429 OPERATION_TIME_LIMIT to one whole request."""
    portal = next(iter(world.portals.values()))
    _nearly_over(world)
    script.before_request = lambda seen: (
        portal.refuse_next("OPERATION_TIME_LIMIT") if seen == number else None
    )


def delete_lowest(world: World, script: Script, count: int) -> None:
    """Delete the lowest rows before every request but the first."""
    deals = next(iter(world.portals.values())).tables["deal"]

    def delete(seen: int) -> None:
        with world.lock:
            for row_id in list(deals.ids[: count if seen > 1 else 0]):
                deals.delete(row_id)

    script.before_request = delete


def ids(world: World, _script: Script) -> list[Any]:
    """The ids of all deals that exist now."""
    return list(next(iter(world.portals.values())).tables["deal"].ids)


def fill(world: World, _script: Script) -> None:
    """Somebody else has filled the bucket."""
    portal = next(iter(world.portals.values()))
    portal.limits.levels["127.0.0.1"] = (float(portal.limits.bucket), world.clock.timestamp())


def expired_pair(world: World, _script: Script) -> dict[str, str]:
    """A pair of tokens whose access token has just run out."""
    portal = next(iter(world.portals.values()))
    card = next(iter(world.applications.values()))
    pair = portal.issue_tokens(card, portal.admin)
    portal.expire_tokens(card)
    return {"access": pair.access, "refresh": pair.refresh}


def _nearly_over(world: World) -> None:
    portal = next(iter(world.portals.values()))
    began = int(world.clock.timestamp()) - 585
    for hook in portal.webhooks.values():
        portal.limits.spent[f"webhook-{hook.secret}", METHOD].append((began, 0.2))


ORDERS: dict[str, Callable[..., object]] = {
    "reset": reset,
    "report": report,
    "refuse": refuse,
    "limit_command": limit_command,
    "limit_request": limit_request,
    "delete_lowest": delete_lowest,
    "ids": ids,
    "fill": fill,
    "expired_pair": expired_pair,
}

if __name__ == "__main__":
    main()

"""On-premise portals: refused by the name of the setting, and let in by it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from b24app.errors import Refused
from b24app.portals.addresses import check_endpoint, check_host
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor
from tests.installation import Applications
from tests.portals.boxes import add_box


@pytest.fixture
def trusting(settings: Settings, world: World, applications: Applications, app: Flask) -> Iterator[Flask]:
    """The application of an operator who trusts an inner name, a port and a network."""
    listed = {"trusted_hosts": ("portal", "crm.corp:8443", "10.1.0.0/16")}
    with applications.wired(settings.model_copy(update=listed), world).app_context():
        yield app


HOSTS = ("portal", "crm.corp:8443", "10.1.2.3", "10.1.2.3:8443")


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_outside_the_open_internet_is_refused_by_the_name_of_the_setting(app: Flask, host: str):
    with pytest.raises(Refused, match="host_not_trusted") as refused:
        check_host(host, https=True)
    assert "B24APP_TRUSTED_HOSTS" in refused.value.message


@pytest.mark.parametrize("host", HOSTS)
def test_the_operators_list_lets_it_in(trusting: Flask, world: World, host: str):
    world.names |= {"portal": ("10.9.9.9",), "crm.corp": ("192.168.1.1",)}
    assert check_host(host, https=True) == host
    assert check_endpoint(f"https://{host}/rest/", host) == f"https://{host}/rest/"
    with pytest.raises(Refused, match="https_required"):
        check_host(host, https=False)


@pytest.mark.parametrize("host", ["0x7f.1", "a@b.example", "shop.example/x", "[", "a b", "10.0.0.7%2f"])
def test_what_is_no_host_at_all_no_setting_opens(trusting: Flask, host: str):
    with pytest.raises(Refused, match="host_not_allowed"):
        check_host(host, https=True)


def test_an_endpoint_whose_name_leads_inside_is_not_kept(app: Flask, world: World):
    world.names["shop.example"] = ("10.0.0.7",)
    with pytest.raises(Refused, match="host_not_trusted"):
        check_endpoint("https://shop.example/rest/", "shop.example")


def test_an_installation_of_a_portal_inside_says_which_setting(stranger: Actor, world: World):
    card = next(iter(world.applications.values()))
    stranger.portal.add_application(card)
    world.names[stranger.host] = ("10.0.0.7",)
    opened = stranger.opens()
    assert opened.status == 403
    assert "B24APP_TRUSTED_HOSTS" in opened.text


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_portal_without_https_is_refused_by_the_name_of_the_setting(
    stranger: Actor, world: World, lang: str
):
    box = Actor(stranger.client, add_box(world))
    box.portal.add_application(next(iter(world.applications.values())))
    opened = box.opens(lang=lang)
    assert opened.status == 403
    assert "B24APP_TRUSTED_HOSTS" in opened.text
    assert "http://" in opened.text


def test_names_in_letters_and_in_code_are_the_same_host(app: Flask):
    assert check_host("Портал.рф", https=True) == check_host("xn--80awhdgm.xn--p1ai:443", https=True)

"""The webhook's address: refused at its field when it is saved, told when an older release had saved it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from b24app.database import db, every_portal
from b24app.reminders import model
from b24app.reminders.channels import explain_failure
from sandbox.world import World
from tests.actors import Actor, Opened

SAVE = "/settings/reminders/channels/webhook"


def save(admin: Opened, address: str, enabled: str = "yes"):
    return admin.post(SAVE, enabled=enabled, address=address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://bot.example/", "должен начинаться с https://"),
        ("https://u:p@bot.example/", "логина и пароля"),
        ("https://bot.example:22/", "порт"),
        ("https://127.1/", "четырьмя обычными числами"),
        ("https://localhost/", "имя закрытой сети"),
        ("https://[::ffff:10.0.0.7]/", "закрытую сеть"),
        ("https://[fec0::1]/", "закрытую сеть"),
        ("https://[", "Это не адрес"),
        ("https://inside.example/", "закрытую сеть"),
    ],
)
def test_is_refused_at_its_field_when_saved(north_admin: Opened, world: World, address: str, said: str):
    world.names["inside.example"] = ("8.8.8.8", "10.0.0.7")
    answer = save(north_admin, address)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="address-webhook"' in answer.text


def test_a_name_with_international_letters_is_kept(north_admin: Opened):
    assert save(north_admin, "https://лавка.рф/hook").status_code == 200


@pytest.fixture
def stored(north: Actor, north_admin: Opened) -> Callable[[str], None]:
    """Write an address as the last release would have kept it."""

    def keep(address: str) -> None:
        save(north_admin, "https://bot.example/")
        with every_portal():
            row = db.session.scalars(
                select(model.ChannelSetting).where(model.ChannelSetting.code == "webhook")
            ).one()
            row.address = address
            db.session.commit()

    return keep


@pytest.mark.parametrize(
    "address", ["https://127.1/", "https://[", "https://[fec0::1]/", "https://bot.example:22/"]
)
def test_an_address_of_the_last_release_is_shown_as_refused_and_fails_alone(
    north_admin: Opened, stored: Callable[[str], None], run_jobs: Callable[[], int], address: str
):
    stored(address)
    assert "На этот адрес ничего не отправляется" in north_admin.get(SAVE).text
    north_admin.post(f"{SAVE}/test")
    run_jobs()
    with every_portal():
        row = db.session.scalars(
            select(model.ChannelSetting).where(model.ChannelSetting.code == "webhook")
        ).one()
        db.session.refresh(row)
        failure = explain_failure(row.test_error)
    assert failure is not None
    assert failure.detail.startswith("WebhookRefused")


def test_a_refused_address_can_be_switched_off(north_admin: Opened, stored: Callable[[str], None]):
    stored("https://127.1/")
    assert save(north_admin, "https://127.1/", "no").status_code == 200
    assert save(north_admin, "https://127.1/", "yes").status_code == 422

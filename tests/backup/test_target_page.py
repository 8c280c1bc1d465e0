"""The storage step: known names, fields that lose nothing, secrets that never come back, a check by a job, the country."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from b24app.backup.model import BackupCopy, BackupPlan
from b24app.backup.reading.chain import mark_of
from b24app.backup.targets.model import TargetTrial
from b24app.backup.targets.open_target import open_target
from b24app.backup.targets.target import TargetFailed
from b24app.backup.targets.target_check import check_target, fail_check, note_storage, unfinished_checks
from b24app.backup.targets.target_settings import parse_target
from b24app.backup.targets.typed_storage import same_files
from b24app.database import db, portal_scope
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.backup.storage_processes import HOST, KEY, SECRET, Ssh, Weed

pytestmark = pytest.mark.usefixtures("first_checks")

Jobs = Callable[[], int]
PLACE = "/copy/target"


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation that offers a folder of its own; always the same one, so that applications can be used again."""
    folder = Path(tmp_path_factory.getbasetemp()) / "copies"
    folder.mkdir(exist_ok=True)
    return settings.model_copy(update={"backup_folder": folder})


def plan_of(actor: Actor) -> BackupPlan | None:
    with portal_scope(actor.portal_id):
        plan = db.session.scalar(select(BackupPlan).execution_options(populate_existing=True))
    if plan is not None:
        db.session.expunge(plan)
    db.session.commit()
    return plan


def trial_of(actor: Actor) -> TargetTrial | None:
    with portal_scope(actor.portal_id):
        return db.session.scalar(select(TargetTrial).execution_options(populate_existing=True))


def s3_form(**changed: str) -> dict[str, str]:
    form = {
        "kind": "s3", "preset": "yandex", "address": "storage.yandexcloud.net", "region": "ru-central1", "bucket": "teply-dom-copy",
        "key_id": "YCAJE-key", "secret": "the-secret-of-a-bucket", "country": "RU",
    }  # fmt: skip
    return form | changed


def test_offers_storages_by_the_names_people_know(north_admin: Opened) -> None:
    page = north_admin.get(PLACE).text
    for name in ("Яндекс Облако", "Яндекс Диск", "Свой сервер", "Скачать", "Есть и Диск портала"):
        assert name in page
    assert 'value="storage.yandexcloud.net"' in page
    assert "Webdav" not in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "s3", "preset": "vk"}, 'value="hb.ru-msk.vkcloud-storage.ru"'),
        ({"kind": "s3", "preset": "selectel"}, 'value="s3.ru-1.storage.selcloud.ru"'),
        ({"kind": "webdav"}, 'value="https://webdav.yandex.ru"'),
        ({"kind": "webdav", "preset": "nextcloud"}, "Устройства и сеансы"),
        ({"kind": "sftp"}, "Ключ сервера запоминаем"),
        ({"kind": "folder"}, "на сервере приложения"),
        ({"kind": "download"}, "Части ждут здесь сутки"),
        ({"kind": "portal_disk"}, "не поможет, если портал закрыт"),
        ({"kind": "carrier-pigeon", "preset": "x"}, "Яндекс Облако"),
    ],
)
def test_shows_the_fields_of_each_kind_with_where_its_key_is_found(
    north_admin: Opened, asked: dict[str, str], said: str
) -> None:
    assert said in north_admin.get(PLACE, **asked).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bucket": ""}, "Заполните это поле"),
        ({"bucket": "нет такого"}, "Это не имя бакета"),
        ({"address": "http://storage.example.com"}, "должен начинаться с https://"),
        ({"address": "https://user:pass@storage.example.com"}, "логина и пароля"),
        ({"address": "10.0.0.7"}, "закрытую сеть"),
        ({"address": "storage.corp"}, "закрытой сети"),
        ({"address": "storage.example.com:25"}, "порт"),
        ({"region": "не регион"}, "Это не регион"),
        ({"folder": "../../etc"}, "Для папки нужны"),
        ({"secret": ""}, "Заполните это поле"),
        ({"country": ""}, "в какой стране"),
        ({"country": "XX"}, "в какой стране"),
        ({"country": "DE"}, "Поставьте галочку"),
        ({"kind": "elsewhere"}, "Выберите, куда"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(
    north: Actor, north_admin: Opened, run_jobs: Jobs, changed: dict[str, str], said: str
) -> None:
    form = s3_form(**changed)
    page = north_admin.post(PLACE, **form).text
    assert said in page
    if form["kind"] == "s3":
        for name in ("address", "bucket", "key_id", "region"):
            assert f'value="{form[name]}"' in page
    run_jobs()
    assert plan_of(north) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"host": "backup.example.com/etc"}, "Это не адрес"),
        ({"host": "user@backup.example.com"}, "Это не адрес"),
        ({"host": "backup.example.com", "port": "25"}, "порт"),
        ({"host": "backup.example.com", "port": "many"}, "Это не порт"),
        ({"host": "backup.example.com", "folder": "/srv/../etc"}, "без «..»"),
        ({"host": "backup.example.com", "by_key": "yes", "private_key": "not a key"}, "не читается"),
    ],
)
def test_mistakes_of_a_server_of_ones_own_are_said_too(
    north_admin: Opened, changed: dict[str, str], said: str
) -> None:
    form = {"kind": "sftp", "user": "copy", "secret": "x", "country": "RU"}
    assert said in north_admin.post(PLACE, **form | changed).text


@pytest.mark.parametrize(
    "name", ["address", "folder", "bucket", "key_id", "region", "secret", "host", "user", "private_key"]
)
def test_a_field_of_any_length_is_answered_with_a_page(north_admin: Opened, name: str) -> None:
    for kind in ("s3", "webdav", "sftp"):
        for length in (250, 300, 600, 30_000):
            form = s3_form(host="backup.example.com", user="copy", kind=kind, by_key="yes")
            assert north_admin.post(PLACE, **form | {name: "a" * length}).status_code == 200


def test_everything_that_is_not_filled_in_is_said_at_once(north_admin: Opened) -> None:
    page = north_admin.post(PLACE, kind="s3", preset="yandex").text
    assert page.count("Заполните это поле") == 5
    assert "в какой стране" in page
    page = north_admin.post(PLACE, kind="sftp", by_key="yes", host="backup.example.com").text
    assert page.count("Заполните это поле") == 2


def test_a_failure_stands_below_the_storage_that_failed_and_below_no_other(
    north_admin: Opened, run_jobs: Jobs, world: World
) -> None:
    world.names["storage.yandexcloud.net"] = ("10.0.0.7",)
    north_admin.post(PLACE, **s3_form())
    run_jobs()
    said = "Адрес ведёт в закрытую сеть"
    assert said in north_admin.get(PLACE).text
    assert said in north_admin.get(PLACE, kind="s3", preset="yandex").text
    for looked in ({"kind": "s3", "preset": "vk"}, {"kind": "webdav"}, {"kind": "sftp"}):
        assert said not in north_admin.get(PLACE, **looked).text


def test_an_address_that_we_filled_in_is_not_to_be_checked_by_its_letters(
    north_admin: Opened, run_jobs: Jobs, world: World
) -> None:
    world.names |= {"storage.yandexcloud.net": (), "storage.shope.net": ()}
    north_admin.post(PLACE, **s3_form())
    run_jobs()
    page = north_admin.get(PLACE).text
    assert "выход в интернет" in page
    assert "по буквам" not in page
    north_admin.post(PLACE, **s3_form(address="storage.shope.net"))
    run_jobs()
    assert "по буквам" in north_admin.get(PLACE).text


def test_the_disk_of_the_portal_is_shown_as_chosen_when_it_is(north_admin: Opened) -> None:
    assert "закроется вместе с порталом" not in north_admin.get(PLACE).text
    page = north_admin.get(PLACE, kind="portal_disk").text
    chosen = re.findall(r'aria-pressed="true".*?</button>', page, re.DOTALL)
    assert len(chosen) == 1
    assert "Диск портала" in chosen[0]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("download", "Выбрать это"),
        ("folder", "Выбрать это"),
        ("portal_disk", "Выбрать это"),
        ("s3", "Проверить и сохранить"),
        ("sftp", "Проверить и сохранить"),
    ],
)
def test_the_button_says_that_the_choice_is_kept(north_admin: Opened, kind: str, said: str) -> None:
    assert said in north_admin.get(PLACE, kind=kind).text


def test_copies_that_are_there_are_said_to_stay(
    north: Actor, north_admin: Opened, run_jobs: Jobs, world: World
) -> None:
    north_admin.post(PLACE, kind="folder", country="RU")
    run_jobs()
    assert "следующая начнётся заново" not in north_admin.get(PLACE).text
    with portal_scope(north.portal_id):
        db.session.add(BackupCopy(kind="manual", state="done", created_at=world.clock.now()))
        db.session.commit()
    assert "следующая начнётся заново" in north_admin.get(PLACE, kind="s3").text


def test_a_secret_is_kept_with_a_mistake_beside_it_and_never_sent_back(
    north: Actor, north_admin: Opened
) -> None:
    page = north_admin.post(PLACE, **s3_form(bucket="")).text
    assert "the-secret-of-a-bucket" not in page
    assert "Сохранён, хотя и не показан" in page
    assert "the-secret-of-a-bucket" not in north_admin.get(PLACE).text
    north_admin.post(PLACE, **s3_form(secret=""))
    trial = trial_of(north)
    assert trial is not None
    assert json.loads(trial.typed)["secret"] == "the-secret-of-a-bucket"
    assert trial.state == "waiting"


@pytest.mark.parametrize(
    "changed", [{"address": "storage.evil.example"}, {"key_id": "OTHER"}, {"kind": "webdav", "user": "x"}]
)
def test_a_kept_secret_is_not_shown_to_another_server(north_admin: Opened, changed: dict[str, str]) -> None:
    north_admin.post(PLACE, **s3_form(bucket=""))
    page = north_admin.post(PLACE, **s3_form(secret="", **changed)).text
    assert "Заполните это поле" in page


def test_a_folder_of_the_server_is_checked_by_a_job_and_taken_over(
    north: Actor, north_admin: Opened, run_jobs: Jobs, settings: Settings
) -> None:
    page = north_admin.post(PLACE, kind="folder", country="RU").text
    assert "пробный файл" in page
    assert "/copy/target/check" in page
    assert plan_of(north) is None
    run_jobs()
    answer = north_admin.get(f"{PLACE}/check")
    assert answer.headers["HX-Trigger"] == "copy-changed"
    assert "проверено" in answer.text
    plan = plan_of(north)
    assert plan is not None
    assert (plan.target_kind, plan.target_country, plan.target_error) == ("folder", "RU", "")
    assert plan.target_checked_at is not None
    assert settings.backup_folder is not None
    assert [path for path in settings.backup_folder.rglob("*") if path.is_file()] == []
    assert trial_of(north) is None
    target = open_target(north.portal_id)
    target.put("packs/one", b"sealed")
    assert [path.read_bytes() for path in settings.backup_folder.rglob("one")] == [b"sealed"]
    target.delete("packs/one")


@pytest.mark.parametrize("kind", ["download", "portal_disk"])
def test_kinds_without_fields_are_chosen_by_their_check(
    north: Actor, north_admin: Opened, run_jobs: Jobs, kind: str
) -> None:
    north_admin.post(PLACE, kind=kind)
    run_jobs()
    plan = plan_of(north)
    assert plan is not None
    assert (plan.target_kind, plan.target_country) == (kind, "")
    target = open_target(north.portal_id)
    assert list(target.names()) == []
    target.close()


def test_abroad_is_kept_with_the_moment_of_the_tick(
    north: Actor, north_admin: Opened, run_jobs: Jobs
) -> None:
    page = north_admin.get(PLACE, kind="folder").text
    assert "152-ФЗ" in page
    assert "Понимаю, храним там" in page
    north_admin.post(PLACE, kind="folder", country="DE", accepted="yes")
    run_jobs()
    plan = plan_of(north)
    assert plan is not None
    assert plan.target_country == "DE"
    assert plan.country_accepted_at is not None
    assert "Германия" in north_admin.get(PLACE).text
    law = north.client.get("/legal/privacy?lang=en&region=ru").text
    assert "asks for a separate consent and keeps when it was given" in law


def test_a_failed_check_says_why_and_leaves_the_storage_in_use(
    north: Actor, north_admin: Opened, run_jobs: Jobs, world: World
) -> None:
    north_admin.post(PLACE, kind="folder", country="RU")
    run_jobs()
    world.names["storage.example.com"] = ("8.8.8.8", "10.0.0.7")
    north_admin.post(PLACE, **s3_form(address="storage.example.com"))
    run_jobs()
    page = north_admin.get(f"{PLACE}/check").text
    assert "Адрес ведёт в закрытую сеть" in page
    assert "копии идут туда же: Папка на сервере приложения" in page
    assert 'value="teply-dom-copy"' in page
    plan = plan_of(north)
    assert plan is not None
    assert plan.target_kind == "folder"


def test_a_check_that_was_lost_is_said_to_have_broken_off(north_admin: Opened, world: World) -> None:
    north_admin.post(PLACE, kind="folder", country="RU")
    world.clock.advance(minutes=6)
    answer = north_admin.get(f"{PLACE}/check")
    assert "Проверка прервалась" in answer.text
    assert "data-poll" not in answer.text


def test_a_check_begun_twice_or_after_its_end_changes_nothing(
    north: Actor, north_admin: Opened, run_jobs: Jobs
) -> None:
    north_admin.post(PLACE, kind="download")
    trial = trial_of(north)
    assert trial is not None
    number, portal_id = trial.number, north.portal_id
    db.session.commit()
    assert (portal_id, number) in set(unfinished_checks())
    db.session.commit()
    check_target(portal_id, number)
    db.session.commit()
    first = plan_of(north)
    check_target(portal_id, number)
    run_jobs()
    second = plan_of(north)
    assert first is not None
    assert second is not None
    assert (second.target_kind, second.target_checked_at) == ("download", first.target_checked_at)
    assert list(unfinished_checks()) == []


def test_a_check_that_was_given_up_says_so(north: Actor, north_admin: Opened) -> None:
    north_admin.post(PLACE, kind="download")
    trial = trial_of(north)
    assert trial is not None
    fail_check("The work took too long and was ended. Begin it again.", north.portal_id, trial.number)
    db.session.commit()
    page = north_admin.get(f"{PLACE}/check").text
    assert "data-poll" not in page
    assert plan_of(north) is None


def test_a_storage_that_was_entered_later_is_the_one_that_counts(
    north: Actor, north_admin: Opened, run_jobs: Jobs
) -> None:
    north_admin.post(PLACE, kind="download")
    north_admin.post(PLACE, kind="folder", country="RU")
    run_jobs()
    plan = plan_of(north)
    assert plan is not None
    assert plan.target_kind == "folder"


def test_a_change_of_the_storage_says_that_earlier_copies_stay(
    north: Actor, north_admin: Opened, run_jobs: Jobs, world: World
) -> None:
    north_admin.post(PLACE, kind="folder", country="RU")
    run_jobs()
    first = plan_of(north)
    assert first is not None
    since = first.target_since
    world.clock.advance(hours=1)
    north_admin.post(PLACE, kind="folder", country="RU")
    run_jobs()
    same = plan_of(north)
    assert same is not None
    assert (same.target_since, same.target_checked_at) == (since, world.clock.now())
    with portal_scope(north.portal_id):
        row = db.session.scalars(select(BackupPlan)).one()
        row.target_title = "storage.yandexcloud.net, old"
        db.session.commit()
    north_admin.post(PLACE, kind="download")
    run_jobs()
    assert "Прежние копии остались в storage.yandexcloud.net, old" in north_admin.get(PLACE).text
    changed = plan_of(north)
    assert changed is not None
    assert changed.target_since == world.clock.now()


def test_a_storage_that_fails_by_night_is_told_on_the_page(
    north: Actor, north_admin: Opened, run_jobs: Jobs
) -> None:
    north_admin.post(PLACE, kind="folder", country="RU")
    run_jobs()
    for failed, told in ((TargetFailed("silent"), True), (None, False)):
        with portal_scope(north.portal_id):
            note_storage(failed)
            db.session.commit()
        assert ("Сервер не ответил вовремя" in north_admin.get(PLACE).text) is told


def test_a_storage_can_be_forgotten(north: Actor, north_admin: Opened, run_jobs: Jobs) -> None:
    north_admin.post(PLACE, kind="folder", country="RU")
    run_jobs()
    answer = north_admin.post(f"{PLACE}/forget")
    assert answer.headers["HX-Trigger"] == "copy-changed"
    plan = plan_of(north)
    assert plan is not None
    assert (plan.target_kind, plan.target, plan.target_checked_at) == ("", None, None)


def test_another_portal_sees_and_changes_nothing(
    north: Actor, north_admin: Opened, south: Actor, run_jobs: Jobs
) -> None:
    north_admin.post(PLACE, **s3_form(bucket=""))
    south_admin = south.opens()
    assert "YCAJE-key" not in south_admin.get(PLACE).text
    south_admin.post(PLACE, kind="folder", country="RU")
    run_jobs()
    south_admin.post(f"{PLACE}/forget")
    assert plan_of(north) is None
    assert trial_of(north) is not None


def test_only_an_administrator_may_see_and_choose(north_employee: Opened) -> None:
    assert north_employee.get(PLACE).status_code == 403
    assert north_employee.get(f"{PLACE}/check").status_code == 403
    assert north_employee.post(PLACE, kind="download").status_code == 403
    assert north_employee.post(f"{PLACE}/forget").status_code == 403


def test_secrets_reach_neither_the_log_nor_the_database_in_the_open(
    north: Actor, north_admin: Opened, run_jobs: Jobs, caplog: pytest.LogCaptureFixture, world: World
) -> None:
    caplog.set_level(logging.DEBUG)
    world.names["storage.yandexcloud.net"] = ("10.0.0.7",)
    north_admin.post(PLACE, **s3_form())
    run_jobs()
    assert "the-secret-of-a-bucket" not in caplog.text
    raw = db.session.connection().exec_driver_sql("SELECT typed FROM target_trial").scalar_one()
    assert b"the-secret-of-a-bucket" not in bytes(raw)


def test_rows_of_another_release_are_said_to_be_unreadable_and_stop_nothing(
    north: Actor, north_admin: Opened, run_jobs: Jobs
) -> None:
    with portal_scope(north.portal_id):
        plan = BackupPlan(
            target_kind="s3", target='{"bucket": 7}', target_title="old", target_checked_at=None
        )
        trial = TargetTrial(
            number="1", typed='["odd"]', state="waiting", asked_at=north.portal.world.clock.now(), asked_by=1
        )
        trial.asked_by_name = "Марина Ковалёва"
        db.session.add_all([plan, trial])
        db.session.commit()
    assert north_admin.get(PLACE).status_code == 200
    run_jobs()
    with pytest.raises(Exception, match="unreadable"):
        open_target(north.portal_id)
    assert north_admin.post(PLACE, kind="folder", country="RU").status_code == 200


class TestOnRealServers:
    """The whole way from the form to an object in a storage that verifies signatures."""

    pytestmark = pytest.mark.servers

    @pytest.fixture
    def settings(self, settings: Settings, weed: Weed, ssh: Ssh) -> Settings:
        (weed.folder / "ca.pem").write_text(weed.authority)
        listed = (f"{HOST}:{weed.port}", f"{HOST}:{ssh.port}", "127.0.0.0/8")
        return settings.model_copy(update={"trusted_storage": listed, "trusted_ca": weed.folder / "ca.pem"})

    def form(self, weed: Weed, **changed: str) -> dict[str, str]:
        form = s3_form(
            address=f"{HOST}:{weed.port}",
            preset="other",
            region="us-east-1",
            bucket="locked",
            key_id=KEY,
            secret=SECRET,
        )
        return form | changed

    def test_a_bucket_is_checked_and_its_lock_is_told(
        self, north: Actor, north_admin: Opened, run_jobs: Jobs, weed: Weed, world: World
    ) -> None:
        world.names[HOST] = ("127.0.0.1",)
        north_admin.post(PLACE, **self.form(weed))
        run_jobs()
        page = north_admin.get(f"{PLACE}/check").text
        assert f"{HOST}:{weed.port}, locked" in page
        assert "замок хранит файлы" in page
        assert SECRET not in page
        plan = plan_of(north)
        assert plan is not None
        assert parse_target("s3", plan.target).title == plan.target_title

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"secret": "wrong"}, "Секрет не подходит к ключу"),
            ({"key_id": "NOBODY"}, "не знает этого ключа"),
            ({"bucket": "nowhere"}, "Такого бакета нет"),
        ],
    )
    def test_a_refusal_is_said_in_words(  # noqa: PLR0917 - fixtures
        self,
        north_admin: Opened,
        run_jobs: Jobs,
        weed: Weed,
        world: World,
        changed: dict[str, str],
        said: str,
    ) -> None:
        world.names[HOST] = ("127.0.0.1",)
        north_admin.post(PLACE, **self.form(weed, **changed))
        run_jobs()
        assert said in north_admin.get(f"{PLACE}/check").text

    def test_the_key_of_a_server_is_kept_and_a_changed_one_asks_for_a_tick(
        self, north: Actor, north_admin: Opened, run_jobs: Jobs, ssh: Ssh, world: World
    ) -> None:
        world.names[HOST] = ("127.0.0.1",)
        form = {
            "kind": "sftp", "host": HOST, "port": str(ssh.port), "user": ssh.user, "folder": str(ssh.folder / "files"),
            "by_key": "yes", "private_key": (ssh.folder / "user_key").read_text(), "country": "RU",
        }  # fmt: skip
        north_admin.post(PLACE, **form)
        run_jobs()
        plan = plan_of(north)
        assert plan is not None
        assert "host_key" in (plan.target or "")
        with portal_scope(north.portal_id):
            row = db.session.scalars(select(BackupPlan)).one()
            row.target = (row.target or "").replace("ecdsa-sha2-nistp256 AAAA", "ecdsa-sha2-nistp256 BBBB")
            db.session.commit()
        north_admin.post(PLACE, **form | {"private_key": ""})
        run_jobs()
        page = north_admin.get(f"{PLACE}/check").text
        assert "Сервер показал другой ключ" in page
        assert 'name="new_host_key"' in page
        assert "PRIVATE KEY" not in page.replace("-----BEGIN OPENSSH PRIVATE KEY-----", "")
        north_admin.post(PLACE, **form | {"private_key": "", "new_host_key": "yes"})
        run_jobs()
        assert "проверено" in north_admin.get(f"{PLACE}/check").text

    @pytest.mark.parametrize(
        ("changed", "moved"),
        [
            ({"folder": "shop"}, True),
            ({"preset": "yandex", "key_id": KEY}, False),
        ],
    )
    def test_copies_lie_elsewhere_after_another_folder_and_not_after_another_key(  # noqa: PLR0917 - fixtures
        self,
        north: Actor,
        north_admin: Opened,
        run_jobs: Jobs,
        weed: Weed,
        world: World,
        changed: dict[str, str],
        moved: bool,
    ) -> None:
        world.names[HOST] = ("127.0.0.1",)
        north_admin.post(PLACE, **self.form(weed))
        run_jobs()
        before = plan_of(north)
        world.clock.advance(hours=1)
        north_admin.post(PLACE, **self.form(weed, **changed))
        run_jobs()
        after = plan_of(north)
        assert before is not None
        assert after is not None
        assert after.target_checked_at == world.clock.now()
        assert (after.target_since != before.target_since) is moved
        assert (mark_of(after) != mark_of(before)) is moved
        assert (after.target_title != before.target_title) is moved


@pytest.mark.parametrize(
    ("kept", "changed", "same"),
    [
        ({"kind": "s3"}, {"folder": "old"}, False),
        ({"kind": "s3", "folder": "a"}, {"folder": "/a/"}, True),
        ({"kind": "s3"}, {"key_id": "rotated", "secret": "new", "region": "ru-1"}, True),
        ({"kind": "s3"}, {"bucket": "other"}, False),
        ({"kind": "s3"}, {"address": "https://storage.yandexcloud.net/"}, True),
        ({"kind": "webdav", "user": "anna"}, {"user": "boris"}, False),
        ({"kind": "webdav", "user": "anna"}, {"secret": "changed"}, True),
        ({"kind": "sftp", "host": "h", "user": "u", "folder": "/a"}, {"folder": "/b"}, False),
        ({"kind": "sftp", "host": "h", "user": "u", "folder": "/a"}, {"folder": "/a/", "port": "22"}, True),
        ({"kind": "sftp", "host": "h", "user": "u"}, {"user": "v"}, False),
        ({"kind": "folder"}, {}, True),
        ({"kind": "folder"}, {"kind": "portal_disk"}, False),
    ],
)
def test_files_lie_where_the_address_the_bucket_and_the_folder_say(
    kept: dict[str, str], changed: dict[str, str], *, same: bool
) -> None:
    kept = {"address": "storage.yandexcloud.net", "bucket": "b", "key_id": "k"} | kept
    assert same_files(kept | changed, kept) is same

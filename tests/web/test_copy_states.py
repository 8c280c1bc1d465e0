"""The states of the tab «Copy»: under way, whole, an alarm; what people press in them, and who may."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyEntity, CopyKind, CopyState, TargetKind
from b24app.backup.proofs.model import MassLoss
from b24app.backup.proofs.triggers import BY_ITSELF
from b24app.backup.reading.copy_verbs import start_copy
from b24app.backup.targets.model import DownloadPart
from b24app.database import db, portal_scope
from b24app.reminders.model import Delivery, DeliveryState, Reminder
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.web.copies import add_going_copy, add_loss, add_whole_copy, get_ready


def title(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).replace("\u00a0", " ").split())


def copy_of(actor: Actor) -> BackupCopy:
    with portal_scope(actor.portal_id):
        row = db.session.scalars(select(BackupCopy).order_by(BackupCopy.id.desc())).first()
        assert row is not None
        return row


def test_a_copy_begins_by_one_press(north: Actor, world: World) -> None:
    get_ready(north, world.clock.now())
    english = north.opens(lang="en")
    answer = english.post("/copy/start")
    assert answer.status_code == 200
    assert title(answer.text) == "Copying"
    row = copy_of(north)
    assert (row.state, row.asked_by_name) == (CopyState.WAITING, north.portal.admin.full_name)
    english.post("/copy/start")
    assert copy_of(north).id == row.id


@pytest.mark.parametrize("kind", [CopyKind.NIGHTLY, CopyKind.AFTER_ACTIVATION])
def test_a_copy_that_nobody_asked_for_says_so_and_leaves_the_page_to_the_whole_one(
    north: Actor, world: World, kind: CopyKind
) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    with portal_scope(north.portal_id):
        row = start_copy(kind, by=BY_ITSELF, at=now)
        db.session.commit()
        copy_id = row.id
    english = north.opens(lang="en")
    assert title(english.get("/copy").text).endswith(", verified")
    assert "by itself" in english.get("/copy/all").text
    with portal_scope(north.portal_id):
        whole = db.session.get_one(BackupCopy, copy_id)
        whole.state, whole.read_at, whole.ended_at = CopyState.UNPROVEN, now, now
        db.session.commit()
    text = english.get("/copy").text
    assert "automatically</p>" in text
    assert "Продление без простоя" not in text


def test_a_paused_copy_of_the_night_is_called_paused_on_the_page_of_the_whole_one(
    north: Actor, world: World
) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    with portal_scope(north.portal_id):
        start_copy(CopyKind.NIGHTLY, by=BY_ITSELF, at=now)
        db.session.commit()
    english = north.opens(lang="en")
    assert title(english.get("/copy?going").text) == "Copying"
    for text in (english.post("/copy/pause").text, english.get("/copy").text):
        assert title(text) == "The copy is paused"
        assert "is being made now" not in text


def test_nothing_begins_without_storage_and_key(north: Actor, north_admin: Opened) -> None:
    answer = north_admin.post("/copy/start")
    assert answer.status_code == 422
    assert 'class="note v-warn"' in " ".join(answer.text.split())


def test_rows_say_what_is_done_read_and_waiting(north: Actor, world: World) -> None:
    add_going_copy(north, world.clock.now())
    text = north.opens(lang="en").get("/copy").text
    states = re.findall(r'<li class="is-(\w+)"', text)
    assert states == ["done", "reading", "waiting", "waiting"]  # the check is the last row
    assert "120 of 300" in text
    assert "420 of 900 records" in text.replace("\u00a0", " ")


def test_the_bar_measures_what_the_portal_counts_and_is_never_fuller_than_its_rows(
    north: Actor, world: World
) -> None:
    copy_id = add_going_copy(north, world.clock.now())
    with portal_scope(north.portal_id):
        for place, present in ((3, 106_234), (4, None)):
            code = "order" if present else "task"
            db.session.add(
                CopyEntity(
                    copy_id=copy_id, entity=code, place=place, state="waiting", rows=0, present=present
                )
            )
        db.session.commit()
    text = north.opens(lang="en").get("/copy").text.replace("\u00a0", " ")
    assert 'aria-valuenow="0"' in text  # 420 of 107,134: not yet one of a hundred
    assert "420 of about 110,000 records" in text
    assert "0 of 106,234" in text  # what waits is not said to be inside


def test_until_it_is_measured_the_time_is_the_one_promised_before_the_press(
    north: Actor, world: World
) -> None:
    copy_id, now = add_going_copy(north, world.clock.now()), world.clock.now()
    with portal_scope(north.portal_id):
        plan_to_change().estimate = {"at": now.isoformat(), "rows": 900, "seconds": 200.0, "size": 9}
        db.session.commit()
    assert title(north.opens(lang="en").get("/copy").text) == "Copying, by our estimate about 3 minutes"
    with portal_scope(north.portal_id):
        db.session.get_one(BackupCopy, copy_id).begun_at = now - timedelta(minutes=4)
        db.session.commit()
    assert title(north.opens(lang="en").get("/copy").text) == "Copying"


def test_a_poll_brings_what_moves_and_a_new_state_the_whole_page(north: Actor, world: World) -> None:
    copy_id, admin = add_going_copy(north, world.clock.now()), north.opens()
    part = admin.get("/copy/progress", id=copy_id, state="reading")
    assert part.status_code == 200
    assert part.text.count('hx-swap-oob="true"') == 2
    assert "HX-Trigger" not in part.headers
    admin.post("/copy/pause")
    changed = admin.get("/copy/progress", id=copy_id, state="reading")
    assert changed.headers["HX-Trigger"] == "copy-changed"
    assert changed.headers["HX-Reswap"] == "none"


def test_pause_and_go_on_stand_for_each_other(north: Actor, world: World) -> None:
    add_going_copy(north, world.clock.now())
    admin = north.opens(lang="en")
    paused = admin.post("/copy/pause").text
    assert title(paused) == "The copy is paused"
    assert 'hx-post="/copy/resume"' in paused
    assert 'hx-post="/copy/pause"' not in paused
    assert "data-poll" not in paused
    assert 'hx-post="/copy/pause"' in admin.post("/copy/resume").text
    assert copy_of(north).state == CopyState.READING


def test_stopped_for_good_leaves_the_earlier_copies(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=5))
    add_going_copy(north, world.clock.now())
    assert "verified" in title(north.opens(lang="en").post("/copy/stop").text)
    assert copy_of(north).state == CopyState.STOPPED
    assert north.opens().post("/copy/stop").status_code == 404


def test_a_silent_storage_is_said_with_the_hour_of_the_next_try(north: Actor, world: World) -> None:
    words = "The storage does not answer. The copy goes on by itself when it does."
    add_going_copy(
        north,
        world.clock.now(),
        CopyState.RESTING,
        error=words,
        rests_until=world.clock.now() + timedelta(minutes=16),
    )
    text = north.opens(lang="en").get("/copy").text
    assert title(text) == "The copy waits"
    assert words in text
    assert "Copied and kept: 420." in text


def test_a_first_copy_that_failed_says_so_above_the_steps(north: Actor, world: World) -> None:
    add_going_copy(
        north,
        world.clock.now(),
        CopyState.FAILED,
        error="The storage refuses our key. Check it and the rights that it gives.",
    )
    text = north.opens(lang="en").get("/copy").text
    assert "There is no copy of the shop yet" in text
    assert "The last copy did not come to its end: The storage refuses our key." in text


def test_verified_is_said_of_six_proofs_alone(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=5))
    assert title(north.opens(lang="en").get("/copy").text).endswith(", verified")


def test_the_card_says_how_old_comments_of_unchanged_items_may_be(north: Actor, world: World) -> None:
    now = world.clock.now()
    copy_id = add_whole_copy(north, now - timedelta(hours=5))
    assert "unchanged items" not in north.opens(lang="en").get("/copy").text
    with portal_scope(north.portal_id):
        copy = db.session.get_one(BackupCopy, copy_id)
        totals = copy.proofs["totals"] | {"parts_as_of": (now - timedelta(days=3)).isoformat()}
        copy.proofs = copy.proofs | {"totals": totals}
        db.session.commit()
    text = north.opens(lang="en").get("/copy").text
    assert text.count("Comments and product rows of unchanged items: as of") == 2
    told = north.opens(lang="ru").get("/copy").text
    assert "Комментарии и товары элементов, которые не менялись, — на" in told


def test_a_missing_proof_is_counted_and_stands_first(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=5), without=("sample",))
    text = north.opens(lang="en").get("/copy").text
    assert title(text).endswith("1 check is missing")
    assert "verified" not in title(text)
    proofs = text[text.index('class="copy-proofs"') :]
    assert proofs.index("Items compared with the portal") < proofs.index("As many items as in the portal")


def test_old_copies_are_squares_and_a_list(north: Actor, world: World) -> None:
    for day in (3, 2, 1):
        add_whole_copy(north, world.clock.now() - timedelta(days=day))
    text = north.opens(lang="en").get("/copy").text
    assert "3 of 7" in text
    listed = north.opens().get("/copy/all").text
    assert listed.count("Марина Ковалёва") == 3


def test_an_alarm_comes_before_everything_and_names_what_is_gone(north: Actor, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    add_loss(north, now, kind="pipeline", name="Повторные заказы", lost=1)
    add_loss(north, now)
    text = north.opens(lang="en").get("/copy").text
    assert title(text) == "Gone: the pipeline “Повторные заказы”, 512 deals"
    assert text.index('id="way-copy"') < text.index('id="way-bin"') < text.index('id="way-support"')
    assert len(re.findall(r"btn-filled", text)) == 1
    assert "Only here: nobody outside the portal was told yet." in text


def test_only_deals_lost_lead_to_the_bin_first(north: Actor, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    add_loss(north, now)
    text = north.opens(lang="en").get("/copy").text
    assert text.index('id="way-bin"') < text.index('id="way-copy"')
    filled = re.search(r'<a class="btn btn-filled[^>]*href="([^"]+)"', text)
    assert filled is not None
    assert filled[1].endswith("/crm/recyclebin/")


def test_meant_to_be_so_asks_why_and_can_be_taken_back(north: Actor, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    loss_id, admin = add_loss(north, now), north.opens(lang="en")
    refused = admin.post("/copy/alarm/close", loss=loss_id, how="intended", reason=" ")
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    closed = admin.post("/copy/alarm/close", loss=loss_id, how="intended", reason="Doubles").text
    assert title(closed).endswith("verified")
    assert f"/copy/alarm/reopen?loss={loss_id}" in closed
    assert "“Doubles”" in closed
    assert title(admin.post(f"/copy/alarm/reopen?loss={loss_id}").text).startswith("Gone")
    with portal_scope(north.portal_id):
        assert db.session.get_one(MassLoss, loss_id).closed_at is None


@pytest.mark.parametrize("form", [{}, {"loss": "x"}, {"loss": "999", "how": "intended", "reason": "why"}])
def test_a_press_about_no_loss_changes_nothing(north: Actor, world: World, form: dict[str, str]) -> None:
    loss_id = add_loss(north, world.clock.now())
    assert north.opens().post("/copy/alarm/close", **form).status_code in (404, 422)
    with portal_scope(north.portal_id):
        assert db.session.get_one(MassLoss, loss_id).closed_at is None


def test_another_portal_sees_and_decides_nothing(north: Actor, south_admin: Opened, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=5))
    loss_id = add_loss(north, now)
    assert 'id="copy-steps"' in south_admin.get("/copy").text
    close = {"loss": loss_id, "how": "intended", "reason": "why"}
    assert south_admin.post("/copy/alarm/close", **close).status_code == 404
    assert south_admin.post("/copy/alarm/reopen", loss=loss_id).status_code == 404
    assert south_admin.post("/copy/stop").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "start",
        "pause",
        "resume",
        "stop",
        "prove",
        "alarm/close",
        "alarm/reopen",
        "alarm/pipeline",
        "contents",
    ],
)
def test_only_an_administrator_presses(north_employee: Opened, path: str) -> None:
    assert north_employee.post(f"/copy/{path}").status_code == 403


@pytest.mark.parametrize("path", ["", "/all", "/setup", "/progress"])
def test_only_an_administrator_looks(north_employee: Opened, path: str) -> None:
    assert north_employee.get(f"/copy{path}").status_code == 403


@pytest.mark.parametrize("state", ["going", "whole", "alarm"])
def test_every_state_is_drawn_in_both_languages_and_for_reading_only(
    north: Actor, world: World, state: str
) -> None:
    now = world.clock.now()
    if state == "going":
        add_going_copy(north, now)
    else:
        add_whole_copy(north, now - timedelta(days=2), without=("trial",))
    if state == "alarm":
        add_loss(north, now, kind="column", name="Phone", entity="contact", lost=300)
    north.portal.answer_next("html", times=None)
    for lang in ("ru", "en"):
        silent = north.opens(lang=lang)
        assert silent.get("/copy").status_code == 200
        assert 'hx-post="/copy' not in silent.get("/copy").text
        assert silent.post("/copy/start").status_code in (403, 409, 423)


@pytest.mark.parametrize(("seconds", "said"), [(170.0, "Copying"), (181.0, "minute")])
def test_the_time_is_said_after_three_minutes_of_measuring(
    north: Actor, world: World, seconds: float, said: str
) -> None:
    copy_id = add_going_copy(north, world.clock.now())
    with portal_scope(north.portal_id):
        row = db.session.get_one(BackupCopy, copy_id)
        row.seconds, row.requests = seconds, 10
        db.session.commit()
    assert said in title(north.opens(lang="en").get("/copy").text)


def test_a_missing_proof_has_its_button_and_all_can_be_made_again(north: Actor, world: World) -> None:
    copy_id = add_whole_copy(north, world.clock.now() - timedelta(hours=5), without=("sample",))
    admin = north.opens(lang="en")
    first = admin.get("/copy").text
    assert 'hx-vals="{&#34;code&#34;: &#34;sample&#34;}"' in first
    assert len(re.findall("btn-filled", first)) == 1
    assert title(admin.post("/copy/prove", code="sample").text) == "Checking the copy"
    with portal_scope(north.portal_id):
        row = db.session.get_one(BackupCopy, copy_id)
        assert row.state == CopyState.PROVING
        assert {"totals", "hashes", "reread", "trial"} <= set(row.proofs)
        row.state = CopyState.DONE
        db.session.commit()
    admin.post("/copy/prove")
    with portal_scope(north.portal_id):
        assert not {"totals", "hashes", "sample", "trial"} & set(
            db.session.get_one(BackupCopy, copy_id).proofs
        )


def test_there_is_nothing_to_check_without_a_copy(north_admin: Opened) -> None:
    assert north_admin.post("/copy/prove", code="sample").status_code == 404


def test_no_other_proof_can_be_made(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now() - timedelta(hours=5))
    assert north.opens().post("/copy/prove", code="fresh").status_code == 422
    assert north.opens().post("/copy/prove", code="luck").status_code == 422


@pytest.mark.parametrize(("days", "kind"), [(60, CopyKind.MANUAL), (10, CopyKind.BEFORE_RENEWAL)])
def test_near_the_end_a_full_copy_is_made_that_is_kept_for_the_renewal(
    north: Actor, world: World, days: int, kind: CopyKind
) -> None:
    now = world.clock.now()
    get_ready(north, now)
    with portal_scope(north.portal_id):
        set_paid_term("plan", now.date() + timedelta(days=days), by=Author(1, "Anna"), at=now)
        db.session.commit()
    north.opens().post("/copy/start")
    assert copy_of(north).kind == kind


def choose_target(actor: Actor, kind: TargetKind) -> None:
    with portal_scope(actor.portal_id):
        plan_to_change().target_kind = kind
        db.session.commit()


def test_a_copy_whose_storage_was_forgotten_does_not_say_that_it_answers(north: Actor, world: World) -> None:
    add_whole_copy(north, world.clock.now())
    page = north.opens(lang="en")
    assert "No storage is chosen" not in page.get("/copy").text
    page.post("/copy/target/forget")
    text = page.get("/copy").text
    assert "No storage is chosen: no further copies are made." in text
    assert "not chosen" in text
    assert ">answers<" not in " ".join(text.split()).replace("> ", ">")


def test_parts_that_wait_are_downloaded_from_the_page_of_the_copy(north: Actor, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now)
    choose_target(north, TargetKind.DOWNLOAD)
    page = north.opens(lang="en")
    assert "nothing of this copy lies with us any more" in page.get("/copy").text
    with portal_scope(north.portal_id):
        values = {"name": "packs/a", "size": 1, "checksum": 0, "content": b"a", "stored_at": now}
        db.session.add(DownloadPart(portal_id=north.portal_id, **values))
        db.session.commit()
    text = page.get("/copy").text
    assert "This copy lies with us until" in text
    assert re.search(r'<a class="btn btn-filled btn-sm" href="[^"]+"[^>]*>Download</a>', text)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (TargetKind.NONE, "No storage is chosen"),
        (TargetKind.FOLDER, "in a folder of the server on which this application runs"),
        (TargetKind.DOWNLOAD, "lie with us for a day"),
        (TargetKind.PORTAL_DISK, "without the portal there is no copy"),
        (TargetKind.S3, "into the storage that you chose"),
    ],
)
def test_the_page_of_data_says_where_the_copy_lies_with_this_storage(
    north: Actor, world: World, kind: TargetKind, words: str
) -> None:
    get_ready(north, world.clock.now())
    choose_target(north, kind)
    assert words in north.opens(lang="en").get("/settings/data").text


def test_the_page_of_data_names_what_is_kept_of_what_was_put_back(north: Actor) -> None:
    text = north.opens(lang="en").get("/settings/data").text
    assert "What was written to the portal and what stood there before" in text
    assert "Correspondence, cards of clients and contents of orders that you have not put back" in text


def test_a_pipeline_comes_back_from_the_changes_of_settings_and_its_deals_from_the_copy(
    north: Actor, world: World
) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=4))
    add_loss(north, now, kind="pipeline", name="Повторные заказы", lost=1)
    page = north.opens(lang="en")
    text = page.get("/copy").text
    assert "/restore/copy?loss=" not in text
    assert re.search(r'<button class="btn btn-filled[^>]*hx-post="/copy/alarm/pipeline"', text)
    deals = add_loss(north, now)
    add_loss(north, now, kind="pipeline", name="Опт", lost=1)
    text = page.get("/copy").text
    assert set(re.findall(r'href="/restore/copy\?loss=(\d+)"', text)) == {str(deals)}
    assert re.search(r'<button class="btn btn-filled[^>]*hx-post="/copy/alarm/pipeline"', text)


def test_an_alarm_says_told_only_when_a_message_has_left_the_portal(north: Actor, world: World) -> None:
    now = world.clock.now()
    add_whole_copy(north, now - timedelta(hours=4))
    loss_id = add_loss(north, now)
    page = north.opens(lang="en")
    with portal_scope(north.portal_id):
        db.session.get_one(MassLoss, loss_id).told_at = now  # written down, and there was nobody to get it
        reminder = Reminder(
            key=f"mass_loss:{loss_id}", line="mass_loss", code="mass_loss", on=now.date(), due_at=now
        )
        db.session.add(reminder)
        db.session.flush()
        for channel, state in (("feed", DeliveryState.SENT), ("email", DeliveryState.FAILED)):
            values = {"recipient": "1", "message": {}, "next_at": now, "sent_at": now}
            db.session.add(Delivery(reminder_id=reminder.id, channel=channel, state=state, **values))
        db.session.commit()
    assert "nobody outside the portal was told yet" in page.get("/copy").text
    with portal_scope(north.portal_id):
        db.session.execute(update(Delivery).values(state=DeliveryState.SENT))
        db.session.commit()
    assert "People were told outside the portal" in page.get("/copy").text


def test_an_addition_is_not_taken_for_a_nearly_empty_copy(north: Actor, world: World) -> None:
    now = world.clock.now()
    first = add_whole_copy(north, now - timedelta(hours=4))
    second = add_whole_copy(north, now)
    with portal_scope(north.portal_id):
        db.session.get_one(BackupCopy, second).base_id = first
        db.session.commit()
    page = north.opens(lang="en")
    assert "2,000 records" in page.get("/copy").text
    every = page.get("/copy/all").text
    assert "only what changed: 2,000 records" in every
    assert "everything: 2,000 records" in every


def test_who_paused_or_stopped_a_copy_is_told(north: Actor, world: World) -> None:
    add_going_copy(north, world.clock.now())
    page = north.opens(lang="en")
    paused = page.post("/copy/pause").text
    assert "Paused by" in paused
    assert "reading</span>" not in paused
    stopped = page.post("/copy/stop").text
    assert "The last copy was stopped by" in stopped
    every = page.get("/copy/all").text
    assert "not read to its end" in every
    assert "records" not in every


def test_the_copies_of_the_night_can_be_switched_off(north: Actor, world: World) -> None:
    get_ready(north, world.clock.now())
    page = north.opens(lang="en")
    assert 'id="switch-nightly" aria-checked="true"' in page.get("/copy/setup").text
    page.post("/copy/contents", part="nightly", state="off")
    assert 'id="switch-nightly" aria-checked="false"' in page.get("/copy/setup").text


def test_a_copy_has_one_number_of_records(north: Actor, world: World) -> None:
    copy_id = add_whole_copy(north, world.clock.now())
    with portal_scope(north.portal_id):
        row = db.session.get_one(BackupCopy, copy_id)
        totals = row.proofs["totals"]
        row.proofs = {**row.proofs, "totals": {**totals, "count": 4_000, "uncounted_rows": 500}}
        db.session.commit()
    page = north.opens(lang="en")
    text = page.get("/copy").text
    assert "4,500 records" in text
    assert "counts 4,000 records" in text
    assert "500 more it does not count" in text
    assert "everything: 4,500 records" in page.get("/copy/all").text


def test_the_time_left_is_not_shorter_than_the_rows_that_are_left(north: Actor, world: World) -> None:
    copy_id = add_going_copy(north, world.clock.now())
    with portal_scope(north.portal_id):
        row = db.session.get_one(BackupCopy, copy_id)
        row.seconds, row.requests = 300.0, 400  # 420 of 900 rows so far, by many small requests
        db.session.commit()
    assert "about 6 minutes left" in title(north.opens(lang="en").get("/copy").text)

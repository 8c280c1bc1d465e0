"""The story of a portal: every turn over HTTP, in order and in any other, twice, after a restart, begun anew."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.application import ApplicationCard, EventBinding
from sandbox.persistence import load, save
from sandbox.portal import Portal
from sandbox.scenario.story import BY_CODE, story_of, turns_done
from sandbox.scenario.story_texts import STORY
from sandbox.scenario.story_turns import FIRST_DAYS, NEAREST, WEEKS
from sandbox.shop.new_orders import table_now
from sandbox.world import World
from tests.sandbox.director import Director
from tests.sandbox.visitor import app_of

TURNS = tuple(BY_CODE)


@pytest.fixture
def director(north: Portal, card: ApplicationCard) -> Director:
    """A portal that knows an application and has not installed it, a month before the end of its plan."""
    assert card.client_id in north.world.applications
    north.paid_till = north.today() + timedelta(days=FIRST_DAYS)
    return Director(north, app_of(north).test_client())


def play(director: Director, *turns: str) -> None:
    for turn in turns:
        director.does("story_turn", turn=turn)


def told(director: Director, turn: str, lang: str = "ru") -> str:
    return next(one.told for one in story_of(director.portal, lang).turns if one.code == turn)


def page(director: Director, path: str = "/scenario/", lang: str = "ru") -> str:
    director.client.set_cookie("sandbox_lang", lang, domain=director.portal.host)
    return director.client.get(path, base_url=director.portal.url).text


def off(portal: Portal, table: str) -> set[str]:
    return {row["NAME"] for row in portal.tables[table] if row["ACTIVE"] != "Y"}


def stages(portal: Portal) -> set[str]:
    return {row["NAME"] for row in portal.tables["status"] if row["ENTITY_ID"] == "DEAL_STAGE"}


class TestTurns:
    def test_the_first_adds_the_application_and_links_to_it(self, director: Director) -> None:
        assert director.state()["story"]["install"] is False
        play(director, "install")
        row = director.portal.installation()
        assert row is not None
        assert row.active
        assert f'href="/marketplace/app/{row.app_id}/"' in page(director)

    def test_an_application_added_by_hand_counts_as_the_first_turn(
        self, director: Director, card: ApplicationCard
    ) -> None:
        director.portal.add_application(card)
        assert director.state()["story"]["install"] is True

    def test_a_day_brings_orders(self, director: Director) -> None:
        before, day = len(table_now(director.portal, "order")), director.portal.today()
        play(director, "day")
        came = len(table_now(director.portal, "order")) - before
        assert came > 0
        assert director.portal.today() == day + timedelta(days=1)
        assert told(director, "day") == f"Новых заказов: {came}. До конца тарифа дней: {FIRST_DAYS - 1}."

    @pytest.mark.parametrize(("left", "passed"), [(30, WEEKS), (20, 11), (NEAREST, 0), (-3, 0)])
    def test_three_weeks_pass_but_never_to_the_end(self, director: Director, left: int, passed: int) -> None:
        director.portal.paid_till = director.portal.today() + timedelta(days=left)
        day = director.portal.today()
        play(director, "weeks")
        assert director.portal.today() == day + timedelta(days=passed)

    def test_a_pay_system_that_takes_money_online_goes_off(self, director: Director) -> None:
        before = off(director.portal, "paysystem")
        play(director, "breaks")
        (lost,) = off(director.portal, "paysystem") - before
        assert lost in told(director, "breaks")
        (row,) = [row for row in director.portal.tables["paysystem"] if row["NAME"] == lost]
        assert row["IS_CASH"] == "N"

    def test_a_payment_is_seen_and_changes_no_term(self, director: Director) -> None:
        till = director.portal.paid_till
        play(director, "pays")
        assert "деньги идут" in page(director, "/settings/order/")
        assert director.portal.paid_till == till

    @pytest.mark.parametrize("left", [30, 9, 0, 364])
    def test_the_end_of_the_term_is_a_day_of_grace(self, director: Director, left: int) -> None:
        director.portal.paid_till = director.portal.today() + timedelta(days=left)
        play(director, "ends")
        assert director.portal.state == "grace"

    @pytest.mark.parametrize("before", ["lapse_to_free", "lock", "enter_grace"])
    def test_a_plan_that_is_over_already_is_left_alone(self, director: Director, before: str) -> None:
        director.does(before)
        state, moment = director.portal.state, director.portal.today()
        play(director, "ends")
        assert (director.portal.state, director.portal.today()) == (state, moment)

    @pytest.mark.parametrize("before", ["", "lapse_to_free", "lock", "enter_grace", "end_marketplace"])
    def test_the_activation_ends_every_trouble_of_terms(self, director: Director, before: str) -> None:
        if before:
            director.does(before)
        play(director, "activates")
        state = director.state()["portal"]
        assert (state["state"], state["marketplace_active"], state["rest_allowed"]) == ("active", True, True)

    def test_what_is_lost_comes_back_as_it_was(self, director: Director) -> None:
        portal = director.portal
        before = (stages(portal), off(portal, "delivery"), off(portal, "paysystem"))
        play(director, "breaks", "loses")
        assert len(before[0] - stages(portal)) == 1
        assert len(off(portal, "delivery") - before[1]) == 1
        play(director, "returns")
        assert (stages(portal), off(portal, "delivery"), off(portal, "paysystem")) == before

    def test_what_the_application_has_put_back_is_not_put_back_twice(self, director: Director) -> None:
        play(director, "loses")
        lost = director.portal.extra["story_lost"]["stage"]
        table = director.portal.tables["status"]
        table.add({**lost, "ID": table.next_id()})
        play(director, "returns")
        same = [
            row for row in table if row["STATUS_ID"] == lost["STATUS_ID"] and row["ENTITY_ID"] == "DEAL_STAGE"
        ]
        assert len(same) == 1

    def test_what_people_deleted_meanwhile_is_not_missed(self, director: Director) -> None:
        play(director, "breaks", "loses")
        lost = director.portal.extra["story_lost"]
        director.does("remove", kind="pay_system", id=lost["pay_system"])
        director.does("remove", kind="delivery", id=lost["delivery"])
        play(director, "returns")
        assert told(director, "returns") == f"Вернули: {lost['stage']['NAME']}."

    def test_with_nothing_to_lose_a_turn_says_so_and_stays_to_be_played(self, director: Director) -> None:
        portal = director.portal
        for table, kind in (("paysystem", "pay_system"), ("delivery", "delivery")):
            for row in portal.tables[table].all():
                portal.switch_off(kind, row["ID"])
        play(director, "breaks", "loses")
        assert director.state()["story"]["breaks"] is False
        assert told(director, "breaks") == "Включённых платёжных систем нет."
        assert told(director, "loses", "en") == "Nothing to lose: no own stage, no delivery."
        row = portal.tables["paysystem"].all()[0]
        portal.switch_on("pay_system", row["ID"])
        play(director, "breaks")
        assert director.state()["story"]["breaks"] is True


class TestOrder:
    def test_in_order_every_turn_is_done(self, director: Director) -> None:
        for number, turn in enumerate(TURNS, 1):
            play(director, turn)
            assert sum(director.state()["story"].values()) == number
        assert "Все ходы сделаны." in page(director)
        assert (director.portal.paid_till - director.portal.today()).days > 300

    @pytest.mark.parametrize("first", TURNS)
    def test_in_any_other_order_nothing_breaks(self, director: Director, first: str) -> None:
        place = TURNS.index(first)
        order = (*TURNS[place:], *reversed(TURNS[:place]))
        play(director, *order)
        assert all(turns_done(director.portal).values())

    @pytest.mark.parametrize("turn", TURNS)
    def test_a_second_press_changes_nothing(self, director: Director, turn: str) -> None:
        play(director, turn)
        before = director.state()
        play(director, turn)
        after = director.state()
        assert [after[key] for key in ("portal", "things", "story")] == [
            before[key] for key in ("portal", "things", "story")
        ]

    def test_an_unknown_turn_is_refused_by_name(self, director: Director) -> None:
        answer = director.sends("story_turn", turn="dances")
        assert answer.status_code == 400
        assert "no turn dances: install, day" in answer.json["error"]

    def test_another_site_plays_no_turn(self, director: Director) -> None:
        refused = director.client.post(
            "/scenario/api/story_turn",
            base_url=director.portal.url,
            json={"turn": "day"},
            headers={"Origin": "https://elsewhere.example"},
        )
        assert refused.status_code == 403
        assert director.state()["story"]["day"] is False

    def test_a_turn_is_of_one_portal_alone(self, director: Director, south: Portal) -> None:
        play(director, "install", "breaks", "pays")
        assert not any(turns_done(south).values())


class TestSecondDay:
    def test_the_story_outlives_a_restart(self, director: Director, tmp_path: Path) -> None:
        play(director, "install", "breaks", "loses")
        said = told(director, "loses")
        assert isinstance(director.portal.world, World)
        save(director.portal.world, tmp_path / "state")
        world = load(tmp_path / "state")
        assert isinstance(world, World)
        portal = next(iter(world.portals.values()))
        again = Director(portal, app_of(portal).test_client())
        assert told(again, "loses") == said
        play(again, "returns")
        assert [code for code, done in turns_done(portal).items() if done] == [
            "install", "breaks", "loses", "returns",
        ]  # fmt: skip

    def test_begun_anew_it_is_the_portal_of_the_first_day(self, director: Director) -> None:
        portal = director.portal
        before = (stages(portal), off(portal, "delivery"), off(portal, "paysystem"))
        play(director, *TURNS)
        director.does("refuse_next", code="QUERY_LIMIT_EXCEEDED", until_forgiven=True)
        director.does("withhold_right", user="admin", right="crm_admin")
        director.does("lock")
        moment = portal.now()
        state = director.does("story_begin")
        assert not any(state["story"].values())
        assert (state["applications"], state["faults"], state["portal"]["state"]) == ([], [], "active")
        assert state["users"][0]["withheld"] == []
        assert (portal.paid_till - portal.today()).days == FIRST_DAYS
        assert (stages(portal), off(portal, "delivery"), off(portal, "paysystem")) == before
        assert portal.now() >= moment
        play(director, *TURNS)
        assert all(turns_done(portal).values())

    def test_begun_anew_the_application_is_told_to_erase(self, director: Director) -> None:
        told_of: list[tuple[str, str]] = []

        def deliver(_url: str, form: dict[str, str]) -> int:
            told_of.append((form["event"], form.get("data[CLEAN]", "")))
            return 200

        director.portal.world.deliver = deliver
        play(director, "install")
        row = director.portal.installation()
        assert row is not None
        row.events.append(EventBinding(1, "ONAPPUNINSTALL", "https://app.example/events"))
        director.does("finish_install")
        director.does("delete_portal")
        director.does("story_begin")
        assert told_of == [("ONAPPUNINSTALL", "1")]

    def test_a_large_shop_stays_as_large(self, world: World) -> None:
        portal = world.add_portal("large.bitrix24.example", rows=2_000)
        director = Director(portal, app_of(portal).test_client())
        director.does("story_begin")
        assert len(portal.tables["deal"]) == 2_000


class TestPages:
    @pytest.mark.parametrize(("lang", "place"), [("ru", 0), ("en", 1)])
    def test_the_page_shows_a_button_for_each_turn(self, director: Director, lang: str, place: int) -> None:
        text = page(director, lang=lang)
        assert re.findall(r'name="turn" value="(\w+)"', text) == list(TURNS)
        shown = [STORY[f"turn_{turn}_press"][place] for turn in TURNS]
        assert [words for words in shown if words not in text] == []
        assert text.index('id="story"') < text.index('data-verb="advance"')

    def test_a_turn_that_is_done_has_no_button_and_tells_what_came(self, director: Director) -> None:
        play(director, "breaks")
        text = page(director)
        assert 'value="breaks"' not in text
        assert told(director, "breaks") in text

    def test_the_first_page_of_the_portal_leads_to_the_next_turn(self, director: Director) -> None:
        assert "Следующий ход: 1. Приложение появилось" in page(director, "/stream/")
        play(director, "install")
        text = page(director, "/stream/", "en")
        assert "The next turn: 2. The first checks" in text
        assert 'href="/scenario/#story"' in text

    def test_every_turn_is_documented_and_told_in_both_languages(self) -> None:
        document = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
        for number, turn in enumerate(TURNS, 1):
            assert f"| {number}. {STORY[f'turn_{turn}'][0]} | `{turn}` |" in document
        for key, (russian, english) in STORY.items():
            assert russian, key
            assert not re.search("[а-яё]", english, re.IGNORECASE), key
            assert re.findall(r"{\w+}", russian) == re.findall(r"{\w+}", english), key
        parts = ("", "_press", "_does", "_look")
        assert {f"turn_{turn}{part}" for turn, part in itertools.product(TURNS, parts)} <= STORY.keys()

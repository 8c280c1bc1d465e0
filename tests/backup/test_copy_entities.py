"""What the copy reads: the manifest asks for its scope, the sandbox answers its method, relations lead somewhere."""

import pytest

import sandbox.methods  # noqa: F401 fills the registry
from b24app.backup.entities.entity import Entity, PortalShape, Tier, UniversalList, entities_of
from b24app.backup.reading.portal_shape import lacks_scope
from b24app.bitrix24.list_methods import Mode, paging_of
from b24app.manifest import read_manifest
from sandbox.rest.registry import METHODS

SHAPE = PortalShape(
    frozenset(read_manifest().scopes), {177: "Закупка"}, [23, 24], [24], {23: [258]}, file_fields={2: ["ufCrm_1"]},
    file_properties={23: [259]}, lists={47: UniversalList("lists", "Поставщики"), 49: UniversalList("lists_socnet", "", 7)},
    list_files={47: [955, 956]},
)  # fmt: skip
READ = entities_of(SHAPE, Tier.DATA, Tier.FILES)
DATA = {one.code: one for one in entities_of(SHAPE, Tier.DATA)}


@pytest.mark.parametrize("entity", READ, ids=lambda one: one.code)
def test_the_manifest_asks_for_its_scope(entity: Entity) -> None:
    assert entity.scope in read_manifest().scopes
    assert not lacks_scope(entity, read_manifest().scopes)
    assert lacks_scope(entity, [one for one in read_manifest().scopes if one != entity.scope])


@pytest.mark.parametrize("entity", READ, ids=lambda one: one.code)
def test_the_sandbox_answers_its_method(entity: Entity) -> None:
    assert METHODS[entity.method.lower()].scope.split("|")[0] == entity.scope


@pytest.mark.parametrize(
    "entity",
    [one for one in DATA.values() if one.per_item is None and not one.one_by],
    ids=lambda one: one.code,
)
def test_a_list_can_be_gone_on_from_by_its_id(entity: Entity) -> None:
    """One that is read by offset alone would be begun anew after each kill: universal lists are, whose ids no filter takes."""
    paging = paging_of(entity.method)
    assert paging.mode in (Mode.KEYSET, Mode.PROBE)
    assert paging.id == (entity.id,)


@pytest.mark.parametrize(
    "entity", [one for one in DATA.values() if one.per_item is not None], ids=lambda one: one.code
)
def test_owners_are_read_before_what_hangs_on_them(entity: Entity) -> None:
    codes = list(DATA)
    assert entity.per_item is not None
    assert codes.index(entity.per_item.owner) < codes.index(entity.code)


def test_codes_are_unique_and_every_relation_leads_somewhere() -> None:
    everything = entities_of(SHAPE, *Tier)
    codes = [one.code for one in everything]
    assert len(codes) == len(set(codes))
    assert {name for one in DATA.values() for name in one.parts.values()} <= set(codes)


def test_a_smart_process_is_read_with_what_hangs_on_it() -> None:
    assert {"item_177", "item_177.product_rows", "item_177.comments"} <= set(DATA)
    assert DATA["item_177"].name == "Закупка"
    assert DATA["item_177.product_rows"].per_item is not None
    assert DATA["item_177.product_rows"].per_item.params["=ownerType"] == "Tb1"


def test_properties_of_products_are_asked_for_by_name() -> None:
    select = DATA["product"].params["select"]
    assert isinstance(select, list)
    assert "property258" in select


def test_without_catalogues_no_products_are_asked_for() -> None:
    codes = {one.code for one in entities_of(PortalShape(frozenset()), Tier.DATA)}
    assert not {"product", "offer"} & codes
    assert {"deal", "price"} <= codes

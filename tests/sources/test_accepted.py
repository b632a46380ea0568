"""A new delivery against the published one: what stops, what is said, and that no number changes without a word."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from inventory.delivery_spec import DeliverySpec
from sources.accepted import (
    compare_with_accepted,
    encoding_of,
    find_accepted,
    keep_delivery,
    publish_signatures,
    read_signatures,
    sign_series,
    sign_table,
    write_signature,
)
from sources.archive import Archive, file_sha256
from sources.delivery import DeliveredFile, Delivery
from sources.reading.table import read_delivered_table
from sources.registry import DataSource, SourceColumn

HEADER = "item,fuel,value,unit,year,source,note"
ROWS = ("cement,coal,380,10^4 t,2021,年鉴,", "steel,coal,1577.06,10^4 t,2021,年鉴,", "glass,gas,5,t,2020,年鉴,约")

SOURCE = DataSource(
    "sample", "statistical", "", "", "", "", "", "", "", "", 0,
    (
        SourceColumn("item", "text", required=True), SourceColumn("fuel", "text", required=False),
        SourceColumn("value", "number", required=False), SourceColumn("unit", "unit", required=True),
        SourceColumn("year", "year", required=True), SourceColumn("source", "text", required=True),
        SourceColumn("note", "text", required=False),
    ),
)  # fmt: skip


class Store:
    """An output directory to which tables are published."""

    def __init__(self, folder, source=SOURCE) -> None:
        self.folder = folder
        self.source = source
        self.archive = Archive.of(folder / "out")

    def deliver(self, *rows: str, header: str = HEADER, encoding: str = "utf-8", inventory_year: int = 2021):
        """Return delivery, frame and signature of a table."""
        path = self.folder / "sample.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
        delivery = Delivery(self.source, (DeliveredFile(path, "sample.csv", file_sha256(path)),), DeliverySpec())
        names, *cells = csv.reader(io.StringIO("\n".join([header, *rows])))
        frame = pd.DataFrame(cells, columns=names, dtype=str).assign(
            origin_file="sample.csv", origin_sheet="", origin_row=range(2, len(rows) + 2), origin_sha256="0" * 64
        )
        return delivery, frame, sign_table(delivery, frame, encoding=encoding, inventory_year=inventory_year)

    def publish(self, *rows: str, release: str = "2021-aaaaaaaaaaaa", **how):
        delivery, frame, signature = self.deliver(*rows, **how)
        keep_delivery(self.archive, delivery, frame)
        publish_signatures(self.archive, "310000", [signature], release=release)

    def changes(self, *rows: str, accepted_ids=(), inventory_year: int = 2021, **how):
        _, frame, signature = self.deliver(*rows, inventory_year=inventory_year, **how)
        accepted = find_accepted(self.archive, "310000", "sample", inventory_year=inventory_year)
        return compare_with_accepted(signature, accepted, source=self.source, frame=frame, accepted_ids=accepted_ids)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    store.publish(*ROWS)
    return store


def test_the_first_delivery_changes_nothing(tmp_path):
    found = Store(tmp_path).changes(*ROWS)
    assert (found.remarks, found.problems) == ((), ())


def test_the_same_delivery_changes_nothing(store):
    found = store.changes(*ROWS)
    assert (found.remarks, found.problems) == ((), ())


def test_another_order_of_rows_and_columns_or_another_spelling_of_a_number_is_no_change(store):
    names = HEADER.split(",")
    turned = [",".join(reversed(row.split(","))) for row in reversed(ROWS)]
    found = store.changes(*turned, header=",".join(reversed(names)))
    assert (found.remarks, found.problems) == ((), ())
    respelled = store.changes(
        "cement,coal,３８０,10^4 t,2021,年鉴,", ROWS[1].replace("1577.06", '"1,577.060"'), ROWS[2]
    )
    assert (respelled.remarks, respelled.problems) == ((), ())


def test_a_changed_number_is_said_with_its_place_and_both_values(store):
    found = store.changes(ROWS[0].replace("380", "388"), *ROWS[1:])
    assert found.problems == ()
    (remark,) = found.remarks
    assert "sample：1 个数值与上次发布的不同" in remark
    assert "2021-aaaaaaaaaaaa" in remark
    assert "sample.csv › 2 › value: 380 → 388" in remark


def test_a_number_that_appears_or_vanishes_is_a_changed_number(store):
    gone = store.changes(ROWS[0].replace("380", ""), *ROWS[1:])
    assert "value: 380 → 空" in gone.remarks[0]
    assert [str(change.new) for change in gone.cells.changed] == [""]


def test_a_number_and_its_note_changed_together_are_still_one_row(store):
    found = store.changes(*ROWS[:2], "glass,gas,6,t,2020,调查,改")
    assert [(each.cell.column, each.old, each.new) for each in found.cells.changed] == [
        ("value", "5", "6"), ("source", "年鉴", "调查"), ("note", "约", "改"),
    ]  # fmt: skip
    assert (found.cells.added, found.cells.removed) == ((), ())


def test_rows_that_came_and_went_are_named(store):
    found = store.changes(*ROWS[:2], "lime,gas,1,t,2021,年鉴,")
    assert found.cells.added == ("sample.csv › 4 (lime / gas)",)
    assert found.cells.removed == ("sample.csv › 4 (glass / gas)",)
    assert any("1 行是上次发布没有的" in remark for remark in found.remarks)
    assert any("1 行在上次发布中有，现在没有" in remark for remark in found.remarks)


def test_one_of_two_equal_rows_that_vanishes_is_named(tmp_path):
    store = Store(tmp_path)
    store.publish(ROWS[0], ROWS[0])
    assert len(store.changes(ROWS[0]).cells.removed) == 1


def test_all_changes_are_counted_and_the_first_shown(tmp_path):
    store = Store(tmp_path)
    store.publish(*(f"p{n},coal,{n},t,2021,a," for n in range(9)))
    found = store.changes(*(f"p{n},coal,{n + 1},t,2021,a," for n in range(9)))
    assert "9 个数值" in found.remarks[0]
    assert found.remarks[0].count("→") == 5
    assert len(found.cells.changed) == 9


def codes(found):
    return [problem.code for problem in found.problems]


def test_a_column_that_is_gone_stops_with_its_name_and_the_command(store):
    found = store.changes(*(row.rsplit(",", 1)[0] for row in ROWS), header=HEADER.removesuffix(",note"))
    assert codes(found) == ["TY2510"]
    assert "note" in found.problems[0].message_zh
    assert "tongyuan build --accept sample" in found.problems[0].remedy_zh


def test_an_added_column_is_a_remark(store):
    found = store.changes(*(f"{row},x" for row in ROWS), header=f"{HEADER},新列")
    assert (codes(found), len(found.remarks)) == ([], 1)
    assert "新列" in found.remarks[0]


def test_another_unit_of_an_item_stops_even_if_the_number_is_the_same(store):
    found = store.changes(ROWS[0].replace("10^4 t", "t"), *ROWS[1:])
    assert codes(found) == ["TY2511"]
    assert "cement / coal：10^4 t → t" in found.problems[0].message_zh


def test_an_alias_of_a_unit_is_not_another_unit(store):
    assert codes(store.changes(ROWS[0].replace("10^4 t", "万吨"), *ROWS[1:])) == []


def test_a_unit_in_a_column_that_is_only_named_so_is_watched_too(tmp_path):
    from dataclasses import replace

    columns = tuple(replace(each, type="text") if each.name == "unit" else each for each in SOURCE.columns)
    store = Store(tmp_path, replace(SOURCE, columns=columns))
    store.publish(*ROWS)
    assert codes(store.changes(ROWS[0].replace("10^4 t", "t"), *ROWS[1:])) == ["TY2511"]


def test_years_that_leave_the_inventory_year_behind_stop(store):
    found = store.changes(*(row.replace("2021", "2012") for row in ROWS))
    assert codes(found) == ["TY2512"]
    assert "2020、2021 → 2012、2020" in found.problems[0].message_zh


def test_a_year_that_is_changed_in_one_row_is_said(store):
    found = store.changes(ROWS[0].replace("2021", "2012"), *ROWS[1:])
    assert codes(found) == []
    assert [(each.cell.column, each.old, each.new) for each in found.cells.changed] == [("year", "2021", "2012")]


def test_the_tables_of_the_next_inventory_year_do_not_stop(store):
    rows = [row.replace("2021", "2022").replace("2020", "2021") for row in ROWS]
    assert codes(store.changes(*rows, inventory_year=2022)) == []


def test_years_of_the_past_for_the_next_inventory_year_stop(store):
    rows = [row.replace("2021", "2012").replace("2020", "2011") for row in ROWS]
    assert codes(store.changes(*rows, inventory_year=2022)) == ["TY2512"]


def test_another_encoding_is_a_remark(store):
    found = store.changes(*ROWS, encoding="gb18030")
    assert (codes(found), len(found.remarks)) == ([], 1)
    assert "utf-8 → gb18030" in found.remarks[0]


@pytest.mark.parametrize(("codec", "name"), [("utf-8", "UTF-8"), ("gb18030", "GB18030")])
def test_the_encoding_is_the_one_that_reading_found(store, codec, name):
    delivery, _, _ = store.deliver(*ROWS, encoding=codec)
    assert encoding_of(read_delivered_table(delivery).remarks) == name


def test_what_is_accepted_is_said_and_does_not_stop(store):
    found = store.changes(ROWS[0].replace("10^4 t", "t"), *ROWS[1:], accepted_ids={"sample"})
    assert codes(found) == []
    assert any("已接受" in remark and "10^4 t → t" in remark for remark in found.remarks)


def test_a_published_year_is_compared_with_itself_else_with_the_last_published(store):
    store.publish(ROWS[0].replace("380", "999"), *ROWS[1:], inventory_year=2022, release="2022-bbbbbbbbbbbb")
    assert store.changes(*ROWS).remarks == ()
    assert "2022-bbbbbbbbbbbb" in store.changes(*ROWS, inventory_year=2023).remarks[0]


def test_other_regions_are_not_compared(store):
    assert find_accepted(store.archive, "320000", "sample", inventory_year=2021) is None


def test_a_lost_table_is_said_and_not_passed_over(store):
    for path in store.archive.root.rglob("*.csv"):
        path.unlink()
    found = store.changes(ROWS[0].replace("380", "388"), *ROWS[1:])
    assert "无法逐格比较" in found.remarks[0]


def test_a_series_is_compared_by_its_files(store):
    delivery, _, _ = store.deliver(*ROWS)
    publish_signatures(store.archive, "310000", [sign_series(delivery, rows=3, inventory_year=2021)], release="r1")
    accepted = find_accepted(store.archive, "310000", "sample", inventory_year=2021)
    same = sign_series(delivery, rows=3, inventory_year=2021)
    assert compare_with_accepted(same, accepted, source=SOURCE).remarks == ()
    other, _, _ = store.deliver(*ROWS, ROWS[0])
    found = compare_with_accepted(sign_series(other, rows=4, inventory_year=2021), accepted, source=SOURCE)
    assert "行数 3 → 4" in found.remarks[0]


def test_signatures_travel_through_the_work_directory(store, tmp_path):
    _, _, signature = store.deliver(*ROWS)
    write_signature(signature, tmp_path)
    assert read_signatures(tmp_path, ["sample", "not_delivered"]) == [signature]

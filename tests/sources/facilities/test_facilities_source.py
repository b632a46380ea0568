"""What the source of facilities declares: optional columns, and districts in their other spellings."""

from __future__ import annotations

from collections import Counter

import pytest

from inventory.vocabulary import load
from sources.registry import find_source, provider_maps


def test_the_added_columns_may_be_absent():
    optional = [column.name for column in find_source("facilities").columns if column.optional]
    assert optional == ["credit_code", "site_name", "district_code", "closed_year"]


@pytest.mark.parametrize("source_id", ["facility_identifiers", "release_points", "facility_units"])
def test_the_tables_beside_it_need_not_be_delivered(source_id):
    source = find_source(source_id)
    assert not source.is_required
    assert source.columns[0].name == "facility"


def test_district_aliases_lead_to_districts_and_are_none_themselves():
    regions = load("regions")
    districts = set(regions.loc[regions["level"] == "district", "zh"])
    aliases = provider_maps("facilities")["district_map"]
    assert set(aliases["district_zh"]) <= districts
    assert max(Counter(aliases["delivered_district"]).values()) == 1
    assert not set(aliases["delivered_district"]) & districts


def test_every_district_has_its_traditional_spelling_where_that_differs():
    aliases = provider_maps("facilities")["district_map"]
    traditional = aliases[aliases["delivered_district"].str.endswith("區")]
    regions = load("regions")
    assert set(traditional["district_zh"]) == set(regions.loc[regions["level"] == "district", "zh"])

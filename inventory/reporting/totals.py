"""City totals: by scope, by category leaf, and as CO2e under a named GWP set. Every sum is an exact sum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from inventory.exact_sum import exact_sum_by
from inventory.vocabulary import load
from inventory.vocabulary.gwp import gwp, gwp_set_name

GREENHOUSE_GAS = "greenhouse_gas"
BIOGENIC_CO2 = "CO2_BIO"
_AIRSHED, _GHG_TOTAL, _MEMO_BIOMASS = "airshed", "ghg_total", "memo_biomass"
_CATEGORY_KEYS = ("source_category", "ghg_role", "in_airshed", "boundary", "species")
_LAND_USE_CLASS = "LU"


def join_emissions(ledger: pd.DataFrame, emissions: pd.DataFrame) -> pd.DataFrame:
    """Return core_emission with the columns of its record that totals are made by."""
    columns = [
        "activity_id", "source_category", "ghg_role", "in_airshed", "boundary", "data_quality", "allocation_id",
    ]  # fmt: skip
    return emissions.merge(ledger[columns], on="activity_id", how="left", validate="many_to_one")


def out_total(joined: pd.DataFrame) -> pd.DataFrame:
    """Return the city totals by scope and species [t].

    airshed = every record emitted inside the domain, all species; ghg_total = greenhouse gases of records with
    ghg_role total, wherever they are emitted (ghg_total_without_lucf leaves land use out); memo_biomass = biogenic CO2
    of all records; the other memo scopes are the greenhouse gases of their role.
    """
    frames = [
        _by_species(rows).assign(scope=scope) for scope, rows in _scopes(joined[joined["emission_t"].notna()]).items()
    ]
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def out_emission_by_category(joined: pd.DataFrame) -> pd.DataFrame:
    """Return emissions by leaf, role, airshed, boundary and species [t].

    A group without any number keeps the notation keys of its records; a group with some numbers names the keys of the
    records that have none, so that a partial sum is never taken for a whole one.
    """
    keys = list(_CATEGORY_KEYS)
    known = _with_shares(joined[joined["emission_t"].notna()], keys)
    groups = joined.groupby(keys, sort=True)
    counted = groups["activity_id"].nunique().rename("n_activities").reset_index()
    notation = groups["notation_key"].agg(lambda notes: ";".join(sorted(set(notes) - {""}))).reset_index()
    return counted.merge(notation, on=keys).merge(known, on=keys, how="left")


def out_co2e(totals: pd.DataFrame, gwp_sets: Sequence[str]) -> pd.DataFrame:
    """Return CO2e by scope, GWP set and gas [t], with a row `total` per scope and set.

    Biogenic CO2 has no GWP and is left out; a gas that a set does not know is left out of its total and has no row.
    """
    rows = []
    for gwp_set in dict.fromkeys(gwp_set_name(name) for name in gwp_sets):
        for row in totals[totals["scope"] != _AIRSHED].itertuples():
            factor = gwp(row.species, gwp_set)
            if factor is not None:
                rows.append((row.scope, gwp_set, row.species, factor, row.emission_t * factor))
    gases = pd.DataFrame(rows, columns=["scope", "gwp_set", "species", "gwp", "co2e_t"])
    sums = exact_sum_by(gases, ["scope", "gwp_set"], "co2e_t").assign(species="total", gwp=np.nan)
    return pd.concat([gases, sums], ignore_index=True)


def _scopes(known: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of each scope."""
    species = load("species").set_index("code")["kind"]
    gases = known[known["species"].map(species) == GREENHOUSE_GAS]
    total = gases[gases["ghg_role"] == "total"]
    without_land_use = total[~total["source_category"].str.startswith(_LAND_USE_CLASS)]
    memo = {role: rows for role, rows in gases.groupby("ghg_role") if str(role).startswith("memo_")}
    biogenic = known[known["species"] == BIOGENIC_CO2]
    scopes = {
        _AIRSHED: known[known["in_airshed"]], _GHG_TOTAL: total, f"{_GHG_TOTAL}_without_lucf": without_land_use,
    }  # fmt: skip
    return {**scopes, **memo, _MEMO_BIOMASS: biogenic}


def _by_species(rows: pd.DataFrame) -> pd.DataFrame:
    """Return sum and quality shares by species."""
    return _with_shares(rows, ["species"])


def _with_shares(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return emission_t by keys, and the share of Σ|emission| that rests on H, M and L activity rows."""
    summed = exact_sum_by(rows, keys, "emission_t")
    size = rows.assign(size=rows["emission_t"].abs())
    for quality in "HML":
        of_quality = exact_sum_by(
            size.assign(size=size["size"].where(size["data_quality"] == quality, 0.0)), keys, "size"
        )
        summed[f"share_{quality.lower()}"] = of_quality["size"]
    total = exact_sum_by(size, keys, "size")["size"]
    for column in ("share_h", "share_m", "share_l"):
        summed[column] = (summed[column] / total).where(total > 0)
    return summed

"""Nitrogen of crop residues that return to the soil, from the harvest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import FactorNotFoundError, problem
from inventory.methods.agriculture.soil_nitrogen import as_species, direct_n2o_n
from inventory.methods.agriculture.tables import load_table
from inventory.methods.context import Method, MethodContext


@dataclass(frozen=True)
class ResidueCoefficients:
    """What a crop leaves on the field.

    Attributes
    ----------
    dry_fraction : Amount
        Dry matter of the harvest [1].
    harvest_index : Amount
        Economic coefficient: harvest per above-ground dry matter [1].
    root_ratio : Amount
        Roots per above-ground dry matter [1].
    residue_n : Amount
        Nitrogen of the residue's dry matter [1].

    """

    dry_fraction: Amount
    harvest_index: Amount
    root_ratio: Amount
    residue_n: Amount


def residue_nitrogen(harvest_t: Amount, coefficients: ResidueCoefficients, *, returned_fraction: Amount) -> Amount:
    """Return nitrogen [t] = above-ground residue returned × N + roots × N.

    dry = harvest × dry fraction; above ground = dry / index − dry, of which `returned_fraction` [1] is returned;
    roots = dry / index × root ratio, all of them stay.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 农用地: 秸秆还田氮.

    """
    dry_t = harvest_t * coefficients.dry_fraction
    total_t = dry_t / coefficients.harvest_index
    above_t = (total_t - dry_t) * returned_fraction
    return (above_t + total_t * coefficients.root_ratio) * coefficients.residue_n


def residue_nitrogen_ipcc(
    dry_residue_t: Amount,
    *,
    above_ground_n: Amount,
    removed_fraction: Amount = 0.0,
    burnt_fraction: Amount = 0.0,
    root_ratio: Amount = 0.0,
    below_ground_n: Amount = 0.0,
) -> Amount:
    """Return nitrogen [t] = AG [t dry] × N_AG × (1 − Frac_remove − Frac_burnt × Cf) + roots × N_BG.

    Parameters
    ----------
    dry_residue_t : Amount
        Above-ground residue AG_DM [t of dry matter].
    burnt_fraction : Amount
        Burnt share times the combustion factor Cf [1].
    root_ratio : Amount
        Below-ground residue per above-ground residue [1], R_BG-BIO × (AG + yield) / AG in the guidelines' terms.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 11, equations 11.6 and 11.7 (annual crops, Frac_renew = 1).

    """
    above_t = dry_residue_t * (1.0 - removed_fraction - burnt_fraction)
    return above_t * above_ground_n + dry_residue_t * root_ratio * below_ground_n


@cache
def coefficients_of(crop: str) -> ResidueCoefficients:
    """Return the coefficients of a crop from crop_residues.csv.

    Raises
    ------
    FactorNotFoundError
        If the crop is not listed; it names the crops.

    """
    table = load_table("crop_residues").set_index("crop")
    if crop not in table.index:
        known = ", ".join(table.index)
        raise FactorNotFoundError(problem("TY3111", crop, known=known))
    row = table.loc[crop]
    return ResidueCoefficients(
        dry_fraction=float(row["dry_fraction"]),
        harvest_index=float(row["harvest_index"]),
        root_ratio=float(row["root_ratio"]),
        residue_n=float(row["residue_n"]),
    )


def residue_nitrogen_of_crop(harvest_t: Amount, *, crop: str, returned_fraction: Amount) -> Amount:
    """Return nitrogen [t] of a crop of crop_residues.csv, e.g. rice; see `residue_nitrogen`."""
    return residue_nitrogen(harvest_t, coefficients_of(crop), returned_fraction=returned_fraction)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate direct N2O of the residues of a harvest [t]."""
    coefficients = ResidueCoefficients(
        dry_fraction=record.parameter("dry_matter_fraction"),
        harvest_index=record.parameter("harvest_index"),
        root_ratio=record.parameter("root_ratio"),
        residue_n=record.parameter("residue_n_fraction"),
    )
    n_t = residue_nitrogen(record.mass_t, coefficients, returned_fraction=record.parameter("residue_returned_fraction"))
    return as_species(direct_n2o_n(0.0, residue_n_t=n_t, n2o_n_per_n=record.parameter("n2o_n_per_n")), species)


METHOD = Method(
    name="crop_residue_nitrogen",
    zh="秸秆还田氮",
    en="N2O of crop residues from the harvest",
    species=("N2O", "N2O_N"),
    needs=(
        "dry_matter_fraction", "harvest_index", "root_ratio", "residue_n_fraction", "residue_returned_fraction",
        "n2o_n_per_n",
    ),
    categories=("AG.02.05",),
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 农用地: 秸秆还田氮",
    tier="1",
)  # fmt: skip

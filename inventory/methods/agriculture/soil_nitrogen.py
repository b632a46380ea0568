"""N2O of nitrogen in soils, direct and indirect, and NO of soils; as nitrogen and as gas."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import NITROGEN_TO_N2O, Method, MethodContext

NITROGEN_TO_NO2 = 46.0 / 14.0
"""Mass of NO2 per mass of nitrogen: NOx counts as NO2."""

DEPOSITED_N2O_N = 0.01
"""N2O-N per N deposited, EF4 of IPCC 2006 vol. 4 table 11.3, also 省级指南（试行）2011."""

LEACHED_N2O_N = 0.0075
"""N2O-N per N leached and run off, EF5 of IPCC 2006 vol. 4 table 11.3, also 省级指南（试行）2011."""


def n2o_of_nitrogen(n2o_n_t: Amount) -> Amount:
    """Return N2O [t] = N2O-N [t] × 44/28."""
    return n2o_n_t * NITROGEN_TO_N2O


def direct_n2o_n(
    fertiliser_n_t: Amount,
    *,
    manure_n_t: Amount = 0.0,
    residue_n_t: Amount = 0.0,
    mineralised_n_t: Amount = 0.0,
    n2o_n_per_n: Amount,
) -> Amount:
    """Return N2O-N [t] = (N fertiliser + N manure + N residues + N mineralised) [t] × EF [N2O-N per N].

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 农用地氧化亚氮直接排放; IPCC 2006 vol. 4 equation 11.1 (mineral soils).

    """
    return (fertiliser_n_t + manure_n_t + residue_n_t + mineralised_n_t) * n2o_n_per_n


def indirect_n2o_n(
    n_t: Amount,
    *,
    volatilised_fraction: Amount,
    leached_fraction: Amount,
    deposited_n2o_n: Amount = DEPOSITED_N2O_N,
    leached_n2o_n: Amount = LEACHED_N2O_N,
) -> Amount:
    """Return N2O-N [t] = N [t] × (Frac_gas × EF4 + Frac_leach × EF5).

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 11, equations 11.9 and 11.10.

    """
    return n_t * (volatilised_fraction * deposited_n2o_n + leached_fraction * leached_n2o_n)


def indirect_n2o_n_provincial(
    input_n_t: Amount,
    *,
    animal_n_t: Amount = 0.0,
    volatilised_n_t: Amount = 0.0,
    animal_volatilised_fraction: Amount = 0.2,
    input_volatilised_fraction: Amount = 0.1,
    leached_fraction: Amount = 0.2,
) -> Amount:
    """Return N2O-N [t] = (N_animal × 20 % + N_input × 10 % + N_volatilised) × 0.01 + N_input × 20 % × 0.0075.

    Parameters
    ----------
    input_n_t : Amount
        Nitrogen brought onto cropland [t].
    animal_n_t : Amount
        Nitrogen excreted by animals [t].
    volatilised_n_t : Amount
        Nitrogen of animals that has volatilised already [t]: the other reading of the first term. Give one of both.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 农用地氧化亚氮间接排放.

    """
    deposited_t = animal_n_t * animal_volatilised_fraction + input_n_t * input_volatilised_fraction + volatilised_n_t
    return deposited_t * DEPOSITED_N2O_N + input_n_t * leached_fraction * LEACHED_N2O_N


def nox_of_soil(n_t: Amount, *, no_n_per_n: Amount) -> Amount:
    """Return NOx as NO2 [t] = N [t] × NO-N per N × 46/14.

    References
    ----------
    EMEP/EEA Guidebook 2019, 3.D Tier 1: 0.04 kg NO2 per kg N, i.e. 0.04 × 14/46 as NO-N per N.

    """
    return n_t * no_n_per_n * NITROGEN_TO_NO2


def as_species(n2o_n_t: Amount, species: str) -> Estimate:
    """Return nitrogen of N2O [t] as the species that is asked: N2O or N2O_N."""
    return Estimate(n2o_n_t if species == "N2O_N" else n2o_of_nitrogen(n2o_n_t))


def _direct(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate direct N2O of a nitrogen input [t N]."""
    return as_species(direct_n2o_n(record.amount_in("t_n"), n2o_n_per_n=record.parameter("n2o_n_per_n")), species)


def _indirect(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate indirect N2O of nitrogen [t N]; animal N is a record of its own with a leached fraction of 0."""
    n2o_n_t = indirect_n2o_n(
        record.amount_in("t_n"),
        volatilised_fraction=record.parameter("n_volatilised_fraction"),
        leached_fraction=record.parameter("n_leached_fraction"),
        deposited_n2o_n=record.parameter_or("n2o_n_per_deposited_n", DEPOSITED_N2O_N),
        leached_n2o_n=record.parameter_or("n2o_n_per_leached_n", LEACHED_N2O_N),
    )
    return as_species(n2o_n_t, species)


def _no(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate NOx of a nitrogen input [t N]."""
    return Estimate(nox_of_soil(record.amount_in("t_n"), no_n_per_n=record.parameter("no_n_per_n")))


METHODS = (
    Method(
        name="soil_direct_n2o",
        zh="农用地氧化亚氮直接排放",
        en="direct N2O of nitrogen inputs to soil",
        species=("N2O", "N2O_N"),
        needs=("n2o_n_per_n",),
        categories=("AG.02.01", "AG.02.04", "AG.02.05"),
        estimate=_direct,
        citation="省级温室气体清单编制指南（试行）2011, 农用地; IPCC 2006 vol. 4 equation 11.1",
        tier="1",
    ),
    Method(
        name="soil_indirect_n2o",
        zh="农用地氧化亚氮间接排放",
        en="indirect N2O by deposition and leaching",
        species=("N2O", "N2O_N"),
        needs=("n_volatilised_fraction", "n_leached_fraction"),
        optional=("n2o_n_per_deposited_n", "n2o_n_per_leached_n"),
        categories=("AG.02.02",),
        estimate=_indirect,
        citation="省级温室气体清单编制指南（试行）2011, 农用地; IPCC 2006 vol. 4 equations 11.9 and 11.10",
        tier="1",
    ),
    Method(
        name="soil_no",
        zh="土壤氮氧化物",
        en="NO of nitrogen inputs to soil",
        species=("NOx",),
        needs=("no_n_per_n",),
        categories=("AG.02",),
        estimate=_no,
        citation="EMEP/EEA Guidebook 2019, 3.D",
        tier="1",
    ),
)

"""N2O of manure management from the nitrogen that animals excrete, direct and after volatilisation."""

from __future__ import annotations

from collections.abc import Iterable

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.agriculture.livestock import DAYS_ALIVE, heads_of
from inventory.methods.agriculture.soil_nitrogen import DEPOSITED_N2O_N, as_species
from inventory.methods.context import Method, MethodContext


def excreted_nitrogen(heads: Amount, *, n_kg_per_head_a: Amount, system_fraction: Amount = 1.0) -> Amount:
    """Return nitrogen [t/a] = heads × Nex [kg/(head·a)] × share in a manure system / 1000."""
    return heads * n_kg_per_head_a * system_fraction / 1000.0


def n2o_n_of_manure(n_t: Amount, systems: Iterable[tuple[Amount, Amount]]) -> Amount:
    """Return direct N2O-N [t] = N [t] × Σ MS × EF3.

    Parameters
    ----------
    systems : iterable of (MS, EF3)
        Share of the nitrogen [1] and N2O-N per N [1] of each manure system.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 10, equation 10.25.

    """
    total: Amount = 0.0
    for share, n2o_n_per_n in systems:
        total = total + n_t * share * n2o_n_per_n
    return total


def n2o_n_of_volatilised_manure(
    n_t: Amount, *, volatilised_fraction: Amount, deposited_n2o_n: Amount = DEPOSITED_N2O_N
) -> Amount:
    """Return indirect N2O-N [t] = N [t] × Frac_gas × EF4.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 10, equations 10.26 and 10.27; EF4 = 0.01: table 11.3.

    """
    return n_t * volatilised_fraction * deposited_n2o_n


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate N2O of one manure system; indirect N2O only where the record states what volatilises."""
    n_t = excreted_nitrogen(
        heads_of(record),
        n_kg_per_head_a=record.parameter("n_excretion_kg_per_head_a"),
        system_fraction=record.parameter_or("manure_system_fraction", 1.0),
    )
    n2o_n_t = n2o_n_of_manure(n_t, [(1.0, record.parameter("n2o_n_per_manure_n"))])
    if "n_volatilised_fraction" in record.parameters:
        n2o_n_t = n2o_n_t + n2o_n_of_volatilised_manure(
            n_t,
            volatilised_fraction=record.parameter("n_volatilised_fraction"),
            deposited_n2o_n=record.parameter_or("n2o_n_per_deposited_n", DEPOSITED_N2O_N),
        )
    return as_species(n2o_n_t, species)


METHOD = Method(
    name="manure_nitrogen",
    zh="粪便管理氮排泄量法",
    en="manure N2O from nitrogen excreted",
    species=("N2O", "N2O_N"),
    needs=("n_excretion_kg_per_head_a", "n2o_n_per_manure_n"),
    optional=(DAYS_ALIVE, "manure_system_fraction", "n_volatilised_fraction", "n2o_n_per_deposited_n"),
    categories=("AG.01.1",),
    estimate=_estimate,
    citation="IPCC 2006 Guidelines, vol. 4 ch. 10, equations 10.25 to 10.27",
)

"""The flow of ammoniacal nitrogen (TAN) of manure: housing, storage, spreading, and what is left for the soil.

One pass gives NH3, N2O, NO and N2 of one manure stream, liquid or solid; every nitrogen that comes in goes out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from inventory.activity_record import Amount
from inventory.methods.context import NITROGEN_TO_N2O, NITROGEN_TO_NH3

IMMOBILISED = 0.10
"""TAN of solid manure that turns organic in storage, 大气氨源排放清单编制技术指南（试行）2014."""


@dataclass(frozen=True)
class Excretion:
    """Excretion of one animal in a day.

    Attributes
    ----------
    urine_kg, faeces_kg : Amount
        [kg/(head·d)].
    urine_n, faeces_n : Amount
        Nitrogen content [1].
    urine_tan, faeces_tan : Amount
        TAN per nitrogen [1].

    """

    urine_kg: Amount
    faeces_kg: Amount
    urine_n: Amount
    faeces_n: Amount
    urine_tan: Amount
    faeces_tan: Amount

    @property
    def nitrogen_kg(self) -> Amount:
        """Nitrogen [kg/(head·d)]."""
        return self.urine_kg * self.urine_n + self.faeces_kg * self.faeces_n

    @property
    def tan_kg(self) -> Amount:
        """TAN [kg/(head·d)]."""
        return self.urine_kg * self.urine_n * self.urine_tan + self.faeces_kg * self.faeces_n * self.faeces_tan


@dataclass(frozen=True)
class TanLosses:
    """Losses of one stream as fractions of the TAN that enters the stage.

    Attributes
    ----------
    housing, storage, spreading : Amount
        NH3-N per TAN [1].
    storage_n2o, storage_no, storage_n2 : Amount
        N2O-N, NO-N and N2-N per TAN stored [1].
    immobilised : Amount
        TAN that turns into organic nitrogen before storage losses are taken [1].

    """

    housing: Amount
    storage: Amount
    spreading: Amount
    storage_n2o: Amount = 0.0
    storage_no: Amount = 0.0
    storage_n2: Amount = 0.0
    immobilised: Amount = 0.0

    def as_printed(self, factor: Amount = IMMOBILISED) -> TanLosses:
        """Return the losses as the Chinese guideline prints them for solid manure: f × (N2O + NO + N2).

        Liao and Chen (2017, doi 10.13930/j.cnki.cjea.161078) copy the guideline so. A share of TAN that turns organic
        is no multiplier of gaseous losses, so this reading is for comparison with inventories that follow the print.
        """
        return TanLosses(
            housing=self.housing,
            storage=self.storage,
            spreading=self.spreading,
            storage_n2o=self.storage_n2o * factor,
            storage_no=self.storage_no * factor,
            storage_n2=self.storage_n2 * factor,
        )


@dataclass(frozen=True)
class TanFlow:
    """Where the TAN of a stream went [t N]; the fields are all ways out, so they sum to what came in."""

    nh3_n_housing_t: Amount
    nh3_n_storage_t: Amount
    nh3_n_spreading_t: Amount
    n2o_n_t: Amount
    no_n_t: Amount
    n2_n_t: Amount
    immobilised_n_t: Amount
    diverted_n_t: Amount
    soil_n_t: Amount

    def __add__(self, other: TanFlow) -> TanFlow:
        """Return the sum of two streams."""
        summed = {field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)}
        return TanFlow(**summed)

    @property
    def nh3_n_t(self) -> Amount:
        """NH3-N of all stages [t]."""
        return self.nh3_n_housing_t + self.nh3_n_storage_t + self.nh3_n_spreading_t

    @property
    def nh3_t(self) -> Amount:
        """NH3 of all stages [t] = NH3-N × 17/14."""
        return self.nh3_n_t * NITROGEN_TO_NH3

    @property
    def n2o_t(self) -> Amount:
        """N2O of storage [t] = N2O-N × 44/28."""
        return self.n2o_n_t * NITROGEN_TO_N2O

    @property
    def leaving_n_t(self) -> Amount:
        """Nitrogen of all ways out [t N]."""
        gases_t = self.nh3_n_t + self.n2o_n_t + self.no_n_t + self.n2_n_t
        return gases_t + self.immobilised_n_t + self.diverted_n_t + self.soil_n_t


def tan_excreted(heads: Amount, excretion: Excretion, *, days: Amount = 365.0) -> Amount:
    """Return TAN [t N] = animals × days × TAN of a day [kg/(head·d)] / 1000.

    Parameters
    ----------
    heads : Amount
        Annual average population with 365 days, or animals produced with the days that each lives.

    References
    ----------
    大气氨源排放清单编制技术指南（试行）2014, 畜禽养殖.

    """
    return heads * days * excretion.tan_kg / 1000.0


def flow_of_stream(tan_t: Amount, losses: TanLosses, *, spread_fraction: Amount = 1.0) -> TanFlow:
    """Return where the TAN of one manure stream goes.

    housing = TAN × EF; stored = (TAN − housing) × (1 − f); storage = stored × (EF_NH3, EF_N2O, EF_NO, EF_N2);
    spread = (stored − storage losses) × spread fraction; spreading = spread × EF; soil = spread − spreading.

    Parameters
    ----------
    tan_t : Amount
        TAN excreted into the stream [t N].
    losses : TanLosses
        Of this stream.
    spread_fraction : Amount
        Stored manure that is spread [1]; the rest is diverted (feed, sale, biogas plants).

    References
    ----------
    大气氨源排放清单编制技术指南（试行）2014, 畜禽养殖; EMEP/EEA Guidebook 2019, 3.B Tier 2 (place of f).

    """
    housing_t = tan_t * losses.housing
    after_housing_t = tan_t - housing_t
    immobilised_t = after_housing_t * losses.immobilised
    stored_t = after_housing_t - immobilised_t
    storage_t = stored_t * losses.storage
    n2o_n_t, no_n_t, n2_n_t = (
        stored_t * fraction for fraction in (losses.storage_n2o, losses.storage_no, losses.storage_n2)
    )
    after_storage_t = stored_t - storage_t - n2o_n_t - no_n_t - n2_n_t
    spread_t = after_storage_t * spread_fraction
    spreading_t = spread_t * losses.spreading
    return TanFlow(
        nh3_n_housing_t=housing_t,
        nh3_n_storage_t=storage_t,
        nh3_n_spreading_t=spreading_t,
        n2o_n_t=n2o_n_t,
        no_n_t=no_n_t,
        n2_n_t=n2_n_t,
        immobilised_n_t=immobilised_t,
        diverted_n_t=after_storage_t - spread_t,
        soil_n_t=spread_t - spreading_t,
    )


def flow_of_manure(
    tan_t: Amount, *, liquid_fraction: Amount, liquid: TanLosses, solid: TanLosses, spread_fraction: Amount = 1.0
) -> TanFlow:
    """Return where the TAN of all manure goes, `liquid_fraction` [1] of it as liquid and the rest as solid.

    References
    ----------
    大气氨源排放清单编制技术指南（试行）2014, 畜禽养殖.

    """
    liquid_t = tan_t * liquid_fraction
    of_liquid = flow_of_stream(liquid_t, liquid, spread_fraction=spread_fraction)
    return of_liquid + flow_of_stream(tan_t - liquid_t, solid, spread_fraction=spread_fraction)


def nh3_of_tan(
    tan_t: Amount,
    *,
    housing: Amount,
    storage: Amount,
    spreading: Amount,
    other_storage_loss: Amount = 0.0,
    immobilised: Amount = 0.0,
    spread_fraction: Amount = 1.0,
) -> Amount:
    """Return NH3 [t] of one stream, the N2O-N, NO-N and N2-N of storage given as one fraction.

    See `flow_of_stream`; all but the TAN are fractions [1].
    """
    losses = TanLosses(housing, storage, spreading, storage_n2=other_storage_loss, immobilised=immobilised)
    return flow_of_stream(tan_t, losses, spread_fraction=spread_fraction).nh3_t

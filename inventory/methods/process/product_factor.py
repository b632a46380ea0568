"""Emission per product, with the factor that a guidebook prints: the plainest form of all process emissions."""

from __future__ import annotations

from inventory.activity_record import Amount


def emission_of_product(product_t: Amount, *, ef_t_per_t: Amount) -> Amount:
    """Return emission [t] = product or material [t] × EF [t/t].

    A factor in kg/t is divided by 1000 first, a loss in per cent by 100. Lime 0.683, calcium carbide 1.154, adipic
    acid 0.293 (N2O), HFC production 0.005, processed magnesium 0.000114 (SF6): factors stand in the method packs.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 工业生产过程; IPCC 2006 vol. 3, Tier 1 of each chapter.

    """
    return product_t * ef_t_per_t

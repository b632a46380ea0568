-- grain: one row per (resolution_id)
-- in: winner, factor
-- The factors of all species side by side.
with final as (
    select
        winner.resolution_id,
        max(factor.ef) filter (where winner.species = 'SO2') as so2,
        max(factor.ef) filter (where winner.species = 'NOX') as nox,
        max(factor.ef) filter (where winner.species = 'CO') as co,
        max(factor.ef) filter (where winner.species = 'NH3') as nh3,
        max(factor.ef) filter (where winner.species = 'PM10') as pm10,
        max(factor.ef) filter (where winner.species = 'PM25') as pm25,
        max(factor.ef) filter (where winner.species = 'BC') as bc,
        max(factor.ef) filter (where winner.species = 'OC') as oc,
        max(factor.ef) filter (where winner.species = 'NMVOC') as nmvoc,
        max(factor.ef) filter (where winner.species = 'CH4') as ch4,
        max(factor.ef) filter (where winner.species = 'CO2') as co2,
        max(factor.ef) filter (where winner.species = 'N2O') as n2o
    from winner
    inner join factor on winner.factor_no = factor.factor_no
    group by winner.resolution_id
)

select * from final

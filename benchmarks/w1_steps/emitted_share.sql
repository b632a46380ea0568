-- grain: one row per (sector, tech)
-- in: control
-- What a control leaves: 1 - efficiency [1].
with final as (
    select
        sector,
        tech,
        1 - coalesce(max(eff) filter (where species = 'SO2'), 0) as so2,
        1 - coalesce(max(eff) filter (where species = 'NOX'), 0) as nox,
        1 - coalesce(max(eff) filter (where species = 'CO'), 0) as co,
        1 - coalesce(max(eff) filter (where species = 'NH3'), 0) as nh3,
        1 - coalesce(max(eff) filter (where species = 'PM10'), 0) as pm10,
        1 - coalesce(max(eff) filter (where species = 'PM25'), 0) as pm25,
        1 - coalesce(max(eff) filter (where species = 'BC'), 0) as bc,
        1 - coalesce(max(eff) filter (where species = 'OC'), 0) as oc,
        1 - coalesce(max(eff) filter (where species = 'NMVOC'), 0) as nmvoc,
        1 - coalesce(max(eff) filter (where species = 'CH4'), 0) as ch4,
        1 - coalesce(max(eff) filter (where species = 'CO2'), 0) as co2,
        1 - coalesce(max(eff) filter (where species = 'N2O'), 0) as n2o
    from control
    group by sector, tech
)

select * from final

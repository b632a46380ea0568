-- grain: one row per (sector, tech, region, year)
-- in: activity_key, key_resolution, resolution_factor, emitted_share
-- Factors behind the controls, for each key of the activities.
with final as (
    select
        activity_key.sector,
        activity_key.tech,
        activity_key.region,
        activity_key.year,
        resolution_factor.so2 * coalesce(emitted_share.so2, 1) as so2,
        resolution_factor.nox * coalesce(emitted_share.nox, 1) as nox,
        resolution_factor.co * coalesce(emitted_share.co, 1) as co,
        resolution_factor.nh3 * coalesce(emitted_share.nh3, 1) as nh3,
        resolution_factor.pm10 * coalesce(emitted_share.pm10, 1) as pm10,
        resolution_factor.pm25 * coalesce(emitted_share.pm25, 1) as pm25,
        resolution_factor.bc * coalesce(emitted_share.bc, 1) as bc,
        resolution_factor.oc * coalesce(emitted_share.oc, 1) as oc,
        resolution_factor.nmvoc * coalesce(emitted_share.nmvoc, 1) as nmvoc,
        resolution_factor.ch4 * coalesce(emitted_share.ch4, 1) as ch4,
        resolution_factor.co2 * coalesce(emitted_share.co2, 1) as co2,
        resolution_factor.n2o * coalesce(emitted_share.n2o, 1) as n2o
    from activity_key
    inner join key_resolution on activity_key.key_id = key_resolution.key_id
    inner join resolution_factor on key_resolution.resolution_id = resolution_factor.resolution_id
    left join emitted_share on activity_key.sector = emitted_share.sector and activity_key.tech = emitted_share.tech
)

select * from final

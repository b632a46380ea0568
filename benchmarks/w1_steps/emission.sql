-- grain: one row per (source_id)
-- in: activity, key_factor
-- A row without a key keeps its place without numbers. No trial of a dictionary: emissions hardly repeat.
copy (
    select
        activity.source_id,
        key_factor.so2 * activity.activity as SO2,
        key_factor.nox * activity.activity as NOX,
        key_factor.co * activity.activity as CO,
        key_factor.nh3 * activity.activity as NH3,
        key_factor.pm10 * activity.activity as PM10,
        key_factor.pm25 * activity.activity as PM25,
        key_factor.bc * activity.activity as BC,
        key_factor.oc * activity.activity as OC,
        key_factor.nmvoc * activity.activity as NMVOC,
        key_factor.ch4 * activity.activity as CH4,
        key_factor.co2 * activity.activity as CO2,
        key_factor.n2o * activity.activity as N2O
    from activity
    left join key_factor
        on
            activity.sector = key_factor.sector
            and activity.tech = key_factor.tech
            and activity.region = key_factor.region
            and activity.year = key_factor.year
) to $emission_file (format parquet, dictionary_size_limit 1)

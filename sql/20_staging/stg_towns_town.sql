-- grain: one row per (region_code, town_zh)
-- in: raw_towns, vocab_unit_names
with final as (
    select
        town.district_code as region_code,
        town.town_zh,
        town.town_code,
        number_of(town.lon) as lon,
        number_of(town.lat) as lat,
        number_of(town.value) * coalesce(unit_names.factor_to_base, 1.0) as residents,
        number_of(town.employment_2023) as employment,
        whole_number_of(town.year) as data_year,
        town.source as citation,
        town.confidence,
        town.note,
        town.origin_file,
        town.origin_sheet,
        town.origin_row,
        town.origin_sha256
    from raw_towns as town
    left join vocab_unit_names as unit_names on trim(town.unit) = unit_names.name
)

select * from final

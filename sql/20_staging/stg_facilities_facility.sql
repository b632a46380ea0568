-- grain: one row per (name_zh)
-- in: raw_facilities, raw_facilities_unit_map, vocab_unit_names, vocab_regions
with final as (
    select
        facility.name_zh,
        facility.name_en,
        facility.category as facility_category,
        coalesce(region.code, 'outside') as region_code,
        cast(facility.lon as double) as lon,
        cast(facility.lat as double) as lat,
        try_cast(nullif(translate(replace(facility.accuracy_m, ',', ''), '０１２３４５６７８９．—–', '0123456789.'), '') as double) as accuracy_m,
        try_cast(nullif(translate(replace(facility.value, ',', ''), '０１２３４５６７８９．—–', '0123456789.'), '') as double) as capacity_value,
        facility.unit as capacity_unit,
        try_cast(nullif(translate(replace(facility.activity, ',', ''), '０１２３４５６７８９．—–', '0123456789.'), '') as double) * unit_names.factor_to_base as activity_value,
        coalesce(unit_names.base_unit, '') as activity_unit,
        cast(facility.year as bigint) as data_year,
        facility.source as citation,
        facility.confidence,
        facility.note,
        facility.origin_file,
        facility.origin_sheet,
        facility.origin_row,
        facility.origin_sha256
    from raw_facilities as facility
    left join raw_facilities_unit_map as unit_map on facility.activity_unit = unit_map.delivered_unit
    left join vocab_unit_names as unit_names on unit_map.unit = unit_names.name
    left join vocab_regions as region on facility.district_zh = region.zh and region.level = 'district'
)

select * from final

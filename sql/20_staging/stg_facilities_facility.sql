-- grain: one row per (name_zh)
-- in: raw_facilities, raw_facilities_unit_map, vocab_unit_names, vocab_regions
with final as (
    select
        facility.name_zh,
        facility.name_en,
        facility.category as facility_category,
        case when trim(facility.district_zh) = '' then 'outside' else coalesce(region.code, facility.district_zh) end as region_code,
        number_of(facility.lon) as lon,
        number_of(facility.lat) as lat,
        number_of(facility.accuracy_m) as accuracy_m,
        number_of(facility.value) as capacity_value,
        facility.unit as capacity_unit,
        number_of(facility.activity) * coalesce(unit_names.factor_to_base, 1.0) as activity_value,
        coalesce(unit_names.base_unit, facility.activity_unit) as activity_unit,
        whole_number_of(facility.year) as data_year,
        facility.source as citation,
        facility.confidence,
        facility.note,
        facility.origin_file,
        facility.origin_sheet,
        facility.origin_row,
        facility.origin_sha256
    from raw_facilities as facility
    left join raw_facilities_unit_map as unit_map on trim(facility.activity_unit) = unit_map.delivered_unit
    left join vocab_unit_names as unit_names on unit_map.unit = unit_names.name
    left join vocab_regions as region on trim(facility.district_zh) = region.zh and region.level = 'district'
)

select * from final

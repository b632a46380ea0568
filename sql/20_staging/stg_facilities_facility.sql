-- grain: one row per (name_zh, region_code, data_year, origin_file, origin_row)
-- in: raw_facilities, raw_facilities_unit_map, raw_facilities_district_map, vocab_unit_names, vocab_regions
with delivered as (
    select
        *,
        regexp_replace(district_zh, '[\s\x{00A0}\x{3000}\x{200B}\x{FEFF}]+', '', 'g') as district_name
    from raw_facilities
),

final as (
    select
        trim(facility.name_zh, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)) as name_zh,
        facility.name_en,
        facility.category as facility_category,
        case
            when facility.district_name = '' then 'outside'
            else coalesce(by_name.code, by_code.code, facility.district_zh)
        end as region_code,
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
        facility.district_zh as district_delivered,
        trim(facility.district_code) as district_code,
        trim(facility.credit_code) as credit_code,
        trim(facility.site_name) as site_name,
        whole_number_of(facility.closed_year) as closed_year,
        facility.origin_file,
        facility.origin_sheet,
        facility.origin_row,
        facility.origin_sha256
    from delivered as facility
    left join raw_facilities_unit_map as unit_map on trim(facility.activity_unit) = unit_map.delivered_unit
    left join vocab_unit_names as unit_names on unit_map.unit = unit_names.name
    left join raw_facilities_district_map as district_map on facility.district_name = district_map.delivered_district
    left join
        vocab_regions as by_name
        on coalesce(district_map.district_zh, facility.district_name) = by_name.zh and by_name.level = 'district'
    left join vocab_regions as by_code on facility.district_name = by_code.code and by_code.level = 'district'
)

select * from final

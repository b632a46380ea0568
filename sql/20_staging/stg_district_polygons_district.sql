-- grain: one row per (region_code)
-- in: raw_district_polygons
with final as (
    select
        trim(region_code) as region_code,
        name_zh,
        wkt,
        source as citation,
        confidence,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_district_polygons
)

select * from final

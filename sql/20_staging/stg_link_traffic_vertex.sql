-- grain: one row per (link_id, vehicle_type, fuel, seq, data_year)
-- in: raw_link_traffic
with final as (
    select
        trim(link_id) as link_id,
        road_name,
        trim(road_class) as road_class,
        coalesce(whole_number_of(seq), 0) as seq,
        number_of(lon) as lon,
        number_of(lat) as lat,
        wkt,
        number_of(length_km) as length_km,
        trim(vehicle_type) as vehicle_type,
        trim(fuel) as fuel,
        number_of(aadt) as aadt,
        number_of(mean_speed_km_per_h) as mean_speed_km_per_h,
        whole_number_of(year) as data_year,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_link_traffic
)

select * from final

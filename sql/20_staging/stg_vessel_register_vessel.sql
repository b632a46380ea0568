-- grain: one row per (mmsi, ais_ship_types)
-- in: raw_vessel_register
with final as (
    select
        trim(mmsi) as mmsi,
        trim(ais_ship_types) as ais_ship_types,
        imo,
        name,
        flag,
        voyage,
        ship_type,
        size_unit,
        engine_family,
        aux_family,
        fuel_or_product,
        number_of(size) as size,
        number_of(main_kw) as main_kw,
        number_of(max_speed_kn) as max_speed_kn,
        number_of(service_speed_kn) as service_speed_kn,
        whole_number_of(build_year) as build_year,
        whole_number_of(tier) as tier,
        number_of(sulphur_fraction) as sulphur_fraction,
        number_of(specific_fuel_use_g_per_kwh) as specific_fuel_use_g_per_kwh,
        number_of(aux_kw) as aux_kw,
        number_of(shore_power_share) as shore_power_share,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_vessel_register
)

select * from final

-- grain: one row per (ship_type, engine, mode)
-- in: raw_ships
with final as (
    select
        ship_type,
        call_item,
        category_domestic,
        engine,
        mode,
        technology,
        fuel_or_product,
        control_path_id,
        size_class,
        surrogate,
        hotel_ship_type,
        hotel_size_unit,
        number_of(hotel_size) as hotel_size,
        number_of(international_share) as international_share,
        number_of(power_kw) as power_kw,
        number_of(load_factor) as load_factor,
        number_of(hours_per_call) as hours_per_call,
        number_of(specific_fuel_use_g_per_kwh) as specific_fuel_use_g_per_kwh,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_ships
)

select * from final

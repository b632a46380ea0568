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
        cast(international_share as double) as international_share,
        cast(power_kw as double) as power_kw,
        cast(load_factor as double) as load_factor,
        cast(hours_per_call as double) as hours_per_call,
        cast(specific_fuel_use_kg_per_kwh as double) as specific_fuel_use_kg_per_kwh,
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

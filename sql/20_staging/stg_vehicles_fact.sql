-- grain: one row per (vehicle_type, fuel, metric, standard, data_year, citation)
-- in: raw_vehicles, vocab_unit_names
with final as (
    select
        vehicle.vehicle_type,
        vehicle.vehicle_type_zh,
        vehicle.fuel,
        vehicle.metric,
        vehicle.standard,
        number_of(vehicle.value) * coalesce(unit_names.factor_to_base, 1.0) as value,
        coalesce(unit_names.base_unit, vehicle.unit) as unit,
        whole_number_of(vehicle.year) as data_year,
        vehicle.source as citation,
        vehicle.confidence,
        vehicle.note,
        vehicle.origin_file,
        vehicle.origin_sheet,
        vehicle.origin_row,
        vehicle.origin_sha256
    from raw_vehicles as vehicle
    left join vocab_unit_names as unit_names on trim(vehicle.unit) = unit_names.name
)

select * from final

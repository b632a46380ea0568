-- grain: one row per (vehicle_type, fuel)
-- in: raw_fleet_classes
with final as (
    select
        vehicle_type,
        fuel,
        role,
        source_category,
        fuel_or_product,
        share_group,
        default_standard,
        mileage_group,
        wear_technology,
        speed_profile,
        number_of(mileage_share) as mileage_share,
        number_of(fuel_use_kg_per_vkm) as fuel_use_kg_per_vkm,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_fleet_classes
)

select * from final

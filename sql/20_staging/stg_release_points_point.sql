-- grain: one row per (facility, outlet, origin_file, origin_row)
-- in: raw_release_points
with final as (
    select
        trim(facility) as facility,
        upper(trim(outlet)) as outlet,
        outlet_name,
        number_of(stack_height_m) as stack_height_m,
        number_of(stack_diameter_m) as stack_diameter_m,
        number_of(exit_temperature_c) + 273.15 as exit_temperature_k,
        number_of(exit_velocity_m_s) as exit_velocity_m_s,
        number_of(exit_flow_m3_h) as exit_flow_m3_h,
        number_of(lon) as lon,
        number_of(lat) as lat,
        trim(control_path_id) as control_path_id,
        number_of(emission_share) as emission_share,
        number_of(accept_ratio) as accept_ratio,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_release_points
)

select * from final

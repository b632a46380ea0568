-- grain: one row per (vehicle_type, fuel, model_year, data_year)
-- in: raw_age_distribution
with final as (
    select
        trim(vehicle_type) as vehicle_type,
        trim(fuel) as fuel,
        coalesce(whole_number_of(model_year), whole_number_of(year) - whole_number_of(age)) as model_year,
        whole_number_of(age) as age,
        number_of(share) as share, -- noqa: RF04
        number_of(annual_km) as annual_km,
        whole_number_of(year) as data_year,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_age_distribution
)

select * from final

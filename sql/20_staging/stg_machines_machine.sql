-- grain: one row per (source_category, machine, power_band, stage, fuel_or_product, data_year)
-- in: raw_machines
with final as (
    select
        trim(source_category) as source_category,
        trim(machine) as machine,
        trim(power_band) as power_band,
        trim(stage) as stage, -- noqa: RF04
        trim(fuel_or_product) as fuel_or_product,
        number_of(number) as number,
        number_of(mean_kw) as mean_kw,
        number_of(load_factor) as load_factor,
        number_of(hours_per_a) as hours_per_a,
        number_of(specific_fuel_use_g_per_kwh) as specific_fuel_use_g_per_kwh,
        whole_number_of(year) as data_year,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from raw_machines
)

select * from final

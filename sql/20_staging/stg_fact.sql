-- grain: one row per (source_id, item, fuel, region_code, data_year)
-- in: raw_energy_balance, raw_industry, raw_agriculture, raw_waste, raw_land, raw_electricity, raw_nonroad, raw_districts
-- in: vocab_unit_names, vocab_aliases
with fuel_codes as (
    select
        name,
        code
    from vocab_aliases
    where context = 'energy_balance.csv/fuel'
),

energy_balance as (
    select
        raw_energy_balance.*,
        coalesce(fuel_codes.code, trim(raw_energy_balance.fuel)) as fuel_code
    from raw_energy_balance
    left join fuel_codes on trim(raw_energy_balance.fuel) = fuel_codes.name
),

districts as (
    select
        raw_districts.*,
        raw_districts.indicator as item,
        raw_districts.indicator as item_zh,
        raw_districts.gb_code as region_code
    from raw_districts
),

delivered as (
    select
        'energy_balance' as source_id,
        *
    from energy_balance
    union all by name
    select
        'industry' as source_id,
        *
    from raw_industry
    union all by name
    select
        'agriculture' as source_id,
        *
    from raw_agriculture
    union all by name
    select
        'waste' as source_id,
        *
    from raw_waste
    union all by name
    select
        'land' as source_id,
        *
    from raw_land
    union all by name
    select
        'electricity' as source_id,
        *
    from raw_electricity
    union all by name
    select
        'nonroad' as source_id,
        *
    from raw_nonroad
    union all by name
    select
        'districts' as source_id,
        *
    from districts
),

final as (
    select
        delivered.source_id,
        delivered.item,
        delivered.item_zh,
        coalesce(delivered.fuel_code, '') as fuel,
        coalesce(delivered.region_code, '') as region_code,
        number_of(delivered.value) * coalesce(unit_names.factor_to_base, 1.0) as value,
        coalesce(unit_names.base_unit, delivered.unit) as unit,
        delivered.value as value_delivered,
        delivered.unit as unit_delivered,
        whole_number_of(delivered.year) as data_year,
        delivered.source as citation,
        delivered.confidence,
        delivered.note,
        delivered.origin_file,
        delivered.origin_sheet,
        delivered.origin_row,
        delivered.origin_sha256
    from delivered
    left join vocab_unit_names as unit_names on trim(delivered.unit) = unit_names.name
)

select * from final

-- grain: one row per (source_id, item, fuel, region_code, data_year)
-- in: raw_energy_balance, raw_industry, raw_agriculture, raw_waste, raw_land, raw_electricity, raw_nonroad, raw_districts, vocab_unit_names, vocab_aliases
with delivered as (
    select 'energy_balance' as source_id, item, item_zh, fuel as fuel_name, '' as region_code, value, unit, year, source, confidence, note, origin_file, origin_sheet, origin_row, origin_sha256 from raw_energy_balance
    union all
    select 'industry' as source_id, item, item_zh, '' as fuel_name, '' as region_code, value, unit, year, source, confidence, note, origin_file, origin_sheet, origin_row, origin_sha256 from raw_industry
    union all
    select 'agriculture' as source_id, item, item_zh, '' as fuel_name, '' as region_code, value, unit, year, source, confidence, note, origin_file, origin_sheet, origin_row, origin_sha256 from raw_agriculture
    union all
    select 'waste' as source_id, item, item_zh, '' as fuel_name, '' as region_code, value, unit, year, source, confidence, note, origin_file, origin_sheet, origin_row, origin_sha256 from raw_waste
    union all
    select 'land' as source_id, item, item_zh, '' as fuel_name, '' as region_code, value, unit, year, source, confidence, note, origin_file, origin_sheet, origin_row, origin_sha256 from raw_land
    union all
    select 'electricity' as source_id, item, item_zh, '' as fuel_name, '' as region_code, value, unit, year, source, confidence, note, origin_file, origin_sheet, origin_row, origin_sha256 from raw_electricity
    union all
    select 'nonroad' as source_id, item, item_zh, '' as fuel_name, '' as region_code, value, unit, year, source, confidence, note, origin_file, origin_sheet, origin_row, origin_sha256 from raw_nonroad
    union all
    select 'districts' as source_id, indicator as item, indicator as item_zh, '' as fuel_name, gb_code as region_code, value, unit, year, source, confidence, note, origin_file, origin_sheet, origin_row, origin_sha256 from raw_districts
),

fuel_codes as (
    select name, code from vocab_aliases where context = 'energy_balance.csv/fuel'
),

final as (
    select
        delivered.source_id,
        delivered.item,
        delivered.item_zh,
        coalesce(fuel_codes.code, '') as fuel,
        delivered.region_code,
        try_cast(nullif(translate(replace(delivered.value, ',', ''), '０１２３４５６７８９．—–', '0123456789.'), '') as double) * coalesce(unit_names.factor_to_base, 1.0) as value,
        coalesce(unit_names.base_unit, delivered.unit) as unit,
        delivered.value as value_delivered,
        delivered.unit as unit_delivered,
        cast(delivered.year as bigint) as data_year,
        delivered.source as citation,
        delivered.confidence,
        delivered.note,
        delivered.origin_file,
        delivered.origin_sheet,
        delivered.origin_row,
        delivered.origin_sha256
    from delivered
    left join vocab_unit_names as unit_names on delivered.unit = unit_names.name
    left join fuel_codes on delivered.fuel_name = fuel_codes.name
)

select * from final

-- grain: one row per (source_id, item, fuel, region_code, data_year)
-- in: raw_energy_balance, raw_industry, raw_agriculture, raw_waste, raw_land, raw_electricity, raw_nonroad, raw_districts
-- in: vocab_unit_names, vocab_aliases, vocab_tce_factors
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

-- A fuel delivered in tce as well keeps its physical row; its tce row stays beside it, as a check of the factor.
read_rows as (
    select
        delivered.*,
        number_of(delivered.value) * coalesce(unit_names.factor_to_base, 1.0) as value_in_base,
        coalesce(unit_names.base_unit, delivered.unit) as base_unit,
        coalesce(unit_names.code, '') in ('tce', 'wan_tce', 'Mtce') and delivered.source_id = 'energy_balance' as is_tce,
        count(*) filter (where coalesce(unit_names.code, '') not in ('tce', 'wan_tce', 'Mtce')) over (
            partition by delivered.source_id, delivered.item, delivered.fuel_code, delivered.region_code, delivered.year
        ) as n_physical
    from delivered
    left join vocab_unit_names as unit_names on trim(delivered.unit) = unit_names.name
),

converted as (
    select
        read_rows.*,
        tce_factors.unit as physical_unit,
        cast(tce_factors.tce_per_unit as double) * tce.factor_to_base as gj_per_unit
    from read_rows
    inner join vocab_unit_names as tce on tce.name = 'tce'
    left join vocab_tce_factors as tce_factors
        on
            read_rows.fuel_code = tce_factors.fuel
            and tce_factors.unit <> 'GJ'
            and read_rows.is_tce and read_rows.n_physical = 0
),

final as (
    select
        case when is_tce and n_physical > 0 then 'energy_balance_tce' else source_id end as source_id,
        item,
        item_zh,
        coalesce(fuel_code, '') as fuel,
        coalesce(region_code, '') as region_code,
        case when gj_per_unit is null then value_in_base else value_in_base / gj_per_unit end as value,
        coalesce(physical_unit, base_unit) as unit,
        value as value_delivered,
        unit as unit_delivered,
        whole_number_of(year) as data_year,
        source as citation,
        confidence,
        note,
        origin_file,
        origin_sheet,
        origin_row,
        origin_sha256
    from converted
)

select * from final

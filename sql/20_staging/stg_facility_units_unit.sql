-- grain: one row per (facility, unit_code, process, outlet, origin_file, origin_row)
-- in: raw_facility_units, vocab_fuels
with spelled as (
    select
        code as fuel_name,
        code
    from vocab_fuels
    union all
    select
        zh as fuel_name,
        code
    from vocab_fuels
    union all
    select
        trim(unnest(string_split(aliases, ';'))) as fuel_name,
        code
    from vocab_fuels
),

fuel_names as (
    select
        lower(regexp_replace(fuel_name, '\s+', '', 'g')) as fuel_name,
        min(code) as code
    from spelled
    where fuel_name <> ''
    group by lower(regexp_replace(fuel_name, '\s+', '', 'g'))
    having count(distinct code) = 1
),

final as (
    select
        trim(unit.facility) as facility,
        upper(trim(unit.unit_code)) as unit_code,
        unit.unit_name,
        lower(trim(unit.unit_type)) as unit_type,
        trim(unit.process) as process, -- noqa: RF04
        number_of(unit.capacity_value) as capacity_value,
        unit.capacity_unit,
        coalesce(fuel_names.code, trim(unit.fuel)) as fuel,
        unit.fuel as fuel_delivered,
        whole_number_of(unit.commissioned_year) as commissioned_year,
        whole_number_of(unit.closed_year) as closed_year,
        upper(trim(unit.outlet)) as outlet,
        trim(unit.control_path_id) as control_path_id,
        unit.source as citation,
        unit.confidence,
        unit.note,
        unit.origin_file,
        unit.origin_sheet,
        unit.origin_row,
        unit.origin_sha256
    from raw_facility_units as unit
    left join fuel_names
        on lower(regexp_replace(unit.fuel, '[\s\x{00A0}\x{3000}\x{200B}\x{FEFF}]+', '', 'g')) = fuel_names.fuel_name
)

select * from final

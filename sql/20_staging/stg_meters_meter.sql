-- grain: one row per (meter_id, data_year)
-- in: raw_meters, vocab_unit_names
with final as (
    select
        trim(meter.meter_id) as meter_id,
        meter.place,
        trim(meter.kind) as kind,
        trim(meter.facility) as facility,
        trim(meter.berth) as berth,
        number_of(meter.value) * coalesce(unit_names.factor_to_base, 1.0) / 0.0036 as electricity_kwh,
        coalesce(unit_names.code, '') as unit_code,
        whole_number_of(meter.year) as data_year,
        meter.source as citation,
        meter.confidence,
        meter.note,
        meter.origin_file,
        meter.origin_sheet,
        meter.origin_row,
        meter.origin_sha256
    from raw_meters as meter
    left join vocab_unit_names as unit_names on trim(meter.unit) = unit_names.name
)

select * from final

-- grain: one row per (node, period, species)
-- in: factor_order, year_period
-- The first row of each node in each period.
with periods as (
    select distinct period from year_period
),

final as (
    select
        factor_order.node,
        periods.period,
        factor_order.species,
        any_value(factor_order.row_span) as row_span,
        any_value(factor_order.order_span) as order_span,
        min(factor_order.first_place) as first_place,
        min(factor_order.last_place) as last_place
    from factor_order
    inner join periods
        on
            periods.period >= coalesce(factor_order.valid_from, periods.period)
            and periods.period <= coalesce(factor_order.valid_to, periods.period)
    group by factor_order.node, periods.period, factor_order.species
)

select * from final

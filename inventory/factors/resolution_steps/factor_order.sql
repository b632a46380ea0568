-- grain: one row per (factor_no)
-- in: factor_node, factor_terms
-- Leaves of the tree: species and validity, and one whole number per row that orders rows whose dimensions are equal:
-- by their ranks, then by factor_no. first_place counts factor_no upwards and last_place downwards, so the smallest of
-- each name the same row unless ranks are equal.
with ranked as (
    select
        factor_no,
        species,
        valid_from,
        valid_to,
        dense_rank() over (order by ranks) as rank_no,
        max(factor_no) over () + 1 as row_span
    from factor_terms
),

spanned as (
    select
        *,
        (max(rank_no) over () + 1) * row_span as order_span
    from ranked
),

final as (
    select
        factor_node.node,
        spanned.factor_no,
        spanned.species,
        spanned.valid_from,
        spanned.valid_to,
        spanned.rank_no,
        spanned.row_span,
        spanned.order_span,
        spanned.rank_no * spanned.row_span + spanned.factor_no as first_place,
        spanned.rank_no * spanned.row_span + spanned.row_span - 1 - spanned.factor_no as last_place
    from spanned
    inner join factor_node on spanned.factor_no = factor_node.factor_no
)

select * from final

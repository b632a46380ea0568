"""What the columns of the calculation mean, for the template and the documents."""

from __future__ import annotations

INPUT_COLUMNS = {
    "activity_id": ("编号", "唯一，自定 / unique, your own"),
    "source_category": ("源类", "末级源类 / leaf of the categories"),
    "fuel_or_product": ("燃料或产品", "没有写 any / any where there is none"),
    "technology": ("技术", "空为不分技术 / blank: any"),
    "control": ("治理", "空为无；多级按气流顺序用 + 连接 / blank: none; a train in the order of the flow, joined by +"),
    "activity_value": ("活动水平", "数，缺失不填 0 / a number, never 0 for missing"),
    "activity_unit": ("单位", "见单位表 / see the units"),
    "inventory_year": ("清单年份", "四位年份 / the year"),
    "region_code": ("地区", "GB/T 2260 代码或名称 / code or name"),
    "size_class": ("规模", "空为不分 / blank: any"),
    "balance_group": ("碳平衡组", "钢铁等厂级碳平衡的组名 / name of a plant's carbon balance"),
    "activity_uncertainty_pct": ("活动水平不确定性", "95 % 半宽，% / 95 % half-width in per cent"),
}
"""Chinese name and meaning of each column of the record itself, required ones first."""

OUTPUT_COLUMNS = {
    "activity_id": ("输入的编号", "id of the input"),
    "species": ("物种", "species"),
    "emission_t": (
        "年排放量，t；碳汇为负；没有数值时为空",
        "emission in t a year; a removal is negative; empty without a number",
    ),
    "notation_key": ("没有数值时为 NE（未估算）", "NE where there is no number"),
    "factor_id": ("因子或燃料品质的编号", "id of the factor or fuel property"),
    "ef_value": (
        "库中的因子；没有单一因子时为隐含因子（治理前排放 ÷ 活动水平）",
        "factor of the library, else the implied one: emission before control per activity",
    ),
    "ef_unit": ("ef_value 的单位", "unit of ef_value"),
    "control_efficiency": ("已扣除的去除率，0–1", "removal applied, 0 to 1"),
    "method": ("方法，见 methods.md", "method, see methods.md"),
    "tier": ("层级", "tier"),
    "uncertainty_low": (
        "95 % 下限，t：因子与活动水平的不确定性平方和开方；只知其一时只含其一，都不知时为空",
        "lower 95 % bound in t: factor and activity by the root of squares, of what is known; empty where nothing is",
    ),
    "uncertainty_high": ("95 % 上限，t", "upper 95 % bound in t"),
    "gwp_set": ("所用 GWP 集", "set of GWPs"),
    "co2e_t": (
        "CO2 当量，t；生物成因 CO2 与非温室气体为空",
        "CO2e in t; empty for biogenic CO2 and what is no greenhouse gas",
    ),
    "citation": ("出处，[方法包]", "source, [pack]"),
    "fallback": (
        "从记录的键到因子的键的回退步骤；NE 时为原因",
        "steps from the key of the record to that of the factor; the reason where it is NE",
    ),
}
"""Meaning of each column of the long form, in order."""

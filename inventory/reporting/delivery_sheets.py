"""The sheets on what was delivered: rows of every source, and the rows that were set aside."""

from __future__ import annotations

import pandas as pd

from inventory.reporting.sheet_writer import Book, Column, write_table

DELIVERY_SHEET = "交付"
QUARANTINE_SHEET = "隔离的行"


def write_delivery_sheets(book: Book, delivered: pd.DataFrame, set_aside: pd.DataFrame) -> None:
    """Add the balance of rows by source, and the cells for which rows were set aside.

    Parameters
    ----------
    delivered, set_aside : DataFrame
        core_delivery and core_quarantine.

    """
    columns = [
        Column("source_id", "数据源", 24, "code"), Column("rows_in", "交付行数", 12, "number"),
        Column("used", "采用", 12, "number"), Column("quarantined", "隔离", 12, "number"),
        Column("rejected", "略过（示例行等）", 16, "number"), Column("files", "文件数", 10, "number"),
        Column("sha256", "校验和", 66, "code"),
    ]  # fmt: skip
    names = (DELIVERY_SHEET, "交付的行：交付 = 采用 + 隔离 + 略过")
    write_table(book, delivered.sort_values("source_id"), columns, names=names)
    cells = [
        Column("source_id", "数据源", 20, "code"), Column("origin_file", "文件", 30),
        Column("origin_sheet", "工作表", 16), Column("origin_row", "行", 8, "number"),
        Column("column_name", "列", 16, "code"), Column("delivered", "单元格内容", 24),
        Column("code", "代码", 8, "code"),
        Column("message_zh", "原因", 44), Column("message_en", "cause", 44),
    ]  # fmt: skip
    ordered = set_aside.sort_values(["source_id", "origin_file", "origin_sheet", "origin_row"])
    names = (QUARANTINE_SHEET, "隔离的行：没有参与估算，其排放缺失，或落入余量和售出燃料的差额")
    write_table(book, ordered, cells, names=names)

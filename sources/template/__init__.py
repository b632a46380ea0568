"""Workbooks that data providers fill: 说明, a sheet per data source, 代码表, 校验; what they hold: source.toml."""

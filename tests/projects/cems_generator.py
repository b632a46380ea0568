"""Synthetic hourly monitoring data: made up from a seed, of no real stack.

Shaped like exports of a platform: load with day and week, outages, calibration once a day, faults of hours to weeks,
flat lines, standstill with no flow, months of a stack that is out of use.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

HEADER = (
    "企业名称", "排放口编号", "监测时间(时段开始)", "SO2实测浓度(mg/m3)", "SO2折算浓度(mg/m3)", "NOx实测浓度(mg/m3)",
    "NOx折算浓度(mg/m3)", "烟尘实测浓度(mg/m3)", "烟尘折算浓度(mg/m3)", "标态烟气流量(m3/h)", "氧含量(%)", "烟温(℃)",
    "湿度(%)", "负荷(MW)", "CO2浓度(%)", "数据标记",
)  # fmt: skip


def local_hours(first_year: int, years: int) -> np.ndarray:
    """Return the local hours of some years, as datetime64[h]."""
    return np.arange(np.datetime64(f"{first_year}-01-01", "h"), np.datetime64(f"{first_year + years}-01-01", "h"))


def stack_hours(rng: np.random.Generator, hours: np.ndarray) -> dict[str, np.ndarray]:
    """Return the hours of one synthetic stack: values as a platform rounds them, nan where the monitor is silent."""
    n = len(hours)
    load = 300 + 60 * np.sin(np.arange(n) * 2 * np.pi / 24) + rng.normal(0, 15, n)
    values = {
        "so2": rng.gamma(9, 2, n), "nox": rng.gamma(16, 2, n), "tsp": rng.gamma(4, 0.5, n),
        "o2": np.clip(rng.normal(6.5, 0.6, n), 3, 15), "temperature": rng.normal(52, 2, n),
        "humidity": rng.normal(9, 1, n), "co2": rng.normal(12, 0.5, n),
    }  # fmt: skip
    flow = load * 3300 + rng.normal(0, 5000, n)
    flag = np.full(n, "N")
    flag[7::24] = "C"
    for start, length in _events(rng, n, 3, 150):
        flag[start : start + length] = "D"
    for start, length in _events(rng, n, 20, 30):
        flag[start : start + length] = "M"
    for start, length in _events(rng, n, 4, 40):
        values["nox"][start : start + length] = values["nox"][start]
    for start, length in _events(rng, n, 3, 900):
        flag[start : start + length] = "F"
        flow[start : start + length], load[start : start + length] = 0.0, 0.0
    is_silent = (flag == "D") | (flag == "F")
    for each in values.values():
        each[is_silent] = np.nan
    flow[flag == "D"] = np.nan
    fold = (21 - 6) / (21 - values["o2"])
    return {
        "so2": values["so2"].round(2), "so2_fold": (values["so2"] * fold).round(2), "nox": values["nox"].round(2),
        "nox_fold": (values["nox"] * fold).round(2), "tsp": values["tsp"].round(3),
        "tsp_fold": (values["tsp"] * fold).round(3), "flow": flow.round(1), "o2": values["o2"].round(2),
        "temperature": values["temperature"].round(1), "humidity": values["humidity"].round(2), "load": load.round(1),
        "co2": values["co2"].round(2), "flag": flag,
    }  # fmt: skip


def write_delivery(folder: Path, *, stacks: int, years: int, seed: int, encoding: str = "gb18030") -> list[Path]:
    """Write one CSV per stack, ten outlets to a facility; return the paths."""
    hours = local_hours(2012, years)
    stamps = pa.array(np.char.replace(np.datetime_as_string(hours, "m"), "T", " "))
    paths = []
    for number in range(stacks):
        made = stack_hours(np.random.default_rng([seed, number]), hours)
        flag = made.pop("flag")
        head = (f"合成热电厂{number // 10:03d}", f"DA{number % 10 + 1:03d}")
        columns = [pa.array([text] * len(hours)) for text in head] + [stamps]
        columns += [pa.array(values, from_pandas=True) for values in made.values()] + [pa.array(flag)]
        sink = pa.BufferOutputStream()
        table = pa.table(columns, names=[str(position) for position in range(len(columns))])
        pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=False, quoting_style="none"))
        text = ",".join(HEADER) + "\n" + sink.getvalue().to_pybytes().decode()
        paths.append(folder / f"cems-{number:03d}.csv")
        paths[-1].write_bytes(text.encode(encoding))
    return paths


def _events(rng: np.random.Generator, n: int, per_year: int, longest: int) -> list[tuple[int, int]]:
    """Return beginnings and lengths [h] of events."""
    count = max(1, round(per_year * n / 8766))
    return [(int(rng.integers(0, n)), int(rng.integers(6, longest))) for _ in range(count)]

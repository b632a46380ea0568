"""harness.py one  W2 numba --n 100000 --res 1000 [--hours H]         one implementation in this process, JSON line
harness.py bench W2 emiproc,numba --n 100000 --res 1000 --reps 3      interleaved fresh processes, medians, peak RSS
harness.py check W2 ref impl --n .. --res ..                          compares out grids (mass, max cell error)
Implementations: functions w2_<name> in peers.py, limit.py or adapter.py (the project)."""
import argparse, json, os, shutil, statistics as st, sys, time
from pathlib import Path
os.environ.setdefault("PYTHONWARNINGS", "ignore")
import warnings; warnings.filterwarnings("ignore")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
OUT = Path(os.environ.get("PERF_OUT", HERE / "out"))
DATA = Path(os.environ.get("PERF_DATA", HERE / "data"))


def datadir(o):
    w = {"W3d": "W3"}.get(o.w, o.w)
    return DATA / (w if w in ("W4", "W5") else f"{w}_{o.n}")


class Ctx:
    def __init__(s, o):
        s.o, s.data, s.res, s.hours, s.n = o, datadir(o), o.res, o.hours, o.n
        s.out = OUT / f"{o.w}_{o.impl}_{o.n}_{o.res}"
        shutil.rmtree(s.out, ignore_errors=True); s.out.mkdir(parents=True)
        s.laps = {}; s.t = time.perf_counter()

    def lap(s, name):
        t = time.perf_counter(); s.laps[name] = round(s.laps.get(name, 0) + t - s.t, 4); s.t = t


def find(w, impl):
    name = f"{w.lower()}_{impl}"
    for m in ("adapter", "limit", "peers"):
        try: mod = __import__(m)
        except ImportError as e:
            if m == "adapter": continue
            raise
        if hasattr(mod, name): return getattr(mod, name)
    raise SystemExit(f"no implementation {name}")


PRE = {"W1": ["pandas", "pyarrow.parquet"], "W2": ["geopandas", "shapely", "scipy.sparse", "pyarrow.parquet"], "W4": ["geopandas", "rasterio.features", "scipy.sparse", "pyarrow.parquet"], "W5": ["pandas"]}
PRE["W3"] = PRE["W3d"] = PRE["W2"]
BY = {"duckdb": ["duckdb"], "limit": ["duckdb"], "polars": ["polars"], "emiproc": ["emiproc.regrid", "emiproc.inventories", "emiproc.exports.hourly"], "exactextract": ["exactextract"], "rasterio": ["rasterio.features"],
      "xarray": ["xarray", "dask.array", "netCDF4", "zarr"], "netcdf": ["netCDF4"], "zarr": ["zarr"], "direct": ["h5py"]}


def one(o):
    import importlib
    f = find(o.w, o.impl)
    for m in PRE[o.w] + sum((v for k, v in BY.items() if k in o.impl), []): importlib.import_module(m)   # imports are not timed (wall includes them)
    c = Ctx(o); t0 = time.perf_counter()
    extra = f(c) or {}
    total = time.perf_counter() - t0
    size = sum(p.stat().st_size for p in c.out.rglob("*") if p.is_file())
    print("RESULT " + json.dumps({"w": o.w, "impl": o.impl, "n": o.n, "res": o.res, "hours": o.hours, "total": round(total, 4), **c.laps, "out_mb": round(size / 1e6, 1), **extra}))


def child(o, impl):
    r, w = os.pipe(); t0 = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.dup2(w, 1); e = os.open(str(OUT / "last_stderr.txt"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC); os.dup2(e, 2); os.close(r)
        os.execv(sys.executable, [sys.executable, __file__, "one", o.w, impl, "--n", str(o.n), "--res", str(o.res), "--hours", str(o.hours)])
    os.close(w); buf = b""
    with os.fdopen(r, "rb") as f: buf = f.read()
    _, status, ru = os.wait4(pid, 0); wall = time.perf_counter() - t0
    res = [l[7:] for l in buf.decode().splitlines() if l.startswith("RESULT ")]
    d = json.loads(res[-1]) if res else {"w": o.w, "impl": impl, "n": o.n, "res": o.res, "fail": status, "err": (OUT / "last_stderr.txt").read_text()[-400:]}
    d |= {"wall": round(wall, 3), "cpu": round(ru.ru_utime + ru.ru_stime, 3), "rss_mb": round(ru.ru_maxrss / 1024)}
    return d


def bench(o):
    impls = o.impl.split(","); all_ = {i: [] for i in impls}
    for rep in range(o.reps):
        for i in impls:
            d = child(o, i); d["rep"] = rep; all_[i].append(d)
            with open(OUT / "results.jsonl", "a") as f: f.write(json.dumps(d) + "\n")
            if "fail" in d: print("FAIL", i, d["err"], flush=True)
    print(f"## {o.w} n={o.n} res={o.res} hours={o.hours} reps={o.reps}")
    base = None
    for i in impls:
        ok = [d for d in all_[i] if "fail" not in d]
        if not ok: continue
        m = lambda k: st.median(d.get(k, 0) for d in ok)
        ph = {k: round(m(k), 3) for k in ok[0] if k in ("load", "compute", "write", "compute+write", "weights", "apply")}
        ex = {k: v for k, v in ok[-1].items() if k.startswith("mass") or k.startswith("x_")}
        print(f"{i:28s} total {m('total'):9.3f}s (min {min(d['total'] for d in ok):.3f} max {max(d['total'] for d in ok):.3f}) wall {m('wall'):8.2f} cpu {m('cpu'):8.2f} rss {m('rss_mb'):7.0f} MB out {m('out_mb'):.0f} MB {ph} {ex}", flush=True)


def check(o):
    import numpy as np
    ref, imp = o.impl.split(",")
    if o.w == "W1":
        import duckdb
        p = [OUT / f"W1_{i}_{o.n}_{o.res}" / "emis.parquet" for i in (ref, imp)]
        from workloads import SPECIES
        e = ", ".join(f"max(abs(a.{s}-b.{s})/greatest(abs(a.{s}),1e-300))" for s in SPECIES)
        print(o.w, imp, "rows, max rel diff:", duckdb.sql(f"SELECT count(*), greatest({e}) , max((a.SO2 IS NULL)::INT) FROM '{p[0]}' a JOIN '{p[1]}' b USING(source_id)").fetchall()); return
    a, b = (np.load(OUT / f"{o.w}_{i}_{o.n}_{o.res}" / "grid.npy") for i in (ref, imp))
    print(f"{o.w} {imp} vs {ref}: mass rel diff {(b.sum()/a.sum()-1):+.3e}; misplaced share {np.abs(a-b).sum()/2/a.sum():.3e}; max cell abs err / max cell {np.abs(a-b).max()/a.max():.3e}")


if __name__ == "__main__":
    ap = argparse.ArgumentParser(); ap.add_argument("cmd"); ap.add_argument("w"); ap.add_argument("impl")
    ap.add_argument("--n", type=int, default=100000); ap.add_argument("--res", type=int, default=1000); ap.add_argument("--hours", type=int, default=8760); ap.add_argument("--reps", type=int, default=3)
    o = ap.parse_args(); {"one": one, "bench": bench, "check": check}[o.cmd](o)

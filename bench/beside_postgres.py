"""What the scripts share that measure Waybill beside PostgreSQL, or on it."""

import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests/harness"))

# Durable at every commit, as Waybill is; everything else as a small server would be set.
POSTGRES_SETTINGS = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "1GB", "max_wal_size": "4GB",
    "autovacuum": "on",
}


def make_hand_written(server):
    """The schema of bench/postgres in the database `postgres`, with its stock."""
    server.run("psql", *server.place(), "-d", "postgres", "-qX", "-v", "ON_ERROR_STOP=1",
               input=(HERE / "postgres/schema.sql").read_text())
    server.sql("VACUUM ANALYZE inventory")


def pgbench(server, bench, way, clients, seconds):
    script = server.folder / f"{way}.sql"
    script.write_text((HERE / "postgres/draw.sql").read_text() + (HERE / f"postgres/{way}.sql").read_text())
    script.chmod(0o644)
    orders, cpu = int(server.sql("SELECT count(*) FROM orders")), server.cpu_seconds()
    began = time.monotonic()
    server.run("pgbench", *server.place(), "-n", "-M", "prepared", "-f", script, "-c", clients, "-j",
               min(clients, 2), "-T", seconds, "postgres")
    took = time.monotonic() - began
    return measured(server, bench, f"postgresql {way} {clients}", orders, cpu, min(took, seconds))


def measured(server, bench, name, orders_before, cpu_before, seconds):
    orders = int(server.sql("SELECT count(*) FROM orders")) - orders_before
    return {"bench": bench, "name": name, "orders": orders, "seconds": round(seconds, 3),
            "orders_per_second": round(orders / seconds),
            "server_cpu_us_per_order": round((server.cpu_seconds() - cpu_before) * 1e6 / max(orders, 1), 1)}


def waybill(binary, *arguments):
    """Lines of the program's own benchmarks, for the same orders as those of bench/postgres."""
    command = [binary, "bench", *map(str, arguments), "--shape", "pgbench"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if row["bench"] == "http":
            row["name"] = f"waybill http {row['connections']}"
        else:
            row["name"] = f"waybill ingest {row['batch_max']}" + (" http" if row["over"] == "http" else "")
        yield row


def about_build(binary):
    """The machine and the build, as every line of the program says them."""
    done = subprocess.run([binary, "bench", "solve", "--count", "1", "--family", "retail"], check=True,
                          capture_output=True, text=True)
    row = json.loads(done.stdout)
    return {key: row[key] for key in ("version", "commit", "build_type", "cpu", "cores", "kernel")}

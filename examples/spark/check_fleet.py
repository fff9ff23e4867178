"""Judges every VM of an NDJSON file over Spark, by piping lines through `restore-point-lab check --ndjson`."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from pyspark.sql import SparkSession

# The workers are to run the Python that runs this.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", help="a file with one VM on each line")
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--master", default="local[*]")
    installed = Path("node_modules/.bin/restore-point-lab").resolve()
    parser.add_argument("--command", default=shlex.quote(str(installed)), help="how the program is called on a worker")
    parser.add_argument("--service", default="restorePoints")
    arguments = parser.parse_args()

    # A VM that cannot be protected ends the program with 1, which is no failure of the work; 2 is one.
    check = f"{arguments.command} check --ndjson --service {shlex.quote(arguments.service)} || [ $? -eq 1 ]"
    spark = SparkSession.builder.master(arguments.master).appName("restore-point-lab").getOrCreate()
    try:
        path = Path(arguments.lines).resolve().as_uri()
        lines = spark.sparkContext.textFile(path, arguments.partitions).filter(lambda line: line.strip())
        # Without an environment of its own a piped program would have none, not even a PATH.
        judged = lines.pipe(f"sh -c {shlex.quote(check)}", env=dict(os.environ), checkCode=True)
        # In the order of the lines, a partition at a time.
        for line in judged.toLocalIterator():
            print(line)
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

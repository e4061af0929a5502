"""bench/clean's line for python3-readability: its name, pages, bytes and CPU
seconds for all of them once, the mean of the turns that fit in a second.

    python3 clean-peer.py PAGES...      JSONL with "html", or pages
"""
import gzip
import json
import logging
import sys
import time

from readability import Document


def pages(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read().decode("utf-8", "replace")
    if ".jsonl" not in path:
        return [data]
    return [json.loads(line)["html"] for line in data.splitlines() if line]


def extract(page):
    begun = time.process_time()
    try:
        Document(page).summary()
    except Exception:
        pass  # a page that it cannot read costs what it cost
    return time.process_time() - begun


logging.disable()
every = [page for path in sys.argv[1:] for page in pages(path)]
turns = [sum(map(extract, every))]  # warms up
while len(turns) < 2 or sum(turns[1:]) < 1:
    turns.append(sum(map(extract, every)))
print("python3-readability", len(every),
      sum(len(page.encode()) for page in every),
      "%.6f" % (sum(turns[1:]) / (len(turns) - 1)), sep="\t")

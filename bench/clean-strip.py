#!/usr/bin/env python3
"""Takes out of pages what tells an extractor where the article is.

    bench/clean-strip.py words|tags < pages.jsonl > stripped.jsonl

words: no class and no id is left; tags: nor any itemprop and role, and every
article, aside, figure, footer, header, main, nav, section is a div. Rules that
were made looking at a site's names find nothing to hold on to there: what an
extractor scores on such pages says what it does on pages nobody has seen.
"""
import json
import re
import sys

TAGS = re.compile(
    r"<(/?)(article|aside|nav|figure|figcaption|footer|header|main|section|time)\b", re.I)
VALUE = r"\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)"
ATTRIBUTES = {
    "words": re.compile(r"\s(class|id)" + VALUE, re.I),
    "tags": re.compile(r"\s(class|id|itemprop|role)" + VALUE, re.I),
}


def main(what):
    for line in sys.stdin:
        page = json.loads(line)
        html = ATTRIBUTES[what].sub(" ", page["html"])
        if what == "tags":
            html = TAGS.sub(r"<\1div", html)
        page["html"] = html
        sys.stdout.write(json.dumps(page) + "\n")


if len(sys.argv) != 2 or sys.argv[1] not in ATTRIBUTES:
    sys.exit(__doc__)
main(sys.argv[1])

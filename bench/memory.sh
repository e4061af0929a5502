#!/bin/sh
# memory.sh: what a run holds at most, with ever more input.
#
#     bench/memory.sh [GALLEY]          in the build folder, after make
#
# 1,000, 10,000 and 100,000 copies of the articles in examples/, each with a
# number of its own, through the pipeline `news`; the figure must not grow.
galley=${1:-./galley}
source=$(cd "$(dirname "$0")/.." && pwd)
input=$(mktemp) || exit 1
trap 'rm -f "$input"' EXIT

# One record a line: paragraphs stay, since their line breaks are escaped.
records () {
  cat "$source/examples/ferry.txt" "$source/examples/earthquake.txt" |
    awk -v count="$1" '
      { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); text = text $0 "\\n" }
      END { for (i = 0; i < count; i++)
              printf "{\"id\":\"%d\",\"text\":\"%d\\n\\n%s\"}\n", i, i, text }'
}

for count in 1000 10000 100000; do
  records "$count" > "$input"
  "$galley" run news "$input" -o /dev/null --stats -q 2>&1 | tail -n 1
done

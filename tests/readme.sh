#!/bin/sh
# The README's examples are what the program prints today.
source=${GALLEY_SOURCE:-.}
galley=${GALLEY_BUILD:-.}/galley
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$source" || exit 1

# shown BEGIN: the indented block that begins with this line
shown () {
  awk -v begin="    $1" '
    $0 == begin { inside = 1 }
    inside && !/^    / { exit }
    inside { print substr($0, 5) }' README.md
}

"$galley" trace news examples/ferry.txt | head -n 24 > "$folder/trace"
shown "clean" > "$folder/trace-shown"
{
  echo '$ galley run news examples/briefs.jsonl | head -1'
  "$galley" run news examples/briefs.jsonl -q -o "$folder/records"
  head -n 1 "$folder/records"
} > "$folder/record"
shown '$ galley run news examples/briefs.jsonl | head -1' \
  > "$folder/record-shown"

for name in trace record; do
  if ! diff "$folder/$name-shown" "$folder/$name"; then
    echo "readme: the README's $name is not what the program prints"
    exit 1
  fi
done
echo "readme: the examples are what the program prints"

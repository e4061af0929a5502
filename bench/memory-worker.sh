#!/bin/sh
# memory-worker.sh: what a worker holds after ever more small documents.
#
#     bench/memory-worker.sh [GALLEY]      in the build folder, after make
#
# 100,000 and then 1,000,000 lines go from a watched folder to a file of records.
# Each figure is that of the process that works, when all is done and it waits for
# more; from 100,000 on, which fills what export knows, it must not grow.
galley=${1:-$PWD/galley}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir in
cat > p.conf <<'END'
stages = (
  { use = "fetch"; paths = "in"; watch = true; done = "done"; settle = "0";
    rescan = "50ms"; },
  { use = "export"; path = "out.jsonl"; append = true; } );
END
"$galley" work ./p.conf & worker=$!
trap 'kill $worker; wait $worker; rm -rf "$folder"' EXIT

# bring FIRST LAST: the documents with these numbers, until they are done
bring () {
  awk -v i="$1" -v last="$2" 'BEGIN { for (; i <= last; i++)
    printf "{\"id\":\"%d\",\"text\":\"The ferry of %d was late.\"}\n", i, i }' > .new
  mv .new "in/$1.jsonl"
  while [ ! -e "done/$1.jsonl" ]; do sleep 0.1; done
}

# figure NAME: of the worker's child
figure () {
  for status in /proc/[0-9]*/status; do
    awk -v name="$1:" -v parent="$worker" '$1 == "PPid:" && $2 == parent { ours = 1 }
      $1 == name { kb = $2 } END { if (ours) printf "%.1f MB", kb / 1024 }' "$status" 2> /dev/null
  done
}

first=1
for count in 1000 100000 1000000; do
  bring "$first" "$count"
  first=$((count + 1))
  echo "$count documents: $(figure VmRSS) now, $(figure VmHWM) at most"
done

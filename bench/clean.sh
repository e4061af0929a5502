#!/bin/sh
# clean.sh: clean beside the bare parse of its pages and python3-readability.
#
#     bench/clean.sh [PAGES...]       in the build folder, after make bench
#
# All on one core, start-up and reading apart, in turns; the medians of
# $ROUNDS (5) rounds. Without PAGES the examples' own.
source=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-/usr/bin/python3}
GALLEY_PLUGIN_PATH=$PWD/plugins GALLEY_LEXICON_PATH=$source/lexicon
export GALLEY_PLUGIN_PATH GALLEY_LEXICON_PATH
[ $# -gt 0 ] || set -- "$source"/examples/*.html
core=
command -v taskset > /dev/null && core="taskset -c 0"
peer=yes
if ! "$python" -c 'import readability' 2> /dev/null; then
  echo "python3-readability is not installed: left out"
  peer=
fi

i=0
while [ $i -lt "${ROUNDS:-5}" ]; do
  $core bench/clean "$@" || exit 1
  [ -z "$peer" ] || $core "$python" "$source/bench/clean-peer.py" "$@"
  i=$((i + 1))
done | sort -t "$(printf '\t')" -k 1,1 -k 4,4g | awk -F '\t' '
  $1 != name[n] { name[++n] = $1; rounds = 0 }
  { pages[n] = $2; bytes[n] = $3; seconds[n, ++rounds] = $4 }
  END {
    if (n == 0)
      exit 1
    for (i = 1; i <= n; i++)
      s[i] = seconds[i, int((rounds + 1) / 2)]
    printf "%d pages, %.2f MB, %d rounds, medians\n", pages[1], bytes[1] / 1e6,
      rounds
    printf "%-20s %10s %8s %20s\n", "", "pages/s", "MB/s", "time, clean = 1"
    for (i = 1; i <= n; i++)
      printf "%-20s %10.1f %8.1f %20.2f\n", name[i], pages[i] / s[i],
        bytes[i] / s[i] / 1e6, s[i] / s[1]
  }'

#!/bin/sh
# entity.sh: entity beside wink-nlp and compromise.
#
#     bench/entity.sh [TEXTS...]       in the build folder, after make bench
#
# All on one core, start-up and reading apart, in turns; the medians of
# $ROUNDS (3) rounds; tokens as galley counts them. Without TEXTS the examples'
# own. The others, if npm has put them into $PEERS/node_modules:
#
#     npm install wink-nlp wink-eng-lite-web-model compromise
source=$(cd "$(dirname "$0")/.." && pwd)
GALLEY_PLUGIN_PATH=$PWD/plugins GALLEY_LEXICON_PATH=$source/lexicon
NODE_PATH=${PEERS:-$PWD}/node_modules
export GALLEY_PLUGIN_PATH GALLEY_LEXICON_PATH NODE_PATH
[ $# -gt 0 ] || set -- "$source"/examples/*.txt "$source"/examples/*.jsonl
core=
command -v taskset > /dev/null && core="taskset -c 0"
peers=yes
if ! command -v node > /dev/null; then
  echo "node is not installed: wink-nlp and compromise left out"
  peers=
fi

i=0
while [ $i -lt "${ROUNDS:-3}" ]; do
  $core bench/entity "$@" || exit 1
  [ -z "$peers" ] || $core node "$source/bench/entity-peer.js" "$@"
  i=$((i + 1))
done | sort -t "$(printf '\t')" -k 1,1 -k 4,4g | awk -F '\t' '
  $1 != name[n] { name[++n] = $1; rounds = 0 }
  { bytes[n] = $3; seconds[n, ++rounds] = $4 }
  $1 == "galley entity" { tokens = $2; own = n }
  END {
    if (n == 0)
      exit 1
    for (i = 1; i <= n; i++)
      s[i] = seconds[i, int((rounds + 1) / 2)]
    printf "%d tokens, %.2f MB, %d rounds, medians\n", tokens, bytes[1] / 1e6,
      rounds
    printf "%-20s %12s %8s %20s\n", "", "tokens/s", "MB/s", "time, entity = 1"
    for (i = 1; i <= n; i++)
      printf "%-20s %12.0f %8.2f %20.2f\n", name[i], tokens / s[i],
        bytes[i] / s[i] / 1e6, s[i] / s[own]
  }'

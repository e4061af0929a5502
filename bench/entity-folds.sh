#!/bin/sh
# How well `entity` does on WNUT-17 texts that it has not learned from: learns
# five times, each time without a fifth of them, and scores the five together.
#
#     bench/entity-folds.sh DATA SCORER      in a build's folder
#
# DATA has conll2003-train.jsonl.gz and wnut17-train.jsonl.gz; SCORER is a program
# that takes gold and found records. Some seven minutes of one core.
data=${1:?the folder of data} scorer=${2:?the scorer}
build=$(pwd)
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

GALLEY_PLUGIN_PATH=$build/plugins/entity
export GALLEY_PLUGIN_PATH
for fold in 0 1 2 3 4; do
  {
    zcat "$data/conll2003-train.jsonl.gz"
    zcat "$data/wnut17-train.jsonl.gz" | awk "NR % 5 != $fold"
    sed '/^#/d; s/"/\\"/g; s/.*/{"text": "&"}/' \
      "$source/plugins/entity/samples.txt"
  } | "$build/galley" run -q "$source/plugins/entity/learn.conf" 2> log ||
    { cat log; exit 1; }
  cat > find.conf <<EOF
lanes = 1;
stages = ( { use = "fetch"; format = "jsonl"; },
  { use = "entity"; dates = false; model = "$work/entity-model.new"; },
  { use = "export"; } );
EOF
  zcat "$data/wnut17-train.jsonl.gz" | awk "NR % 5 == $fold" > gold.$fold
  "$build/galley" run -q find.conf < gold.$fold > found.$fold
  echo "fold $fold"
  python3 "$scorer" gold.$fold found.$fold | grep '^exact'
done
cat gold.? > gold
cat found.? > found
echo "all folds"
python3 "$scorer" gold found

#!/bin/sh
# Lanes and queues, by whole runs of the program: with one lane and several,
# much room and little, with stages that hold, drop, fail, sleep and bring
# documents from timers, the same records come out in the same order. Built with
# the thread sanitizer, a race ends a run and fails this.
galley=${GALLEY_BUILD:-.}/galley
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
runs=0
failures=0
TSAN_OPTIONS="halt_on_error=1 $TSAN_OPTIONS"
export TSAN_OPTIONS

# run NAME STATUS STAGES...: the stages between source and export
run () {
  name=$1
  status=$2
  stages=$3
  for lanes in 1 2 4; do
    for room in 1 3 64; do
      {
        echo "lanes = $lanes; room = $room; failed = \"\";"
        echo "stages = ( $stages { use = \"export\"; } );"
      } > p.conf
      "$galley" run p.conf -q -o "out-$lanes-$room" 2> said
      got=$?
      runs=$((runs + 1))
      if [ $got != "$status" ]; then
        echo "lanes: $name, $lanes lanes, room $room: status $got"
        head -n 40 said
        failures=$((failures + 1))
      elif ! cmp -s "out-$lanes-$room" out-1-1; then
        echo "lanes: $name, $lanes lanes, room $room: other records"
        failures=$((failures + 1))
      fi
    done
  done
}

run "verdicts" 1 '{ use = "count-source"; count = 900; refuse_every = 50; },
  { use = "fussy"; drop_every = 7; fail_every = 11; sleep_every = 97; },
  { use = "pass"; },'
run "holds" 0 '{ use = "count-source"; count = 900; },
  { use = "fussy"; hold = 20; when = "id ~ 1"; }, { use = "pass"; },'
run "timers" 0 '{ use = "later"; count = 200; }, { use = "pass"; },
  { use = "later"; },'
run "pieces" 0 '{ use = "count-source"; count = 600; },
  { use = "fussy"; sleep_every = 50; }, { use = "export"; path = "/dev/null"; },
  { use = "fussy"; drop_every = 3; sleep_every = 70; },'
run "memories" 0 '{ use = "count-source"; count = 300; },
  { use = "recall"; tell = false; },'
articles=${GALLEY_SOURCE:-.}/examples
run "articles" 0 "{ use = \"fetch\"; paths = [ \"$articles\" ]; },
  { use = \"clean\"; keep_all = true; }, { use = \"translate-marker\"; },
  { use = \"entity\"; }, { use = \"quote\"; },"
awk 'BEGIN { for (i = 0; i < 900; i++)
  printf "{\"id\":\"%d\",\"text\":\"Bell %d rings.\"}\n", i, i * i % 97 }' > bells.jsonl
run "duplicates" 0 '{ use = "fetch"; paths = "bells.jsonl"; },
  { use = "fussy"; sleep_every = 50; }, { use = "dedup"; remember = 20; },
  { use = "fussy"; sleep_every = 70; }, { use = "dedup"; action = "drop"; },'

echo "lanes: $runs runs, $failures failed"
[ "$failures" = 0 ]

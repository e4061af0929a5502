#!/bin/sh
# Many workers on one stream of NATS JetStream, of whom some are killed on the way,
# and servers too: nothing may be lost, nothing be twice in the store.
#
#     tests/cluster.sh SERVERS WORKERS DOCUMENTS KILLS [ACK_WAIT]
#
# pipelines/cluster-in.conf feeds what pipelines/cluster-work.conf works on. A kill
# is one of a worker, with all its processes, and one of the server that leads the
# stream, if there is more than one; each is begun again soon after.
servers=${1:-3}
workers=${2:-3}
documents=${3:-20000}
kills=${4:-2}
ACK_WAIT=${5:-5s}
galley=${GALLEY_BUILD:-.}/galley
PATH=$PATH:/usr/sbin
command -v nats-server > /dev/null || {
  echo "cluster: skipped, since nats-server is not installed"
  exit 0
}
[ -e "${GALLEY_BUILD:-.}/plugins/fetch-jetstream.la" ] || {
  echo "cluster: skipped, since libnats was not there when this was built"
  exit 0
}
folder=$(mktemp -d) || exit 1
cd "$folder" || exit 1
mkdir in ports data
pids=

finish () {
  for pid in $(cat ./*.pid 2> /dev/null); do
    kill -9 "-$pid" 2> /dev/null
  done
  cd /
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM

# begin NAME COMMAND...: in a group of processes of its own
begin () {
  name=$1
  shift
  setsid "$@" >> "$name.log" 2>&1 &
  echo $! > "$name.pid"
}

murder () {
  kill -9 "-$(cat "$1.pid")"
  rm "$1.pid"
}

now () {
  date +%s%N | sed 's/......$//'
}

await () {
  end=$(($(now) + ${patience:-60} * 1000))
  until "$@"; do
    [ "$(now)" -lt $end ] || {
      echo "cluster: never: $*"
      tail -n 5 ./*.log
      exit 1
    }
    sleep 0.1
  done
}

# ---- servers ----

# Addresses that are free: a server of a cluster must know the others' before.
find_ports () {
  for i in $(seq "$servers"); do
    begin "find$i" nats-server -a 127.0.0.1 -p -1 --cluster_name x \
      --cluster nats://127.0.0.1:-1 --ports_file_dir ports
  done
  has_ports () {
    [ "$(grep -l cluster ports/*.ports 2> /dev/null | wc -l)" = "$servers" ]
  }
  await has_ports
  sed 's/.*"nats":\["\([^"]*\)".*/\1/' ports/*.ports > clients
  sed 's/.*"cluster":\["\([^"]*\)".*/\1/' ports/*.ports > routes
  for i in $(seq "$servers"); do
    murder "find$i"
  done
}

start_server () {
  client=$(sed -n "$1p" clients)
  route=$(sed -n "$1p" routes)
  if [ "$servers" = 1 ]; then
    begin "server$1" nats-server -a 127.0.0.1 -p "${client##*:}" -js \
      -sd "data/$1"
  else
    begin "server$1" nats-server -n "server$1" -a 127.0.0.1 \
      -p "${client##*:}" -js -sd "data/$1" --cluster_name test \
      --cluster "$route" --routes "$(paste -s -d, routes)"
  fi
}

# The one that said last that it leads the stream; at first the feeder says it.
find_leader () {
  leader=$(grep -H "new stream leader for '.*news'" server*.log |
    sed 's/^\(server[0-9]*\).log:\[[0-9]*\] \([^[]*\).*/\2 \1/' | sort |
    tail -n 1 | grep -o 'server[0-9]*')
  [ -n "$leader" ] || leader=$(sed -n 's/.*: \(server[0-9]\) leads.*/\1/p' feeder.log)
  echo "$leader"
}

# ---- documents ----

# So many, told by a fixed seed, of sentences that have something to find.
write_documents () {
  awk -v count="$1" '
    function one_of(list,  n, words) {
      n = split(list, words, "|")
      return words[1 + int(rand() * n)]
    }
    function person() {
      return one_of("Anna|Mark|Lucia|Omar|Helen|Piotr") " " \
             one_of("Keller|Duarte|Novak|Haddad|Lindqvist|Moreau")
    }
    function sentence(  who) {
      who = person()
      return one_of(who " told reporters in " \
          one_of("Lisbon|Cairo|Oslo|Lima") " that the bridge would open in " \
          int(2 + rand() * 9) " weeks.|“The ferry is late again,” said " who \
          ", who runs the port.|The council of " \
          one_of("Geneva|Porto|Leeds|Graz") " set aside $" int(rand() * 90) \
          " million for the school on Monday.|“We will count every vote,” " \
          who " said, “and then count again.”|Rain fell on " \
          one_of("Norway|Peru|Egypt|Spain") " for the " int(3 + rand() * 9) \
          "th day.")
    }
    BEGIN {
      srand(7)
      for (i = 1; i <= count; i++) {
        text = "Dispatch part" i % 20 "."
        for (n = 3 + int(rand() * 4); n > 0; n--)
          text = text " " sentence()
        gsub(/"/, "\\\"", text)
        printf "{\"id\":\"doc-%d\",\"text\":\"%s\"}\n", i, text
      }
    }'
}

feed () {
  write_documents "$documents" | split -l 1000 - in/.part
  for part in in/.part*; do
    mv "$part" "in/${part#in/.}.jsonl"
  done
}

# ---- workers ----

start_worker () {
  begin "worker$1" "$galley" work -v cluster-work --state "state$1"
}

# Documents in the store, by a twentieth of them; then exactly.
in_store () {
  found=$("$galley" search --most "$documents" news.db part7 2> /dev/null |
    grep -c '^doc-')
  echo $((found * 20))
}

has_stored () {
  [ "$(in_store)" -ge "$1" ]
}

all_ids () {
  "$galley" search --most "$documents" news.db Dispatch | grep -o '^doc-[0-9]*'
}

is_whole () {
  has_stored "$documents" && [ "$(all_ids | wc -l)" -ge "$documents" ]
}

kill_some () {
  victim=worker$(($1 % workers + 1))
  murder "$victim"
  echo "at $(in_store) documents: $victim killed"
  if [ "$servers" -gt 1 ]; then
    leader=$(find_leader)
    murder "$leader"
    echo "at $(in_store) documents: $leader killed, which led the stream"
    sleep 3
    start_server "${leader#server}"
  fi
  start_worker "${victim#worker}"
}

# ---- all of it ----

find_ports
for i in $(seq "$servers"); do
  start_server "$i"
done
NATS=$(paste -s -d, clients)
REPLICAS=$servers
export NATS REPLICAS ACK_WAIT
begun=$(now)
begin feeder "$galley" work -v cluster-in
feed
await grep -q ready feeder.log
for i in $(seq "$workers"); do
  start_worker "$i"
done
patience=1800
for i in $(seq "$kills"); do
  await has_stored $((documents * i / (kills + 1)))
  kill_some "$i"
done
await is_whole
took=$(($(now) - begun))
all_ids | sort > stored
write_documents "$documents" | grep -o 'doc-[0-9]*' | sort > made
lost=$(comm -23 made stored | wc -l)
twice=$(uniq -d stored | wc -l)
failed=$(cat failed.jsonl 2> /dev/null | wc -l)
echo "servers  workers  documents  kills  stored  lost  twice  failed  a second"
printf '%7d  %7d  %9d  %5d  %6d  %4d  %5d  %6d  %8d\n' "$servers" "$workers" \
  "$documents" "$kills" "$(wc -l < stored)" "$lost" "$twice" "$failed" \
  $((documents * 1000 / took))
[ "$lost" = 0 ] && [ "$twice" = 0 ] && [ "$failed" = 0 ]

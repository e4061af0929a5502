#!/bin/sh
# The admin page of a worker that worked, in headless Chromium: what it shows,
# and that nothing of what documents say was run. Its pictures are kept in
# tests/page of the build folder, to be looked at. Run by `make check`, which skips
# it without a browser, and `make check-page`.
build=${GALLEY_BUILD:-.}
source=${GALLEY_SOURCE:-.}
browser=$(command -v chromium || command -v chromium-browser ||
  command -v google-chrome)
if [ -z "$browser" ]; then
  echo "page: skipped, there is no chromium"
  exit 0
fi
"$build/galley" help work | grep -q -e --admin || exit 1
pictures=$build/tests/page
folder=$(mktemp -d) || exit 1
worker=
trap '[ -z "$worker" ] || { kill $worker; wait $worker; }; rm -rf "$folder"' EXIT
mkdir -p "$pictures" "$folder/in"
cd "$folder" || exit 1
failures=0

cat > page.conf << 'END'
lanes = 2;
stages = (
  { use = "fetch"; paths = "in"; watch = true; done = "done"; failed = "bad";
    settle = "0"; rescan = "100ms"; },
  { use = "crash"; },
  { use = "clean"; },
  { use = "dedup"; action = "drop"; },
  { use = "translate-marker"; when = "lang == 'en'"; },
  { use = "entity"; },
  { use = "quote"; },
  { use = "export"; path = "out"; append = true; }
);
END

# await COMMAND...: until it is true, a minute at most
await () {
  n=0
  until "$@" 2> /dev/null; do
    n=$((n + 1))
    if [ $n -gt 600 ]; then
      echo "page: never: $*"
      cat log
      exit 1
    fi
    sleep 0.1
  done
}

# put NAME: a file for the worker, from standard input
put () {
  cat > .new
  mv .new "in/$1"
}

# see NAME FLAGS...: what the browser makes of the page, and what it says
see () {
  name=$1
  shift
  [ "$(id -u)" != 0 ] || set -- --no-sandbox "$@"
  timeout 100 "$browser" --headless --disable-gpu --no-first-run \
    --user-data-dir="$folder/profile" --hide-scrollbars \
    --enable-logging=stderr --virtual-time-budget=4000 "$@" \
    "http://127.0.0.1:$port/" > "$name" 2> "$name.said"
}

# has WHAT PATTERN: in the page as it stands
has () {
  grep -q -e "$2" page || {
    echo "page: no $1: $2"
    failures=$((failures + 1))
  }
}

hasnt () {
  ! grep -q -e "$2" "${3:-page}" || {
    echo "page: $1: $(grep -o -e ".\{0,80\}$2.\{0,80\}" "${3:-page}" | head -3)"
    failures=$((failures + 1))
  }
}

GALLEY_PLUGIN_PATH=$build/tests/plugins "$build/galley" work -v ./page.conf \
  --admin 127.0.0.1:0 2> log &
worker=$!
await grep -q 'endpoint at' log
port=$(sed -n 's,.*http://127.0.0.1:\([0-9]*\)/.*,\1,p' log)

for name in ferry.txt earthquake.txt reservoir.html briefs.jsonl; do
  put $name < "$source/examples/$name"
done
await [ -e done/briefs.jsonl ]
put twice.jsonl < "$source/examples/briefs.jsonl"
echo 'segfault, on <b>purpose</b>' | put 'bad<script>.txt'
printf '\001\002\003' | put binary.bin
await [ -e bad/binary.bin ]
await [ -e 'bad/bad<script>.txt' ]
await [ -e done/twice.jsonl ]

# Whatever a page can be made of, in all that is shown.
put hostile.jsonl << 'END'
{"id":"</script><script>document.documentElement.dataset.ran=1</script>","title":"<script>document.documentElement.dataset.ran=2</script><img src=x onerror=\"document.documentElement.dataset.ran=3\">","lang":"en","text":"Mayor Ana Kovac of Split said on Tuesday: “The <b onmouseover=\"document.documentElement.dataset.ran=4\">ferry</b> to Rijeka </pre></noscript><svg onload=document.documentElement.dataset.ran=5> is late.” She met Elena Markovic, the minister, in Trieste. 😀 Ivo Lončar said the line had 12 ships.\n\nThe harbour of Rijeka was closed for 3 days in October 2021, the Maritime Council said."}
END
await [ -e done/hostile.jsonl ]

# The chart is there after some seconds.
: > page
for try in 1 2 3 4 5 6 7 8 9 10; do
  grep -q '<path class="done" d="M' page ||
    see page --window-size=1280,2400 --dump-dom
done
has "name" '<h1 id="name">page</h1>'
has "state" '<p id="state" class="state good">running</p>'
for stage in fetch crash clean dedup translate-marker entity quote export; do
  has "box in the graph" "<text class=\"id\"[^>]*>$stage</text>"
  has "row of the stage" "<td[^>]*>$stage</td>"
done
has "guard" "when lang == 'en'"
has "count" '>blocks removed [0-9]'
has "document in the list" '<span class="title">Quake shakes'
has "dropped document" 'dropped: duplicate'
has "title as text" '<h3>&lt;script&gt;document.documentElement.dataset.ran=2'
has "person" '<mark class="c[0-7][^"]*begins ends" title="entities · PERSON · Ana Kovac"[^>]*>Ana Kovac</mark>'
has "quotation" 'title="quotes · direct"'
has "speaker in it" '<mark class="c[0-7] part[^"]*" title="quotes · speaker · Ana Kovac"'
has "text behind what takes two units" '>Ivo Lončar</mark>'
has "legend" '<b>entities</b> [0-9]'
has "list of finds" '<summary>[0-9]* finds as a list</summary>'
has "failed document" 'the process crashed with it in hand, 2 times (given up)'
has "its ticket" 'in/bad&lt;script&gt;.txt'
has "reason" '<span>crash: the process crashed with it in hand, N times</span>'
has "chart" '<path class="done" d="M'
hasnt "something was run" 'data-ran'
hasnt "an image" '<img'
hasnt "a foreign element" '<b onmouseover'
hasnt "the console was written to" 'CONSOLE' page.said
[ "$(grep -o '<script' page | wc -l)" = 1 ] || {
  echo "page: more scripts than its own"
  failures=$((failures + 1))
}

see light --window-size=1280,2400 --screenshot="$pictures/light.png"
see dark --window-size=1280,2400 --screenshot="$pictures/dark.png" \
  --blink-settings=preferredColorScheme=0
see phone --window-size=500,3600 --screenshot="$pictures/phone.png"
for name in light dark phone; do
  [ -s "$pictures/$name.png" ] || {
    echo "page: no picture $name"
    failures=$((failures + 1))
  }
done
[ $failures = 0 ] && echo "page: shows what the worker did; see $pictures"
[ $failures = 0 ]

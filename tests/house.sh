#!/bin/sh
# The rules of docs/architecture.md part 4, checked. Run by `make check`.
source=${GALLEY_SOURCE:-$(dirname "$0")/..}
build=${GALLEY_BUILD:-$source}
cd "$source" || exit 1
failures=0

fail () {
  echo "house: $*"
  failures=$((failures + 1))
}

# includes FILE...: "file:header" for what they include
includes () {
  grep -HoE '^#include [<"][^>"]+' "$@" /dev/null |
    sed 's/:#include [<"]/:/'
}

# Plugins see the public headers and libraries: never the core's own headers,
# never another plugin's; but fetch-NAME reads files as fetch does, and what
# fetch-NAME and export-NAME share stands in plugins/NAME.
for file in plugins/*.c plugins/*/*.c plugins/*/*.h; do
  [ -e "$file" ] || continue
  own=$(echo "$file" | sed -E 's,^plugins/([^/.]+).*,\1,')
  for header in $(includes "$file" | cut -d: -f2); do
    case $header in
      *core/*) fail "$file includes $header of the core" ;;
      ../*/*|*/../*) fail "$file includes $header of another place" ;;
      galley/*) ;;
      */*.h) case $header in
          "$own"/*|"${own%%-*}"/*|"${own#*-}"/*|nats/*|sys/*|arpa/*|netinet/*|curl/*|libxml/*|json-c/*|uchardet/*) ;;
          *) fail "$file includes $header of another plugin?" ;;
        esac ;;
    esac
  done
done

# One door for each library.
door () {
  header=$1
  shift
  for file in core/*.[ch]; do
    grep -q "^#include <$header>" "$file" || continue
    case " $* " in
      *" $file "*) ;;
      *) fail "$file includes <$header>; its door is $*" ;;
    esac
  done
}
door libconfig.h core/config.c
door ltdl.h core/registry.c
door uv.h core/queue.h core/lane.c core/queue.c
door sqlite3.h core/state.c core/cmd-search.c
door microhttpd.h core/admin.c
door utf8proc.h core/utf8.c

# libgalley knows nothing of the program around it, nor of libuv.
library=$(sed -n '/^core_libcore_la_SOURCES/,/^core_libcore_la_LIBADD/p' \
  Makefile.am | grep -oE 'core/[a-z0-9-]+\.[ch]')
for file in $library; do
  for header in $(includes "$file" | cut -d: -f2); do
    case $header in
      uv.h|admin.h|command.h|failed.h|figures.h|lane.h|picture.h|pipeline.h|\
      queue.h|stats.h|when.h)
        fail "$file of libgalley includes $header of the program" ;;
    esac
  done
done

# Downward only: main > subcommands > pipeline > lane > queue.
downward () {
  file=$1
  shift
  for header in "$@"; do
    grep -q "^#include \"$header\"" "$file" &&
      fail "$file includes $header, which stands above it"
  done
}
for file in core/queue.c core/queue.h core/failed.c core/failed.h \
  core/stats.c core/when.c core/figures*.[ch] core/picture*.[ch] \
  core/admin*.[ch]; do
  downward "$file" lane.h pipeline.h command.h
done
for file in core/lane.c core/lane.h core/intake.c; do
  downward "$file" pipeline.h command.h
done
downward core/pipeline.c command.h
downward core/pipeline.h command.h

# A plugin exports galley_plugin and nothing else, and has no writable data.
for object in "$build"/plugins/.libs/*.so; do
  [ -e "$object" ] || continue
  # Sanitizers put data of their own into every object.
  grep -q '^SANITIZE = .*-fsanitize' "$build/Makefile" 2>/dev/null && break
  exported=$(nm -D --defined-only "$object" | awk '{print $3}' |
    grep -vE '^(_init|_fini|_edata|_end|__bss_start)$')
  [ "$exported" = galley_plugin ] ||
    fail "$object exports" $exported
  writable=$(objdump -t "$object" |
    awk '$3 == "O" && ($4 == ".data" || $4 == ".bss") {print $NF}' |
    grep -vE '^(__dso_handle|__TMC_END__|completed\.[0-9]+)$')
  [ -z "$writable" ] || fail "$object has writable data:" $writable
done

# The public headers stay a short read.
lines=$(cat include/galley/*.h | wc -l)
[ "$lines" -le 590 ] || fail "the public headers have $lines lines (590)"

# No file over 800 lines.
for file in core/*.[ch] plugins/*.c plugins/*/*.[ch] tests/*.c bench/*.c; do
  [ -e "$file" ] || continue
  lines=$(wc -l < "$file")
  [ "$lines" -le 800 ] || fail "$file has $lines lines (800)"
done

[ "$failures" = 0 ] && echo "house: all rules hold"
[ "$failures" = 0 ]

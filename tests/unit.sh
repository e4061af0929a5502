#!/bin/sh
# The unit for systemd, by systemd's own check.
build=${GALLEY_BUILD:-.}
if ! systemd-analyze --version > /dev/null 2>&1; then
  echo "unit: no systemd-analyze: skipped"
  exit 0
fi
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
# The program and its pages are not installed yet.
sed -e "s,^ExecStart=[^ ]*,ExecStart=$(command -v true)," -e '/^Documentation=/d' \
  "$build/galley@.service" > "$folder/galley@news.service"
said=$(systemd-analyze verify "$folder/galley@news.service" 2>&1)
if [ -n "$said" ]; then
  echo "unit: $said"
  exit 1
fi
level=$(systemd-analyze security --offline=true --threshold=20 \
  "$folder/galley@news.service" 2>&1 | tail -n 1)
case $level in
  *": 0."*|*": 1."*|'') echo "unit: well formed; ${level#* }" ;;
  *"nrecognized option"*) echo "unit: well formed" ;;
  *) echo "unit: the sandbox has become wide: $level"
    exit 1 ;;
esac

#!/bin/sh
# from-cases.sh FOLDER [STAGE]: makes an input for the fuzzer of every case of
# tests/cases; with "entity", "quote" or "translate-marker" one for the fuzzer of
# that stage of its own cases.
folder=${1:?FOLDER}
mkdir -p "$folder"
awk -v folder="$folder" -v stage="$2" '
  FNR == 1 { kind = FILENAME ~ /clean/ ? "t" : "e"; plain = kind }
  /^@type / { kind = $2 == "text/html" ? "h" : plain }
  /^[#@]/ || !/[^ ]/ { next }
  stage && FILENAME !~ ("/" stage "[.]") { next }
  {
    sub(/ => .*/, ""); sub(/ ;; .*/, "")
    gsub(/\\n/, "\n"); gsub(/\\t/, "\t")
    gsub(/\\\[/, "\001"); gsub(/\\\]/, "\002"); gsub(/\\\|/, "\003")
    if (kind == "e" || stage) { # spans drawn in
      gsub(/\|[^]|]*\]/, "]"); gsub(/\[[A-Za-z-]+ /, ""); gsub(/\]/, "")
    }
    gsub(/\001/, "["); gsub(/\002/, "]"); gsub(/\003/, "|")
    file = sprintf("%s/case-%04d", folder, ++count)
    if (stage)
      kind = stage == "entity" ? count % 5 "2021-06-18\n" \
             : stage == "quote" ? count % 4 : count % 10
    printf "%s%s", kind, $0 > file
    close(file)
  }' "$(dirname "$0")"/../cases/*.cases

#!/bin/sh
# from-cases.sh FOLDER [entity]: makes an input for the fuzzer of every case of
# tests/cases; with "entity" one for fuzz-entity of the cases of that stage.
folder=${1:?FOLDER}
mkdir -p "$folder"
awk -v folder="$folder" -v entity="$2" '
  FNR == 1 { kind = FILENAME ~ /clean/ ? "t" : "e"; plain = kind }
  /^@type / { kind = $2 == "text/html" ? "h" : plain }
  /^[#@]/ || !/[^ ]/ { next }
  entity && FILENAME !~ /entity/ { next }
  {
    sub(/ => .*/, ""); sub(/ ;; .*/, "")
    gsub(/\\n/, "\n"); gsub(/\\t/, "\t")
    gsub(/\\\[/, "\001"); gsub(/\\\]/, "\002"); gsub(/\\\|/, "\003")
    if (kind == "e") { # spans drawn in
      gsub(/\|[^]|]*\]/, "]"); gsub(/\[[A-Za-z-]+ /, ""); gsub(/\]/, "")
    }
    gsub(/\001/, "["); gsub(/\002/, "]"); gsub(/\003/, "|")
    file = sprintf("%s/case-%04d", folder, ++count)
    printf "%s%s", entity ? count % 5 "2021-06-18\n" : kind, $0 > file
    close(file)
  }' "$(dirname "$0")"/../cases/*.cases

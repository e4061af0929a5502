#!/bin/sh
# from-cases.sh FOLDER: makes an input for the fuzzer of every case of tests/cases.
folder=${1:?FOLDER}
mkdir -p "$folder"
awk -v folder="$folder" '
  FNR == 1 { kind = FILENAME ~ /clean/ ? "t" : "e"; plain = kind }
  /^@type / { kind = $2 == "text/html" ? "h" : plain }
  /^[#@]/ || !/[^ ]/ { next }
  {
    sub(/ => .*/, ""); sub(/ ;; .*/, "")
    gsub(/\\n/, "\n"); gsub(/\\t/, "\t")
    gsub(/\\\[/, "\001"); gsub(/\\\]/, "\002"); gsub(/\\\|/, "\003")
    if (kind == "e") { # spans drawn in
      gsub(/\|[^]|]*\]/, "]"); gsub(/\[[A-Za-z-]+ /, ""); gsub(/\]/, "")
    }
    gsub(/\001/, "["); gsub(/\002/, "]"); gsub(/\003/, "|")
    file = sprintf("%s/case-%04d", folder, ++count)
    printf "%s%s", kind, $0 > file
    close(file)
  }' "$(dirname "$0")"/../cases/*.cases

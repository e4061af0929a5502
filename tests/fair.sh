#!/bin/sh
# What people wrote is not called a machine's: tests/fair has short texts in the
# manners of regional newspapers, of learners, of law, of plain language. None may
# have the verdict "machine".
source=${GALLEY_SOURCE:-.}
galley=${GALLEY_BUILD:-.}/galley
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

cat > "$folder/fair.conf" <<END
stages = (
  { use = "fetch"; },
  { use = "translate-marker"; },
  { use = "export"; path = "$folder/out"; }
);
END
"$galley" run -q "$folder/fair.conf" "$source/tests/fair" || exit 1
all=$(grep -c '"score":' "$folder/out")
named=$(grep -c '"verdict":"machine"' "$folder/out")
if [ "$all" -lt 20 ] || [ "$named" -gt 0 ]; then
  echo "fair: $named of $all texts by people are called a machine's"
  exit 1
fi
echo "fair: none of $all texts by people is called a machine's"

# Makes lexicon/marker-tags.txt of the files of the Brown corpus (W/tag W/tag, a
# sentence a line): of each word that came twice and is no name, the class that
# it had most often. Words of marker-style.txt, given first, are left out.
#     LC_ALL=C awk -f tags.awk marker-style.txt c[a-r][0-9][0-9]
BEGIN {
    split("nn N nns S vb V vbz Z vbd D vbn P vbg G jj J jjr K jjt K jjs K " \
          "rb R rbr R rbt R rn R rp R ql R qlp R cd C od O uh U md M", pairs, " ")
    for (i = 1; i in pairs; i += 2)
        class[pairs[i]] = pairs[i + 1]
}
FNR == NR {
    if (!/^#/)
        listed[$1]
    next
}
{
    for (i = 1; i <= NF; i++) {
        slash = match($i, /\/[^\/]*$/)
        word = tolower(substr($i, 1, slash - 1))
        tag = substr($i, slash + 1)
        sub(/[-+*$].*/, "", tag)
        if (word !~ /^[a-z][a-z'-]+$/ || word in listed)
            continue
        all[word]++
        letter = tag in class ? class[tag] : "-"
        if (++seen[word, letter] > most[word]) {
            most[word] = seen[word, letter]
            best[word] = letter
        }
    }
}
function show(letter, words,    i, n, word, line) {
    n = split(words, word, " ")
    for (i = 1; i <= n; i++) {
        if (length(line word[i]) > 88) {
            print letter line
            line = ""
        }
        line = line " " word[i]
    }
    print letter line
}
END {
    letter = ""
    for (word in all)
        if (all[word] > 1 && best[word] != "-")
            print best[word] " " word | "sort > tags.tmp"
    close("sort > tags.tmp")
    while ((getline < "tags.tmp") > 0) {
        if ($1 != letter && letter != "")
            show(letter, words)
        words = $1 == letter ? words " " $2 : $2
        letter = $1
    }
    show(letter, words)
    system("rm tags.tmp")
}

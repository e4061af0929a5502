# Makes records of the files of the Brown corpus (W/tag W/tag, a sentence a line):
# a text of some 280 words a record, every third one, seven at most of a file.
#     awk -f brown.awk c[a-r]*
# The trainer takes them as OTHER; see docs/translate-marker.md.
function flush_text() {
    if (words > 280) {
        if (piece % 3 == 0 && piece < 7)
            printf "{\"id\": \"%s/%d\", \"system\": \"brown-%s\", " \
                "\"text\": \"%s\"}\n", name, piece, substr(name, 2, 1), text
        piece++
        text = ""
        words = sentences = 0
    }
}
FNR == 1 {
    name = FILENAME
    sub(/.*\//, "", name)
    text = ""
    piece = words = sentences = 0
}
NF {
    line = ""
    for (i = 1; i <= NF; i++) {
        word = $i
        sub(/\/[^\/]*$/, "", word)
        line = line (i > 1 ? " " : "") word
    }
    gsub(/ ?\\/, "", line)
    gsub(/`` */, "\\\"", line)
    gsub(/ *''/, "\\\"", line)
    gsub(/\( /, "(", line)
    for (i = 1; i <= 7; i++) {
        sign = substr(",.;:?!)", i, 1)
        gsub(" +[" sign "]", sign, line)
        if (i > 2)
            gsub("[" sign "][" sign "]", sign, line)
    }
    text = text (words == 0 ? "" : sentences % 3 ? " " : "\\n\\n") line
    words += NF
    sentences++
    flush_text()
}

# Turns what the service ran into a pgbench script that runs the same.
#
#   awk -v arguments=FILE -f statements.awk FIRST SECOND > script.sql
#
# FIRST and SECOND are the Postgres logs (log_statement = all, no prefix) of one request each, the
# same but for its idempotency key. A bind that both share stays what it is. An identifier or a key that
# differs is made afresh by every transaction, the same wherever it stood; times and JSON keep the
# first request's value. Constants go to FILE as pgbench arguments, so that they remain binds.

FNR == 1 { request++ }

/LOG:  execute / {
    text = $0
    sub(/^.*LOG:  execute [^:]*: /, "", text)
    count[request]++
    sql[request, count[request]] = text
    reading = "sql"
    next
}
/DETAIL:  parameters: / {
    text = $0
    sub(/^.*DETAIL:  parameters: /, "", text)
    read_binds(text)
    reading = ""
    next
}
/^\t/ && reading == "sql" {
    sub(/^\t/, "")
    sql[request, count[request]] = sql[request, count[request]] "\n" $0
    next
}
{ reading = "" }

# `$1 = 'it''s', $2 = NULL`
function read_binds(text,    number, value, position) {
    while (match(text, /^(, )?\$[0-9]+ = /)) {
        number = substr(text, 1, RLENGTH)
        gsub(/[^0-9]/, "", number)
        text = substr(text, RLENGTH + 1)
        if (substr(text, 1, 4) == "NULL") {
            is_null[request, count[request], number] = 1
            text = substr(text, 5)
            binds[request, count[request]] = number
            continue
        }
        value = ""
        for (position = 2; position <= length(text); position++) {
            if (substr(text, position, 1) != "'") continue
            if (substr(text, position + 1, 1) != "'") break
            position++
        }
        value = substr(text, 2, position - 2)
        gsub(/''/, "'", value)
        bind[request, count[request], number] = value
        binds[request, count[request]] = number
        text = substr(text, position + 1)
    }
}

# Its first 48 bits tell the time, which the row tells too: only its end is made afresh.
function identifier_like(first) {
    if (!(first in fresh)) fresh[first] = ++freshes
    return "('" substr(first, 1, 19) "8' || lpad(:fresh" fresh[first] "::text, 15, '0'))::uuid"
}

function identifiers(list,    elements, count_of, element, text) {
    count_of = split(substr(list, 2, length(list) - 2), elements, ",")
    for (element = 1; element <= count_of; element++)
        text = text (element > 1 ? ", " : "") (elements[element] == "NULL" ? "null" : identifier_like(elements[element]))
    return "array[" text "]::uuid[]"
}

function term(place, number,    first, second) {
    if ((1, place, number) in is_null) return "null"
    first = bind[1, place, number]
    second = bind[2, place, number]
    if (first != second && first ~ /^[{]([0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+|NULL|,)+[}]$/)
        return identifiers(first)
    if (first != second && first !~ /^[{]/ && first !~ /^\\x/ && first !~ /^[0-9]+-[0-9]+-[0-9]+ / && first !~ /^00-/) {
        if (first ~ /^[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+$/) return identifier_like(first)
        if (!(first in fresh)) fresh[first] = ++freshes
        return ":fresh" fresh[first]
    }
    if (!(first in constant)) {
        constant[first] = ++constants
        printf "-D\nconstant%d=%s\n", constants, first > arguments
    }
    return ":constant" constant[first]
}

END {
    printf "" > arguments
    if (count[1] == 0 || count[1] != count[2]) {
        print "the two requests ran different statements: " count[1] ", " count[2] > "/dev/stderr"
        exit 1
    }
    for (place = 1; place <= count[1]; place++) {
        text = sql[1, place]
        for (number = binds[1, place]; number >= 1; number--)
            gsub("\\$" number "([^0-9]|$)", "\001" number "&", text)
        for (number = binds[1, place]; number >= 1; number--) {
            replacement = term(place, number)
            while ((at = index(text, "\001" number "$" number)) > 0)
                text = substr(text, 1, at - 1) replacement substr(text, at + 2 * length(number "") + 2)
        }
        low = tolower(text)
        if (low ~ /^begin/) body = body "\\startpipeline\n"
        body = body text ";\n"
        if (low ~ /^commit/) body = body "\\endpipeline\n"
    }
    print "\\set turn :turn + 1"
    for (number = 1; number <= freshes; number++)
        printf "\\set fresh%d ((:start + :turn) * 16 + :client_id) * 64 + %d\n", number, number
    printf "%s", body
}

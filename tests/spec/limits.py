"""What each kind of limit does."""

from tools.spec import spec

ONLY_COLUMNS = spec("""
    Only the address and the need may be given. Whoever asks for more gets nothing at all, not the
    part that would be allowed.

    | asked for     | answer                                |
    | ------------- | ------------------------------------- |
    | need          | need                                  |
    | need, address | need, address                         |
    | born          | refused: request.column (only-needed) |
    | need, born    | refused: request.column (only-needed) |
""")

ONLY_COLUMNS_TWICE = spec("""
    Two rules about columns, one naming the address and the need, the other the need and the date
    of birth, leave what both of them name.

    | asked for | answer                                                          |
    | --------- | --------------------------------------------------------------- |
    | need      | need                                                            |
    | address   | refused: request.column (no-address)                            |
    | born      | refused: request.column (no-birth)                              |
    | person    | refused: request.column (no-birth), request.column (no-address) |
""")

ONLY_PURPOSES = spec("""
    The agreement is for rescue and for planning; this rule leaves only rescue.

    | purpose  | answer                                 |
    | -------- | -------------------------------------- |
    | rescue   | address                                |
    | planning | refused: request.purpose (only-rescue) |
""")

ONLY_ROWS = spec("""
    Only rows that pass a comparison are given, and where there are several such rules, only rows
    that pass all of them. The column that is compared need not be granted itself. Here needs-oxygen
    keeps rows whose need is oxygen, and is-old rows whose age is at least 75.

    | rules                | answer                                                  |
    | -------------------- | ------------------------------------------------------- |
    | none                 | address                                                 |
    | needs-oxygen         | address; only rows by needs-oxygen                      |
    | needs-oxygen, is-old | address; only rows by needs-oxygen; only rows by is-old |
""")

COARSEN = spec("""
    The postcode district is given instead of the address, always.

    | asked for     | answer                             |
    | ------------- | ---------------------------------- |
    | address       | address as postcode district       |
    | need          | need                               |
    | need, address | need, address as postcode district |
""")

COARSEN_UNLESS = spec("""
    The address only while an official flood warning is in force where the home is, otherwise the
    postcode district. The first moment of a warning counts, its last does not. A warning that the
    duty officer of the same organisation declares while its feed is silent counts as much as one
    from the feed.

    | warning                     | asked for | answer                       |
    | --------------------------- | --------- | ---------------------------- |
    | none                        | address   | address as postcode district |
    | in force in area            | address   | address                      |
    | in force in area            | need      | need                         |
    | in force nearby             | address   | address as postcode district |
    | of another kind             | address   | address as postcode district |
    | not begun                   | address   | address as postcode district |
    | begins this second          | address   | address                      |
    | ends in a second            | address   | address                      |
    | ends this second            | address   | address as postcode district |
    | ended yesterday             | address   | address as postcode district |
    | ended yesterday, and again  | address   | address                      |
    | by somebody else            | address   | address as postcode district |
    | feed silent, no declaration | address   | address as postcode district |
    | declared by duty officer    | address   | address                      |
    | declared by somebody else   | address   | address as postcode district |
""")

COARSEN_NOWHERE = spec("""
    A request that is about no one place, such as one for everybody, never meets the condition:
    what was to be less exact stays so, whatever warnings are in force.

    | asked for as | answer                       |
    | ------------ | ---------------------------- |
    | lookup       | address as postcode district |
    | bulk         | address as postcode district |
    | aggregate    | address as postcode district |
""")

COARSEN_TWICE = spec("""
    Where two rules make the same column less exact, the less exact form is given. Where neither
    form contains the other, nothing is given at all. The order of the rules does not matter.

    | rules                    | answer                |
    | ------------------------ | --------------------- |
    | none                     | born                  |
    | month                    | born as month         |
    | month, month             | born as month         |
    | month, year              | born as year          |
    | year, month              | born as year          |
    | ten-year-band            | born as ten year band |
    | month, ten-year-band     | refused: request.form |
    | ten-year-band, year      | refused: request.form |
    | month, postcode-district | refused: request.form |
""")

OPT_OUT = spec("""
    Nobody on the list of people who said no is in what is given. When the list was last fed more
    than 24 hours ago, or never, nothing is given at all.

    | list last fed             | answer                                     |
    | ------------------------- | ------------------------------------------ |
    | now                       | address; nobody on said-no                 |
    | 24 hours ago              | address; nobody on said-no                 |
    | 24 hours and a second ago | refused: request.opt-out-stale (leave-out) |
    | never                     | refused: request.opt-out-stale (leave-out) |
""")

RATE = spec("""
    At most three requests in an hour. A request that is refused for this or another reason is not
    counted here: the gateway says how many it answered.

    | answered this hour | answer                            |
    | ------------------ | --------------------------------- |
    | none               | address                           |
    | 1                  | address                           |
    | 2                  | address                           |
    | 3                  | refused: request.rate (not-often) |
    | 4                  | refused: request.rate (not-often) |
""")

PSEUDONYMISE = spec("""
    A code that means nothing elsewhere is given instead of the person.

    | asked for    | answer                 |
    | ------------ | ---------------------- |
    | person       | person as a code       |
    | need         | need                   |
    | need, person | need, person as a code |
""")

PSEUDONYMISE_AND_COARSEN = spec("""
    A code instead of a column and a less exact form of the same column both hold: the code is one
    for the less exact form, whichever rule came first. A code for the exact value would tell more.

    | rules      | answer                      |
    | ---------- | --------------------------- |
    | code       | born as a code              |
    | year       | born as year                |
    | code, year | born as a code for the year |
    | year, code | born as a code for the year |
""")

WHILE_SIGNAL = spec("""
    Nothing is given at all unless an official flood warning is in force where the home is.

    | warning                     | answer                                       |
    | --------------------------- | -------------------------------------------- |
    | none                        | refused: request.no-signal (only-in-a-flood) |
    | in force in area            | address                                      |
    | in force nearby             | refused: request.no-signal (only-in-a-flood) |
    | not begun                   | refused: request.no-signal (only-in-a-flood) |
    | ended yesterday             | refused: request.no-signal (only-in-a-flood) |
    | by somebody else            | refused: request.no-signal (only-in-a-flood) |
    | feed silent, no declaration | refused: request.no-signal (only-in-a-flood) |
    | declared by duty officer    | address                                      |
""")

MINIMUM_COUNT = spec("""
    No count below a number leaves; where several such rules hold, the greatest number. It narrows
    counts and nothing else.

    | asked for as | least counts | answer                  |
    | ------------ | ------------ | ----------------------- |
    | aggregate    | none         | need                    |
    | aggregate    | 5            | need; no count below 5  |
    | aggregate    | 5, 10        | need; no count below 10 |
    | aggregate    | 10, 5        | need; no count below 10 |
    | bulk         | 10           | need                    |
    | lookup       | 10           | need                    |
""")

PATTERNS = spec("""
    A limit may hold for some ways of asking only; the others are as if it was not there. A limit
    that names none holds for all.

    | rule holds for  | asked for as | answer                       |
    | --------------- | ------------ | ---------------------------- |
    | all             | lookup       | address as postcode district |
    | all             | bulk         | address as postcode district |
    | bulk            | lookup       | address                      |
    | bulk            | bulk         | address as postcode district |
    | bulk, aggregate | aggregate    | address as postcode district |
    | bulk, aggregate | lookup       | address                      |
""")

TOGETHER = spec("""
    Every limit is looked at, and everything that refuses is named, not only the first.

    | rules                               | answer                                                                                                |
    | ----------------------------------- | ----------------------------------------------------------------------------------------------------- |
    | district                            | address as postcode district                                                                          |
    | district, leave-out                 | refused: request.opt-out-stale (leave-out)                                                            |
    | only-needed, only-planning          | refused: request.purpose (only-planning)                                                              |
    | only-planning, leave-out, not-often | refused: request.purpose (only-planning), request.opt-out-stale (leave-out), request.rate (not-often) |
""")  # noqa: E501 - a row of a table is one line

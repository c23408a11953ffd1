"""What the grant permits at all."""

from tools.spec import spec

PURPOSE = spec("""
    Every request says what it is for, and only the purposes granted are served.

    | purpose  | answer                              |
    | -------- | ----------------------------------- |
    | rescue   | address                             |
    | planning | address                             |
    | research | refused: request.purpose (purposes) |
""")

COLUMN = spec("""
    A column that is not granted does not exist for whoever asks, not even the one by which a home
    is looked up. One such column refuses the whole request.

    | asked for      | answer                            |
    | -------------- | --------------------------------- |
    | address        | address                           |
    | need, address  | need, address                     |
    | phone          | refused: request.column (columns) |
    | address, phone | refused: request.column (columns) |
    | household      | refused: request.column (columns) |
""")

RECIPIENT = spec("""
    Only organisations that the grant names may ask; to be a party, even the custodian, is not
    enough.

    | who asks      | answer                                  |
    | ------------- | --------------------------------------- |
    | larchside     | address                                 |
    | strathlarch   | refused: request.recipient (recipients) |
    | somebody-else | refused: request.recipient (recipients) |
""")

PATTERN = spec("""
    Only the ways of asking that the grant names are open.

    | granted         | asked for as | answer                              |
    | --------------- | ------------ | ----------------------------------- |
    | lookup          | lookup       | address                             |
    | lookup          | bulk         | refused: request.pattern (patterns) |
    | lookup          | aggregate    | refused: request.pattern (patterns) |
    | bulk, aggregate | bulk         | address                             |
    | bulk, aggregate | lookup       | refused: request.pattern (patterns) |
""")

WINDOW = spec("""
    An agreement begins and ends by itself, and nobody has to switch it: its first moment counts,
    its last does not. This one runs from 1 November 2026 until 1 November 2029.

    | moment (UTC)        | answer                                |
    | ------------------- | ------------------------------------- |
    | 2026-10-31 23:59:59 | refused: request.not-started (window) |
    | 2026-11-01 00:00:00 | address                               |
    | 2029-10-31 23:59:59 | address                               |
    | 2029-11-01 00:00:00 | refused: request.ended (window)       |
""")

SIGNATURES = spec("""
    Nothing is given until every party has signed.

    | signed by              | answer                                 |
    | ---------------------- | -------------------------------------- |
    | none                   | refused: request.unsigned (signatures) |
    | strathlarch            | refused: request.unsigned (signatures) |
    | larchside              | refused: request.unsigned (signatures) |
    | strathlarch, larchside | address                                |
    | larchside, strathlarch | address                                |
""")

SUSPENDED = spec("""
    The custodian can stop an agreement, in whole or for some ways of asking.

    | suspended               | asked for as | answer                                  |
    | ----------------------- | ------------ | --------------------------------------- |
    | none                    | lookup       | address                                 |
    | bulk                    | lookup       | address                                 |
    | bulk                    | bulk         | refused: request.suspended (suspension) |
    | lookup, bulk, aggregate | lookup       | refused: request.suspended (suspension) |
    | lookup, bulk, aggregate | bulk         | refused: request.suspended (suspension) |
    | lookup, bulk, aggregate | aggregate    | refused: request.suspended (suspension) |
""")

REGISTER_AGE = spec("""
    A gateway that has not heard from the register for too long stops, for it may have missed that
    the agreement was suspended. This agreement bears 60 minutes.

    | last heard of the register  | answer                                |
    | --------------------------- | ------------------------------------- |
    | now                         | address                               |
    | 60 minutes ago              | address                               |
    | 60 minutes and a second ago | refused: request.stale (register age) |
""")

AGREEMENT = spec("""
    Where there is no agreement, nothing is given.

    | agreement    | answer                             |
    | ------------ | ---------------------------------- |
    | flood-rescue | address                            |
    | another      | refused: request.agreement (grant) |
""")

ALL_AT_ONCE = spec("""
    Whoever is refused hears every reason at once.

    | who asks      | purpose  | asked for | answer                                                                                        |
    | ------------- | -------- | --------- | --------------------------------------------------------------------------------------------- |
    | larchside     | rescue   | address   | address                                                                                       |
    | larchside     | research | phone     | refused: request.purpose (purposes), request.column (columns)                                 |
    | somebody-else | research | phone     | refused: request.recipient (recipients), request.purpose (purposes), request.column (columns) |
""")  # noqa: E501 - a row of a table is one line

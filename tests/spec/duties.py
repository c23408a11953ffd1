"""What a missed duty does."""

from tools.spec import spec

EFFECTS = spec("""
    A report is due by 10 January 2027. If it is missed, each way of asking goes on or stops as the
    duty says: lookups go on with a public warning, counts go on while it is taken to the
    custodian's senior officer, and the data as a whole stops. A duty is missed from the day after
    it was due.

    | day        | done | asked for as | answer                                |
    | ---------- | ---- | ------------ | ------------------------------------- |
    | 2027-01-09 | no   | bulk         | address                               |
    | 2027-01-10 | no   | bulk         | address                               |
    | 2027-01-10 | no   | lookup       | address                               |
    | 2027-01-11 | no   | lookup       | address; warning: yearly-report       |
    | 2027-01-11 | no   | aggregate    | address; warning: yearly-report       |
    | 2027-01-11 | no   | bulk         | refused: request.duty (yearly-report) |
    | 2027-01-11 | yes  | lookup       | address                               |
    | 2027-01-11 | yes  | aggregate    | address                               |
    | 2027-01-11 | yes  | bulk         | address                               |
""")

NO_EFFECT = spec("""
    A duty that names no effect on a way of asking leaves it as it is when it is missed.

    | effect on bulk | asked for as | answer                                |
    | -------------- | ------------ | ------------------------------------- |
    | none           | bulk         | address                               |
    | publish        | bulk         | address; warning: yearly-report       |
    | escalate       | bulk         | address; warning: yearly-report       |
    | suspend        | bulk         | refused: request.duty (yearly-report) |
    | suspend        | lookup       | address                               |
""")

REPEATED = spec("""
    A duty that comes back, here every twelve months from 10 January 2027, is owed for each of its
    days. To do it for one day does not make good another.

    | day        | done for               | answer                                |
    | ---------- | ---------------------- | ------------------------------------- |
    | 2027-01-10 | none                   | address                               |
    | 2027-01-11 | none                   | refused: request.duty (yearly-report) |
    | 2027-01-11 | 2027-01-10             | address                               |
    | 2028-01-10 | 2027-01-10             | address                               |
    | 2028-01-11 | 2027-01-10             | refused: request.duty (yearly-report) |
    | 2028-01-11 | 2028-01-10             | refused: request.duty (yearly-report) |
    | 2028-01-11 | 2027-01-10, 2028-01-10 | address                               |
""")

SEVERAL = spec("""
    Each duty counts by itself; what one of them stops, no other starts again.

    | missed         | answer                                                |
    | -------------- | ----------------------------------------------------- |
    | none           | address                                               |
    | warn-a         | address; warning: warn-a                              |
    | warn-a, warn-b | address; warning: warn-a; warning: warn-b             |
    | stop-a, warn-b | refused: request.duty (stop-a)                        |
    | stop-a, stop-b | refused: request.duty (stop-a), request.duty (stop-b) |
""")
